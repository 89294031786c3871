"""Keeps councils' delivery rules as delivery publishes them, and reads those of a day."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import date

from sqlalchemy import and_, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.store.tables import route_rule, supplier
from shared.contracts.base import RouteKind
from shared.contracts.delivery import DeliveryRuleChanged
from shared.sourcing import route_store
from shared.sourcing.route_store import values_of
from shared.sourcing.routes import Offered, RouteRule
from shared.sourcing.rules import Mode
from shared.sourcing.trials import stated_trial


async def keep_route_rules(connection: AsyncConnection, events: Sequence[DeliveryRuleChanged]) -> None:
    """Keeps rules of routes. The events may come in any order: of two ends of a rule, the earlier day stays.

    A rule that open copies once did not follow any more is not followed again.
    """
    statement, c = insert(route_rule), route_rule.c
    new = statement.excluded
    changed = {
        "valid_to": func.least(c.valid_to, new.valid_to),
        "open_copies_follow": and_(c.open_copies_follow, new.open_copies_follow),
    }
    kept = statement.on_conflict_do_update(index_elements=[c.rule_id], set_=changed)
    # In their order, so that two that keep the same rules wait for each other and do not deadlock.
    rows = sorted((values_of(_rule(event)) for event in events), key=lambda row: str(row["rule_id"]))
    await connection.execute(kept, rows)


async def route_rules_on(connection: AsyncConnection, councils: Collection[str], on: date) -> Mapping[str, list[RouteRule]]:
    """Returns the delivery rules in force on a day, by council; a council without one is left out."""
    return await route_store.rules_on(connection, route_rule, councils, on)


async def offered_routes(connection: AsyncConnection) -> dict[str, Offered]:
    """Returns the routes of each supplier that states some."""
    stated = select(supplier.c.supplier_id, supplier.c.routes).where(supplier.c.routes.is_not(None))
    return {row.supplier_id: frozenset(map(RouteKind, row.routes)) for row in await connection.execute(stated)}


def _rule(event: DeliveryRuleChanged) -> RouteRule:
    named = (field.name for field in fields(RouteRule))
    values = {name: getattr(event, name) for name in named if name in DeliveryRuleChanged.model_fields}
    return RouteRule(**{**values, "mode": Mode.PILOT if event.pilot else Mode.LIVE, "trial": stated_trial(event.trial)})
