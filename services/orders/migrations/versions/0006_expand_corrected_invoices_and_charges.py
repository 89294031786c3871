"""The messages whose content a corrected invoice no longer has."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0003"


def upgrade() -> None:
    replaced = sa.Column("replaced", postgresql.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False)
    op.add_column("invoice", replaced)
