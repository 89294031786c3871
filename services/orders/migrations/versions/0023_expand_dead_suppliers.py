"""Suppliers that answer no more: a switch may be the death of its first supplier."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.add_column("switch", sa.Column("dead", sa.Boolean(), server_default=sa.text("false"), nullable=False))
