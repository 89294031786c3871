"""Copies whose place of delivery the council named itself, plans by which copies move on, and what suppliers state of goods."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    false, none = sa.text("false"), sa.text("''")
    op.add_column("expected_copy", sa.Column("deliver_to_asked", sa.Boolean(), server_default=false, nullable=False))
    op.add_column("expected_copy", sa.Column("rotation_plan", sa.Text(), server_default=none, nullable=False))
    op.add_column("consigned_item", sa.Column("stated", JSONB(), nullable=True))
