"""Whether a line is of an order that the council wants sooner than usual."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("ordered_line", sa.Column("rush", sa.Boolean(), server_default=sa.text("false"), nullable=False))
