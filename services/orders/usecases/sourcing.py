"""Tells other services which suppliers a council orders from, and of its switches between them."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders import outgoing
from services.orders.domain.switching import Switch
from services.orders.store import switches
from shared.bus import publish
from shared.clock import Clock
from shared.sourcing.rules import SourcingRule


async def tell_of_rule(connection: AsyncConnection, rule: SourcingRule, *, clock: Clock) -> None:
    """Publishes a sourcing rule that is new or was ended."""
    await publish(connection, [outgoing.rule_changed(rule)], clock)


async def tell_of_switch(connection: AsyncConnection, changed: Switch, *, clock: Clock) -> None:
    """Publishes a switch that came to another state, once its history says so."""
    for stated in await switches.stated_switches(connection, [changed]):
        event = outgoing.switch_changed(stated.switch, stated.version, stated.at)
        await publish(connection, [event], clock, version=event.version)
