"""The messages whose content a corrected invoice no longer has, and charges that are for no copy."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    uuids, nothing = postgresql.ARRAY(sa.Uuid()), sa.text("'{}'")
    op.add_column("invoice", sa.Column("replaced", uuids, server_default=nothing, nullable=False))
    op.add_column("invoice", sa.Column("charges", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False))
    op.add_column("copy_cost", sa.Column("description", sa.Text(), nullable=True))
