"""Lets open copies follow a delivery rule, batch by batch: a batch that was broken off is done again, and none twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.rerouting import Rerouted, follow_rule, with_told
from services.orders.domain.routes import ChooseRule, rule_chooser
from services.orders.store import copies as copy_store
from services.orders.store import rerouting as store
from services.orders.store import routes, suppliers
from services.orders.usecases.changing import OpenOrders
from shared.bus import Cause, set_cause
from shared.clock import Clock
from shared.errors import DomainError, Fault, Kind, no_such
from shared.sourcing.routes import Offered, RouteRule

# Orders of one transaction, and copies that they have to move: others wait for their locks.
BATCH, COPIES = 100, 5_000


@dataclass(frozen=True, slots=True)
class SupplierTold:
    """A person told suppliers by other means what lines asked: places of delivery, answers to offers, enquiries.

    `expected_version` is the version of the order that the person had read, where that was said.
    """

    order_id: UUID
    council: str
    line_keys: tuple[str, ...]
    reason: str
    expected_version: int | None = None


async def follow_route(connection: AsyncConnection, clock: Clock, rule_id: UUID) -> bool:
    """Lets the open copies of the next orders follow a rule. Returns whether there may be more in this pass over all orders."""
    found = await store.lock_rule(connection, rule_id, clock.today())
    if found is None:
        return False
    rule, reached = found
    set_cause(Cause(correlation_id=str(rule_id)))
    order_ids = await store.orders_elsewhere(connection, rule, reached, limit=BATCH, copies=COPIES)
    if not order_ids:
        await store.end_pass(connection, rule_id, clock.now())
        return False
    orders = await OpenOrders.load(connection, order_ids)
    for order_id, moved in (await _moved(connection, rule, order_ids, clock)).items():
        orders.reroute(orders[order_id], moved, reason=rule.reason or f"delivery rule {rule_id}", clock=clock)
    await orders.write()
    await store.note_reached(connection, rule_id, max(order_ids))
    return True


async def _moved(connection: AsyncConnection, rule: RouteRule, order_ids: list[UUID], clock: Clock) -> dict[UUID, list[Rerouted]]:
    """Returns the copies of locked orders for which the rule decides, by order id."""
    found = await store.copies_elsewhere(connection, rule, order_ids)
    moved: defaultdict[UUID, list[Rerouted]] = defaultdict(list)
    for each in follow_rule(rule, found, *await routing_of_today(connection, rule.council, clock)):
        moved[each.copy.order_id].append(each)
    return dict(moved)


async def routing_of_today(
    connection: AsyncConnection, council: str, clock: Clock
) -> tuple[ChooseRule, dict[str, Offered], Collection[str]]:
    """Returns which rule decides today, the routes of suppliers that state some, and whom an exchange tells of changes."""
    offered = await routes.offered_routes(connection)
    rules = (await routes.route_rules_on(connection, [council], clock.today())).get(council, [])
    return rule_chooser(rules, offered, clock.today()), offered, await suppliers.taking_route_changes(connection)


async def note_supplier_told(connection: AsyncConnection, wanted: SupplierTold, clock: Clock) -> None:
    """Notes that suppliers were told; their lines do not ask for it any more. Changes nothing where nothing was to be told.

    Raises DomainError: no such order (404), changed since it was read (412), a line that it does not have (422).
    """
    order = await copy_store.lock_order(connection, wanted.order_id, wanted.council)
    if order is None:
        raise no_such("order")
    if wanted.expected_version not in (None, order.version - 1):
        raise DomainError("stale-version", "The order changed since you read it; read it again, then decide.", Kind.STALE)
    faults = [
        Fault(f"/line_keys/{index}", "unknown-line", "The order has no line with this key; see its `lines`.")
        for index, key in enumerate(wanted.line_keys)
        if key not in order.lines
    ]
    if faults:
        raise DomainError("unknown-line", "Some lines are not in this order; nothing was changed.", Kind.INVALID, faults)
    told, copy_ids = with_told(order, wanted.line_keys)
    untold = [each for each in order.decisions.values() if each.untold and each.line_key in wanted.line_keys]
    named = set(wanted.line_keys)
    unasked = [each for each in order.enquiries.values() if each.untold and {copy.line_key for copy in each.open_copies} <= named]
    if copy_ids or untold or unasked:
        orders = OpenOrders(connection, {order.order_id: order})
        decisions = [replace(each, untold=False) for each in untold]
        enquiries = [replace(each, untold="") for each in unasked]
        orders.note_told(told, copy_ids, decisions, enquiries, reason=wanted.reason, clock=clock)
        await orders.write()
