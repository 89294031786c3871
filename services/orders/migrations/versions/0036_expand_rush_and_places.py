"""Orders that the council wants sooner than usual, and copies whose place of delivery it named itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    false = sa.text("false")
    op.add_column("purchase_order", sa.Column("rush", sa.Boolean(), server_default=false, nullable=False))
    op.add_column("copy", sa.Column("deliver_to_asked", sa.Boolean(), server_default=false, nullable=False))
    op.add_column("supplier", sa.Column("takes_rush", sa.Boolean(), nullable=True))
