"""Which message with lines of its order carried a line."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("ordered_line", sa.Column("part", sa.Integer(), server_default="1", nullable=False))
