"""The books that suppliers announced instead of the ordered ones."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("ordered_line", sa.Column("substitute_isbn", sa.Text(), nullable=True))
