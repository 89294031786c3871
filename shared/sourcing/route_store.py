"""The columns of delivery rules, for the service that owns them and for the one that keeps a copy, and how they are read.

Must not know who adds rules, or why. Every query is limited to councils.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import Boolean, Column, Date, Row, Table, Text, Uuid, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.base import Place
from shared.db.arrays import among
from shared.sourcing.routes import RouteRule
from shared.sourcing.rules import Mode
from shared.sourcing.store import in_force
from shared.sourcing.trial_store import trial_columns, trial_of, trial_values

# The trail is known only to the service that owns the rules.
_FIELDS = tuple(field.name for field in fields(RouteRule) if field.name != "trail")


def route_rule_columns() -> list[Column[Any]]:
    """Returns the columns of a delivery rule. Without `hub`, the route is straight to the branch."""
    return [
        Column("rule_id", Uuid, primary_key=True),
        Column("council", Text, nullable=False),
        Column("supplier_id", Text),
        Column("branch", Text),
        Column("material", Text),
        Column("valid_from", Date, nullable=False),
        Column("valid_to", Date),
        Column("mode", Text, nullable=False),
        Column("hub", JSONB(none_as_null=True)),
        Column("reason", Text, nullable=False),
        Column("open_copies_follow", Boolean, nullable=False, server_default=text("false")),
        *trial_columns(),
    ]


def values_of(rule: RouteRule) -> dict[str, Any]:
    """Returns a rule as these columns keep it."""
    values = {name: getattr(rule, name) for name in _FIELDS}
    hub = None if rule.hub is None else rule.hub.model_dump(mode="json")
    return {**values, "mode": rule.mode.value, "hub": hub, **trial_values(rule.trial)}


def to_rule(row: Row[*tuple[Any, ...]]) -> RouteRule:
    """Returns the rule of a row that has these columns, without its trail."""
    values = {name: row._mapping[name] for name in _FIELDS}
    hub = None if row.hub is None else Place.model_validate(row.hub)
    return RouteRule(**{**values, "mode": Mode(row.mode), "hub": hub, "trial": trial_of(row)})


async def rules_on(
    connection: AsyncConnection, table: Table, councils: Collection[str], on: date
) -> defaultdict[str, list[RouteRule]]:
    """Returns the rules in force on a day, by council."""
    found: defaultdict[str, list[RouteRule]] = defaultdict(list)
    query = select(table).where(among(table.c.council, councils), in_force(table.c, on))
    for row in await connection.execute(query):
        found[row.council].append(to_rule(row))
    return found
