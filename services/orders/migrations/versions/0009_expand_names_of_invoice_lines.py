"""Titles and suppliers' references of invoice lines."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("invoice_line", sa.Column("title", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("invoice_line", sa.Column("supplier_references", postgresql.JSONB(), nullable=True))
