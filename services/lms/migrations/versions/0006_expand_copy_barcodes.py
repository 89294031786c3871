"""Barcodes of copies that mailboxes may be told of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "copy_barcode",
        sa.Column("copy_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("barcode", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("copy_id"),
    )
    op.create_index("copy_barcode_order", "copy_barcode", ["order_id"])
