"""Who approved and ended delivery rules, and why; what waits for a second person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared.sourcing.migration import add_approval

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("route_rule", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("route_rule", sa.Column("ended_reason", sa.Text(), server_default=sa.text("''"), nullable=False))
    add_approval("route_rule")
