"""Open copies follow delivery rules that say so: how far each rule was followed, and where each copy is unpacked since."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0027"
down_revision = "0026"

_FOLLOWED = "open_copies_follow AND followed_at IS NULL"


def upgrade() -> None:
    false = sa.text("false")
    op.add_column("route_rule", sa.Column("open_copies_follow", sa.Boolean(), server_default=false, nullable=False))
    op.add_column("route_rule", sa.Column("reached", sa.Uuid(), nullable=True))
    op.add_column("route_rule", sa.Column("passes", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("route_rule", sa.Column("followed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("route_rule_to_follow", "route_rule", ["valid_from"], unique=False, postgresql_where=sa.text(_FOLLOWED))
    op.add_column("copy", sa.Column("rerouted_to", JSONB(), nullable=True))
    op.add_column("copy", sa.Column("rerouted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("copy", sa.Column("rerouted_version", sa.Integer(), nullable=True))
    op.add_column("copy", sa.Column("reroute_reason", sa.Text(), nullable=True))
    op.add_column("copy", sa.Column("untold_place", sa.Text(), nullable=True))
    op.add_column("supplier", sa.Column("takes_route_changes", sa.Boolean(), nullable=True))
