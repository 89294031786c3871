"""Tells other services which suppliers a council orders from, and of its switches between them."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders import outgoing
from services.orders.domain.switching import OrderingSwitch
from shared.bus import publish
from shared.clock import Clock
from shared.sourcing.rules import SourcingRule
from shared.sourcing.switches.store import Entered


async def tell_of_rule(connection: AsyncConnection, rule: SourcingRule, *, clock: Clock) -> None:
    """Publishes a sourcing rule that is new or was ended."""
    await publish(connection, [outgoing.rule_changed(rule)], clock)


async def tell_of_switch(connection: AsyncConnection, switch: OrderingSwitch, entered: Entered, clock: Clock) -> None:
    """Publishes a switch that came to another state. A move is no switch of a scope: events of its order say all of it."""
    if switch.order_id is not None:
        return
    await publish(connection, [outgoing.switch_changed(switch, entered)], clock, version=entered.version)
