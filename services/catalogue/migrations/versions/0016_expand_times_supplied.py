"""How often each supplier sent a record of a book. Of a record that is there already that is not known: it counts as one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("record", sa.Column("times", sa.Integer(), server_default=sa.text("1"), nullable=False))
