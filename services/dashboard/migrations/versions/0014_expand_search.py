"""What orders, titles, copies, invoices and consignments are found by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0014"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("copy", sa.Column("barcode", sa.Text(), nullable=True))
    op.create_index("copy_of_order", "copy", ["order_id"])
    op.create_index("copy_by_barcode", "copy", ["barcode"], postgresql_where=sa.text("barcode IS NOT NULL"))
    op.add_column("title", sa.Column("words", TSVECTOR(), nullable=True))
    op.create_index("title_words", "title", ["words"], postgresql_using="gin")
    op.create_table(
        "ordered_title",
        sa.Column("isbn", sa.Text(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("words", TSVECTOR(), nullable=False),
        sa.PrimaryKeyConstraint("isbn", "council"),
    )
    op.create_index("ordered_title_words", "ordered_title", ["words"], postgresql_using="gin")
    op.create_table(
        "order_term",
        sa.Column("term", sa.Text(collation="C"), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("term", "council", "kind", "order_id"),
    )
    op.create_index("invoice_by_number", "invoice", ["invoice_number"])
    op.create_index("consignment_by_despatch", "consignment", ["despatch_number"])
    op.add_column("consigned_copy", sa.Column("parcel_id", sa.Text(), server_default=sa.text("''"), nullable=False))
    in_parcel = sa.text("parcel_id <> ''")
    op.create_index("consigned_copy_by_parcel", "consigned_copy", ["parcel_id"], postgresql_where=in_parcel)
    op.create_index("consignments_of_copy", "consigned_copy", ["copy_id"])
