"""How councils chase their suppliers, and what these were asked about copies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    op.create_table(
        "chasing_policy",
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("steps", JSONB(), nullable=False),
        sa.Column("weekends", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("council", "supplier_id"),
    )
    op.create_table(
        "enquiry",
        sa.Column("enquiry_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("situation", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("at_most", sa.Integer(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("untold", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_order.order_id"]),
        sa.PrimaryKeyConstraint("enquiry_id"),
    )
    op.create_index("enquiry_of_order", "enquiry", ["order_id"], unique=False)
    op.create_index("enquiry_by_time", "enquiry", ["council", "asked_at", "enquiry_id"], unique=False)
    op.create_index("enquiry_due", "enquiry", ["next_on"], unique=False, postgresql_where=sa.text("next_on IS NOT NULL"))
    op.create_table(
        "enquiry_copy",
        sa.Column("enquiry_id", sa.Uuid(), nullable=False),
        sa.Column("copy_id", sa.Uuid(), nullable=False),
        sa.Column("line_key", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiry.enquiry_id"]),
        sa.PrimaryKeyConstraint("enquiry_id", "copy_id"),
    )
    op.create_index("enquiry_copy_of_copy", "enquiry_copy", ["copy_id"], unique=False)
    op.add_column("copy", sa.Column("owed_in", sa.Text(), nullable=True))
    op.add_column("supplier", sa.Column("takes_enquiries", sa.Boolean(), nullable=True))
