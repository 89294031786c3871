"""Records received, those that came for nothing, and requests that were saved, per day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_COUNTS = ("received", "repeated", "already_held", "requests_saved", "version")


def upgrade() -> None:
    op.create_table(
        "duplication",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _COUNTS),
        sa.PrimaryKeyConstraint("day", "supplier_id", "council"),
    )
