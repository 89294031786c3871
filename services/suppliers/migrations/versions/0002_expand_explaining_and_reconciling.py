"""What explains messages and compares with the supplier: profile versions, copies' progress, mappings, feeds, reconciliations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("message", sa.Column("profile_version", sa.Integer(), nullable=True))
    op.create_table(
        "copy_progress",
        sa.Column("copy_id", sa.Uuid(), nullable=False),
        sa.Column("line_key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("copy_id"),
    )
    op.create_index("copy_progress_line", "copy_progress", ["line_key"], unique=False)
    op.create_table(
        "feed",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("last_heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("quieted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("kind"),
    )
    _create_mappings()
    _create_reconciliations()


def _create_mappings() -> None:
    op.create_table(
        "mapping",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("theirs", sa.Text(), nullable=False),
        sa.Column("ours", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("council", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("mapping_seq", "mapping", ["seq"], unique=True)
    # One meaning at a time: for one message, and for all of them.
    op.create_index(
        "mapping_of_message",
        "mapping",
        ["message_id", "field", "theirs"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL AND message_id IS NOT NULL"),
    )
    op.create_index(
        "mapping_of_supplier",
        "mapping",
        ["field", "theirs"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL AND message_id IS NULL"),
    )


def _create_reconciliations() -> None:
    op.create_table(
        "reconciliation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("agreed", sa.Integer(), nullable=False),
        sa.Column("disagreeing", sa.Integer(), nullable=False),
        sa.Column("ours_only", sa.Integer(), nullable=False),
        sa.Column("theirs_only", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("reconciliation_seq", "reconciliation", ["seq"], unique=True)
    op.create_table(
        "reconciliation_row",
        sa.Column("reconciliation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("line_key", sa.Text(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("order_number", sa.Text(), nullable=True),
        sa.Column("isbn", sa.Text(), nullable=False),
        sa.Column("our_quantity", sa.Integer(), nullable=True),
        sa.Column("their_quantity", sa.Integer(), nullable=True),
        sa.Column("their_status", sa.Text(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["reconciliation_id"], ["reconciliation.id"]),
        sa.PrimaryKeyConstraint("reconciliation_id", "number"),
    )
