"""Tells other services which suppliers a council has records from."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue import outgoing
from shared.bus import publish
from shared.clock import Clock
from shared.sourcing.rules import SourcingRule


async def tell_of_rule(connection: AsyncConnection, rule: SourcingRule, *, clock: Clock) -> None:
    """Publishes a catalogue rule that is new or was ended."""
    await publish(connection, [outgoing.rule_changed(rule)], clock)
