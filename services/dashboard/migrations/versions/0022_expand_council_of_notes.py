"""Whose a note is: other councils do not read it. A note from before is shown as one of staff of all councils."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("handling_note", sa.Column("council", sa.Text(), nullable=True))
