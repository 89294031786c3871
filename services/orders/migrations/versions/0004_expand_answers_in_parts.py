"""The marks that a copy's last answer named it by, what it was given up as before it came, and the substitute of a line."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("copy", sa.Column("answered_by", sa.Text(), nullable=True))
    op.add_column("copy", sa.Column("given_up_as", sa.Text(), nullable=True))
    op.add_column("order_line", sa.Column("substitute_isbn", sa.Text(), nullable=True))
