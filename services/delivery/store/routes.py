"""Queries on delivery rules and on the routes that suppliers offer. Queries on rules are limited to one council."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.delivery.domain.routes import Supplier
from services.delivery.store.tables import route_rule, supplier
from shared.contracts.base import RouteKind
from shared.contracts.suppliers import SupplierAnnounced
from shared.db.paging import in_order, locked_page, narrowed
from shared.sourcing import route_store
from shared.sourcing.route_store import to_rule, values_of
from shared.sourcing.routes import RouteRule
from shared.sourcing.rules import Ending, Strand, Trail
from shared.sourcing.trail_store import ended, to_trail, trail_values
from shared.sourcing.trial_store import TrialStore


def _rule(row: Row[*tuple[Any, ...]]) -> RouteRule:
    return replace(to_rule(row), trail=to_trail(row))


TRIALS = TrialStore(route_rule, _rule, Strand.DELIVERY)


async def add(
    connection: AsyncConnection, rule: RouteRule, *, by: str, approved_by: str | None = None, switch_id: UUID | None = None
) -> RouteRule:
    """Stores a new rule; returns it with who made it, and who approved it where a second person was needed.

    `switch_id` is the switch that makes it.
    """
    made = replace(rule, trail=Trail(created_by=by, approved_by=approved_by))
    values = {**values_of(made), **trail_values(made.trail)}
    await connection.execute(insert(route_rule).values(**values, switch_id=switch_id))
    return made


async def end(connection: AsyncConnection, council: str, rule_id: UUID, *, on: date, ending: Ending) -> RouteRule | None:
    """Ends a rule from the day `on`; a rule that has not begun never applies. Returns None if the council has no such rule."""
    c = route_rule.c
    change = update(route_rule).where(c.council == council, c.rule_id == rule_id).values(**ended(c, ending, on=on))
    row = (await connection.execute(change.returning(*route_rule.c))).one_or_none()
    return None if row is None else _rule(row)


async def get_rule(connection: AsyncConnection, council: str, rule_id: UUID) -> RouteRule | None:
    """Returns one rule of a council, or None."""
    query = select(route_rule).where(route_rule.c.council == council, route_rule.c.rule_id == rule_id)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _rule(row)


async def rules_of_switch(connection: AsyncConnection, switch_id: UUID) -> set[UUID]:
    """Returns the rules that a switch made."""
    return set((await connection.execute(select(route_rule.c.rule_id).where(route_rule.c.switch_id == switch_id))).scalars())


async def follow_no_more(connection: AsyncConnection, switch_id: UUID) -> list[RouteRule]:
    """Lets no more open copies follow the rules of a switch; returns those that they followed."""
    c = route_rule.c
    change = update(route_rule).where(c.switch_id == switch_id, c.open_copies_follow).values(open_copies_follow=False)
    return [to_rule(row) for row in await connection.execute(change.returning(*c))]


async def page(connection: AsyncConnection, council: str, *, after: tuple[date, UUID] | None, limit: int) -> Sequence[RouteRule]:
    """Returns rules of a council by first day, including past and future ones."""
    c = route_rule.c
    query = in_order(select(route_rule).where(c.council == council), (c.valid_from, c.rule_id), after=after, limit=limit)
    return [_rule(row) for row in await connection.execute(query)]


async def rules_on(connection: AsyncConnection, council: str, on: date) -> list[RouteRule]:
    """Returns the rules of a council in force on a day."""
    return (await route_store.rules_on(connection, route_rule, [council], on))[council]


async def rules_after(connection: AsyncConnection, council: str | None, *, after: UUID | None, limit: int) -> list[RouteRule]:
    """Returns the next rules by id, past and future ones too; nobody ends them until the transaction ends."""
    query = narrowed(select(route_rule), {route_rule.c.council: council})
    return [to_rule(row) for row in await locked_page(connection, query, route_rule.c.rule_id, after, limit)]


async def keep_supplier(connection: AsyncConnection, event: SupplierAnnounced) -> None:
    """Keeps a supplier with the routes that its exchange states now."""
    stated = {
        "name": event.name,
        "routes": None if event.routes is None else [route.value for route in event.routes],
        "takes_route_changes": event.takes_route_changes,
    }
    statement = upsert(supplier).values(supplier_id=event.supplier_id, **stated)
    await connection.execute(statement.on_conflict_do_update(index_elements=[supplier.c.supplier_id], set_=stated))


async def suppliers(connection: AsyncConnection) -> dict[str, Supplier]:
    """Returns all suppliers whose exchange has announced itself, by id; they are few."""
    rows = await connection.execute(select(supplier).order_by(supplier.c.supplier_id))
    return {
        row.supplier_id: Supplier(row.supplier_id, row.name, _routes(row.routes), bool(row.takes_route_changes)) for row in rows
    }


def _routes(stated: Sequence[str] | None) -> frozenset[RouteKind] | None:
    return None if stated is None else frozenset(map(RouteKind, stated))
