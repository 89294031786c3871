"""The copy of councils' delivery rules, which delivery owns: they decide where the copies of a new order are unpacked."""

from __future__ import annotations

from sqlalchemy import Index, Table

from services.orders.store.tables.base import metadata
from shared.sourcing.route_store import route_rule_columns

route_rule = Table("route_rule", metadata, *route_rule_columns(), Index("route_rule_of_council", "council"))
