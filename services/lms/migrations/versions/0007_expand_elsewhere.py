"""Copies of known lines that come from another supplier."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("known_line", sa.Column("elsewhere", ARRAY(sa.Uuid()), nullable=False, server_default="{}"))
