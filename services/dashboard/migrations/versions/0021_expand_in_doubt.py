"""Whether a message in quarantine is one of ours that may not have arrived: a person releases it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.add_column("quarantined", sa.Column("in_doubt", sa.Boolean(), nullable=False, server_default=sa.text("false")))
