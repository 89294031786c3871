"""Places that copies of a line were to be delivered to after it was sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("ordered_line", sa.Column("rerouted_to", JSONB(), nullable=True))
