"""Which suppliers are not reached, or are not called because a person stopped it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0014"

_MOMENTS = ("since", "noticed_at", "next_try_at", "reached_at")
_TEXTS = ("reason", "opened_by")


def upgrade() -> None:
    op.create_table(
        "supplier_reach",
        sa.Column("supplier_id", sa.Text(), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in _MOMENTS),
        *(sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''")) for name in _TEXTS),
        sa.Column("waiting", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("supplier_id"),
    )
