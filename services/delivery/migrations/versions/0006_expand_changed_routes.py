"""Rules that open copies follow, and the material of each copy, by which rules choose."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    false = sa.text("false")
    op.add_column("route_rule", sa.Column("open_copies_follow", sa.Boolean(), server_default=false, nullable=False))
    op.add_column("expected_copy", sa.Column("material", sa.Text(), nullable=True))
