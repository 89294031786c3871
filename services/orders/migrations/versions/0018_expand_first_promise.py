"""The first expected day that a supplier stated of a copy; not known of what was stated before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("copy", sa.Column("promised_on", sa.Date(), nullable=True))
