"""The planned route of a copy may change: at which version of its order it was stated."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("copy", sa.Column("planned_version", sa.Integer(), nullable=True))
