"""The change that goes with a switch: it is made with it, or waits for a second person, and is declined where it is withdrawn.

Must not know what switches do. docs/decisions/0033 says what waits, and why.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.bus import current_cause
from shared.clock import Clock
from shared.sourcing import change_store
from shared.sourcing.change_news import tell_of_change
from shared.sourcing.changes import Asked, Change, ChangeKind, ChangeState
from shared.sourcing.rules import Strand
from shared.sourcing.switches.planning import Switch

S = TypeVar("S", bound=Switch)


async def with_change(connection: AsyncConnection, strand: Strand, new: S, clock: Clock) -> S:
    """Keeps the change of a switch that is planned; returns the switch with whether it needs a second person.

    Nobody else changes rules of the council, or whether it requires a second person, until the transaction ends.
    """
    what = {
        "switch_id": str(new.switch_id),
        "from_supplier": new.from_supplier,
        "to_supplier": new.to_supplier,
        "branches": list(new.scope.branches),
        "materials": list(new.scope.materials),
        "first_day": new.first_day.isoformat(),
    }
    asked = Asked(new.council, strand, ChangeKind.SWITCH, what, new.reason, new.planned_by)
    needs = (await change_store.approval_of(connection, new.council)).second_person
    change = replace(Change.of(asked, new.planned_at), change_id=new.switch_id)
    waits = replace(change, state=ChangeState.WAITING) if needs else change
    await change_store.add_change(connection, waits, asked)
    if needs:
        await tell_of_change(connection, strand, waits, clock)
    return replace(new, needs_approval=needs)


async def decline_with(connection: AsyncConnection, strand: Strand, withdrawn: Switch, reason: str, clock: Clock) -> None:
    """Declines the change of a switch that is withdrawn, if it still waits."""
    council, change_id, by = withdrawn.council, withdrawn.switch_id, current_cause().actor
    declined = await change_store.decline_waiting(connection, council, change_id, by=by, at=clock.now(), reason=reason)
    if declined is not None:
        await tell_of_change(connection, strand, declined, clock)
