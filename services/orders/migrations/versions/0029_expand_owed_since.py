"""When the goods of a copy were last found missing or damaged."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.add_column("copy", sa.Column("owed_since", sa.DateTime(timezone=True), nullable=True))
