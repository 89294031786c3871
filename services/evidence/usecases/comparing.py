"""Reads what is counted and charged of each side of a switch, as of the groups of any other question."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.domain.asking import Asked, sides_of
from services.evidence.domain.switches import Comparison
from services.evidence.store import costing, measuring
from services.evidence.store.costing import Spending
from services.evidence.store.measuring import Tallies
from services.evidence.store.scope import ONE_GROUP
from shared.clock import Clock


async def tallies(connection: AsyncConnection, asked: Asked, compared: Comparison, clock: Clock, zone: str) -> Tallies:
    """Returns what is counted of each side that has copies, by its name."""
    found = {name: await measuring.tallies(connection, side, clock, zone) for name, side in sides_of(asked, compared).items()}
    return {name: tally[ONE_GROUP] for name, tally in found.items() if tally}


async def spending(connection: AsyncConnection, asked: Asked, compared: Comparison, clock: Clock, zone: str) -> Spending:
    """Returns what was spent on each side that was charged for, by its name and currency."""
    found = {name: await costing.spending(connection, side, clock, zone) for name, side in sides_of(asked, compared).items()}
    return {(name, currency): spent for name, of in found.items() for (_, currency), spent in of.items()}


def concerns(compared: Comparison | None, supplier_id: str) -> bool:
    """Returns whether what happened with a supplier concerns the question: of a switch, with either of its suppliers."""
    named = set() if compared is None else {compared.switch.from_supplier, compared.switch.to_supplier} - {None}
    return not named or supplier_id in named
