"""The tax of an invoice at each rate."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("invoice", sa.Column("taxes", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False))
