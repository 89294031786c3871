"""Whether a supplier withdrew its record."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("record", sa.Column("withdrawn", sa.Boolean(), server_default=sa.text("false"), nullable=False))
