"""Fund, sequence and barcode of expected copies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("expected_copy", sa.Column("fund", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("expected_copy", sa.Column("sequence", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("expected_copy", sa.Column("barcode", sa.Text(), nullable=True))
