"""What suppliers state about lines and copies beside their answers, and other data about copies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("order_line", sa.Column("supplier_references", postgresql.JSONB(), nullable=True))
    op.add_column("order_line", sa.Column("stated_prices", postgresql.JSONB(), nullable=True))
    op.add_column("copy", sa.Column("item", postgresql.JSONB(), nullable=True))
    op.add_column("copy", sa.Column("stated", postgresql.JSONB(), nullable=True))
    op.add_column("proposal_line", sa.Column("supplier_references", postgresql.JSONB(), nullable=True))
