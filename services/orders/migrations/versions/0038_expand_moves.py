"""Moves of single copies to another supplier: switches of one order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    op.add_column("switch", sa.Column("order_id", sa.Uuid(), nullable=True))
