"""Which time lines of an order were sent it was that carried a line."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("ordered_line", sa.Column("part", sa.Integer(), server_default="1", nullable=False))
