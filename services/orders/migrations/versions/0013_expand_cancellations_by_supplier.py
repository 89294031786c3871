"""Whether a supplier takes cancellations, as its exchange states at its start."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("supplier", sa.Column("takes_cancellations", sa.Boolean(), nullable=True))
