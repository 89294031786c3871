"""Switches of the route, the rules that they make, the copies that are open, and who takes changes of their route."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.sourcing.switches.migration import create_tables_v1

revision = "0007"
down_revision = "0006"

_OPEN = "wanted AND state IN ('expected', 'missing', 'damaged')"


def upgrade() -> None:
    create_tables_v1(
        sa.Column("from_supplier", sa.Text(), nullable=True),
        sa.Column("to_supplier", sa.Text(), nullable=True),
        sa.Column("hub", JSONB(), nullable=True),
        sa.Column("open_copies", sa.Text(), nullable=False),
    )
    op.add_column("route_rule", sa.Column("switch_id", sa.Uuid(), nullable=True))
    op.add_column("supplier", sa.Column("takes_route_changes", sa.Boolean(), nullable=True))
    made = sa.text("switch_id IS NOT NULL")
    op.create_index("route_rule_of_switch", "route_rule", ["switch_id"], unique=False, postgresql_where=made)
    op.create_index("expected_copy_open", "expected_copy", ["council"], unique=False, postgresql_where=sa.text(_OPEN))
