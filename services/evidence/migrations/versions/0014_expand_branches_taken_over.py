"""The branch of a copy may change: at which version of its order the last one was stated."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("copy", sa.Column("branch_version", sa.Integer(), nullable=True))
