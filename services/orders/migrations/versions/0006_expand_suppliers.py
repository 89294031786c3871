"""Suppliers whose exchange has announced itself; those that have answered an order before need not do so again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "supplier",
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("supplier_id"),
    )
    op.execute(
        "INSERT INTO supplier (supplier_id, name, announced_at) "
        "SELECT DISTINCT supplier_id, supplier_id, now() FROM order_line JOIN copy USING (line_key) WHERE state <> 'ordered'"
    )
