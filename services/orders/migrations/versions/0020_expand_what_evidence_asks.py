"""The first expected day that a supplier stated of a copy, and the last queries of an invoice; not known of what was before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("copy", sa.Column("promised_on", sa.Date(), nullable=True))
    op.add_column("invoice", sa.Column("asked", JSONB(), nullable=True))
