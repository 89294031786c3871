"""Branches that closed where a council had asked to unpack copies of other branches."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("expected_copy", sa.Column("closed_places", JSONB(), nullable=True))
