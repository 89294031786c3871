"""Suppliers' offers of substitutes and prices, what was decided about each, and what was ordered before that."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0032"
down_revision = "0031"

_KEYS = ["council", "asked_at", "decision_id"]


def upgrade() -> None:
    none, false = sa.text("''"), sa.text("false")
    op.create_table(
        "decision",
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("line_key", sa.Text(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("isbn", sa.Text(), nullable=True),
        sa.Column("price_minor", sa.Integer(), nullable=True),
        sa.Column("price_currency", sa.Text(), nullable=True),
        sa.Column("price_basis", sa.Text(), nullable=True),
        sa.Column("offer_until", sa.Date(), nullable=True),
        sa.Column("status_code", sa.Text(), nullable=False),
        sa.Column("questions", ARRAY(sa.Text()), nullable=False),
        sa.Column("copy_ids", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("ordered_isbn", sa.Text(), nullable=False),
        sa.Column("ordered_minor", sa.Integer(), nullable=True),
        sa.Column("ordered_currency", sa.Text(), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("after_decline", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), server_default=none, nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(), server_default=none, nullable=False),
        sa.Column("untold", sa.Boolean(), server_default=false, nullable=False),
        sa.Column("asked_to_cancel", sa.Boolean(), server_default=false, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_order.order_id"]),
        sa.PrimaryKeyConstraint("decision_id"),
    )
    op.create_index("decision_of_order", "decision", ["order_id"], unique=False)
    op.create_index("decision_by_time", "decision", _KEYS, unique=False)
    op.create_index("decision_open", "decision", _KEYS, unique=False, postgresql_where=sa.text("state = 'open'"))
    op.add_column("order_line", sa.Column("ordered_isbn", sa.Text(), nullable=True))
    op.add_column("order_line", sa.Column("repriced", sa.Boolean(), server_default=false, nullable=False))
    op.add_column("order_line", sa.Column("ordered_minor", sa.Integer(), nullable=True))
    op.add_column("order_line", sa.Column("ordered_currency", sa.Text(), nullable=True))
    op.add_column("supplier", sa.Column("takes_offer_answers", sa.Boolean(), nullable=True))
