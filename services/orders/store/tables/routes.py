"""The copy of councils' delivery rules, which delivery owns: they decide where the copies of a new order are unpacked."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Index, SmallInteger, Table, Uuid, text

from services.orders.store.tables.base import metadata
from shared.sourcing.route_store import route_rule_columns

# Of a rule that open copies follow: `passes` counts how often all orders were searched for them; `reached` is the last order of
# the pass under way, and `followed_at` when the last pass had ended.
route_rule = Table(
    "route_rule",
    metadata,
    *route_rule_columns(),
    Column("reached", Uuid),
    Column("passes", SmallInteger, nullable=False, server_default=text("0")),
    Column("followed_at", DateTime(timezone=True)),
    Index("route_rule_of_council", "council"),
    Index("route_rule_to_follow", "valid_from", postgresql_where=text("open_copies_follow AND followed_at IS NULL")),
)
