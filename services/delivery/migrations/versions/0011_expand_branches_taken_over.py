"""Goods of a closed branch are expected at the one that takes over: where copies went before, and where a consignment went."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("expected_copy", sa.Column("former_places", JSONB(), nullable=True))
    op.add_column("consignment", sa.Column("moved_to", sa.Uuid(), nullable=True))
