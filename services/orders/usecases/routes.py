"""Keeps the delivery rules that delivery publishes, and decides by them for the orders of a day."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.routes import ChoosePlace, place_chooser
from services.orders.store import routes
from shared.contracts.delivery import DeliveryRuleChanged
from shared.messaging.envelope import Envelope
from shared.messaging.errors import Poison


async def learn_route_rules(connection: AsyncConnection, arrived: Sequence[tuple[DeliveryRuleChanged, Envelope]]) -> None:
    """Keeps delivery rules: they decide where the copies of orders placed from now on are unpacked."""
    events = [event for event, _ in arrived]
    if any(event.council is None for event in events):
        raise Poison("a delivery rule names no council")
    await routes.keep_route_rules(connection, events)


async def places_on(connection: AsyncConnection, councils: Collection[str], on: date) -> Mapping[str, ChoosePlace]:
    """Returns the choice of places on a day by council. A council without delivery rules is left out: nothing is chosen."""
    rules = await routes.route_rules_on(connection, councils, on)
    if not rules:
        return {}
    offered = await routes.offered_routes(connection)
    return {council: place_chooser(of_council, offered, council=council, on=on) for council, of_council in rules.items()}
