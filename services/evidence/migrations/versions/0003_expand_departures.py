"""What still ties a council to a supplier: rules, sendings, requests for records, the last reconciliation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _create_rules()
    _create_exchanged()


def _create_rules() -> None:
    op.create_table(
        "rule",
        sa.Column("rule_id", sa.Uuid(), nullable=False),
        sa.Column("strand", sa.Text(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("rule_id"),
    )
    op.create_index("rule_of_supplier", "rule", ["council", "supplier_id"])


def _create_exchanged() -> None:
    op.create_table(
        "sending",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "order_id"),
    )
    op.create_table(
        "record_request",
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("isbn", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("supplier_id", "isbn"),
    )
    op.create_table(
        "reconciliation",
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("reconciliation_id", sa.Uuid(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("compared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed", sa.Integer(), nullable=False),
        sa.Column("disagreeing", sa.Integer(), nullable=False),
        sa.Column("ours_only", sa.Integer(), nullable=False),
        sa.Column("theirs_only", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("council", "supplier_id"),
    )
