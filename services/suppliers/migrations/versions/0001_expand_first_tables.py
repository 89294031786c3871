"""First tables of the exchange."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.messaging import migration as messaging

revision = "0001"
down_revision = None


def upgrade() -> None:
    messaging.create_tables_v1()
    _create_messages()
    _create_lines()


def _create_messages() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reference", sa.Integer(), nullable=True),
        sa.Column("control_reference", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("push_id", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("findings", postgresql.JSONB(), nullable=False),
        sa.Column("order_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("line_keys", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("councils", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("correlation_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("message_digest", "message", ["digest"], unique=False)
    op.create_index("message_seq", "message", ["seq"], unique=True)
    op.create_index("message_orders", "message", ["order_ids"], unique=False, postgresql_using="gin")
    pending = sa.text("state IN ('queued', 'sending', 'unknown', 'received', 'quarantined', 'partly_applied')")
    op.create_index("message_pending", "message", ["state", "reference"], unique=False, postgresql_where=pending)
    op.create_index("message_push_id", "message", ["push_id"], unique=True)
    op.create_index("message_reference", "message", ["reference"], unique=True)
    op.create_table(
        "message_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=False),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("correlation_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("message_change_message", "message_change", ["message_id"], unique=False)


def _create_lines() -> None:
    op.create_table(
        "ordered_line",
        sa.Column("line_key", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("isbn", sa.Text(), nullable=False),
        sa.Column("line", postgresql.JSONB(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_reference", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("line_key"),
    )
    op.create_index("ordered_line_message", "ordered_line", ["message_id"], unique=False)
    op.create_index("ordered_line_number", "ordered_line", ["order_number", "isbn"], unique=False)
    op.create_index("ordered_line_order", "ordered_line", ["order_id"], unique=False)
    op.create_index("ordered_line_supplier_reference", "ordered_line", ["supplier_reference"], unique=False)
    op.create_table(
        "control_reference",
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("supplier_id"),
    )
    op.create_table(
        "applied_piece",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("applied_piece_message", "applied_piece", ["message_id"], unique=False)
    op.create_table(
        "wanted_record",
        sa.Column("isbn", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("isbn"),
    )
    # Only what still waits, for the sending loop looks at every turn.
    waiting = sa.text("message_id IS NULL")
    op.create_index("wanted_record_waiting", "wanted_record", ["requested_at", "isbn"], unique=False, postgresql_where=waiting)
