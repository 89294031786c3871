"""First tables of the order book."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.messaging import migration as messaging
from shared.sourcing import migration as sourcing

revision = "0001"
down_revision = None


def upgrade() -> None:
    messaging.create_tables_v1()
    sourcing.create_tables_v1()
    op.create_table(
        "branch",
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("gln", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("council", "code"),
    )
    op.create_table(
        "purchase_order",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placed_by", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("order_id"),
        sa.UniqueConstraint("council", "idempotency_key", name="purchase_order_idempotency_key"),
        sa.UniqueConstraint("council", "order_number", name="purchase_order_number"),
    )
    op.create_index("purchase_order_by_time", "purchase_order", ["council", "placed_at", "order_id"], unique=False)
    op.create_table(
        "title",
        sa.Column("isbn", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("isbn"),
    )
    op.create_table(
        "order_line",
        sa.Column("line_key", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("line_number", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("isbn", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("material", sa.Text(), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=True),
        sa.Column("price_currency", sa.Text(), nullable=True),
        sa.Column("attention", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["purchase_order.order_id"],
        ),
        sa.PrimaryKeyConstraint("line_key"),
    )
    op.create_index("order_line_of_order", "order_line", ["order_id"], unique=False)
    op.create_table(
        "timeline",
        sa.Column("entry_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("line_key", sa.Text(), nullable=True),
        sa.Column("copy_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.Column("correlation_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["purchase_order.order_id"],
        ),
        sa.PrimaryKeyConstraint("entry_id"),
    )
    op.create_index("timeline_of_order", "timeline", ["order_id", "entry_id"], unique=False)
    op.create_table(
        "copy",
        sa.Column("copy_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("line_key", sa.Text(), nullable=False),
        sa.Column("copy_number", sa.Integer(), nullable=False),
        sa.Column("branch_code", sa.Text(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Text(), nullable=False),
        sa.Column("shelfmark", sa.Text(), nullable=False),
        sa.Column("servicing", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("barcode", sa.Text(), nullable=True),
        sa.Column("cancel_requested", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(
            ["line_key"],
            ["order_line.line_key"],
        ),
        sa.PrimaryKeyConstraint("copy_id"),
    )
    op.create_index("copy_of_order", "copy", ["order_id"], unique=False)
    op.create_index(
        "copy_waiting",
        "copy",
        ["state", "order_id"],
        unique=False,
        postgresql_where=sa.text("state NOT IN ('received', 'refused', 'cancelled')"),
    )
