"""Fund, sequence and barcode of expected copies, and the book that the supplier announced instead."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("expected_copy", sa.Column("fund", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("expected_copy", sa.Column("sequence", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("expected_copy", sa.Column("barcode", sa.Text(), nullable=True))
    op.add_column("expected_copy", sa.Column("substitute_isbn", sa.Text(), nullable=True))
    given = sa.text("substitute_isbn IS NOT NULL")
    op.create_index("expected_copy_substitute", "expected_copy", ["substitute_isbn"], unique=False, postgresql_where=given)
    coded = sa.text("barcode IS NOT NULL")
    op.create_index("expected_copy_barcode", "expected_copy", ["barcode"], unique=False, postgresql_where=coded)
    op.create_index("consigned_item_barcode", "consigned_item", ["barcode"], unique=False, postgresql_where=coded)
