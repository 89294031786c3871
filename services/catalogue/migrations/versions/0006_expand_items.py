"""The copies that councils ordered, and the field of MARC in which each council's system loads them.

Copies of orders from before this release come by `python -m services.orders.republish`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "ordered_copy",
        sa.Column("copy_id", sa.Uuid(), nullable=False),
        sa.Column("isbn", sa.Text(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("line_key", sa.Text(), nullable=False),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("copy_number", sa.Integer(), nullable=False),
        sa.Column("data", JSONB(), server_default="{}", nullable=False),
        sa.Column("barcode", sa.Text(), server_default="", nullable=False),
        sa.Column("given_up", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("copy_id"),
    )
    op.create_index("ordered_copy_isbn", "ordered_copy", ["isbn"])
    op.create_table(
        "item_profile",
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("written", JSONB(), server_default="{}", nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("council"),
    )
