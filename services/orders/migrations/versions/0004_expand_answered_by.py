"""The marks that a copy's last answer named it by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("copy", sa.Column("answered_by", sa.Text(), nullable=True))
