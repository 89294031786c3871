"""Which copies of its lines a message carries, where the lines are divided among several messages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("message", sa.Column("copies", JSONB(), nullable=True))
