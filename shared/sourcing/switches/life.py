"""The life of a switch: it is planned, begins on its first day, and is done or withdrawn. Each step in its caller's transaction.

Must not know what a switch moves: what a strand does as it begins is passed in.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.acts.noting import note_act
from shared.bus import Cause, set_cause
from shared.clock import Clock
from shared.contracts.switches import SwitchChanged, SwitchState
from shared.errors import key_reused, no_such
from shared.history import Step
from shared.sourcing import store as rules
from shared.sourcing.approving import Carried
from shared.sourcing.change_store import lock_changes
from shared.sourcing.changes import Change
from shared.sourcing.rules import Ending, SourcingRule, Strand
from shared.sourcing.switches.approval import decline_with, with_change
from shared.sourcing.switches.planning import AskedScope, Switch, rule_changes, switch_over
from shared.sourcing.switches.store import UNFINISHED, Entered, Request, SwitchStore
from shared.sourcing.warnings import RuleWarning

S = TypeVar("S", bound=Switch)
Asked = TypeVar("Asked", bound=AskedScope)
Changed = TypeVar("Changed", bound=SwitchChanged)
# Raises DomainError for a switch that is refused: as it was asked for, and as it is to be kept, or is kept already.
Check = Callable[[AsyncConnection, Asked, S, Clock], Awaitable[object]]
# Tells whom it concerns that a switch came to a state, in the transaction of the change.
Tell = Callable[[AsyncConnection, S, Entered, Clock], Awaitable[None]]
TellOfRule = Callable[[AsyncConnection, SourcingRule], Awaitable[None]]

_MOST_RULES = 10_000
# What the history names for steps that a person asked for.
ASKED = "api.switch"


@dataclass(frozen=True, slots=True)
class Switches(Generic[S, Asked]):
    """The switches of one strand. `cause`: what the history names for steps that nobody asked for.

    `again` returns a switch that waited for a second person as if it were asked for on a day: it is checked once more.
    """

    strand: Strand
    store: SwitchStore[S]
    tell: Tell[S]
    cause: str
    check: Check[Asked, S]
    again: Callable[[S, date], Asked]


@dataclass(frozen=True, slots=True)
class Planned:
    """The answer to a request for a switch; `repeated` where it was planned before."""

    switch_id: UUID
    repeated: bool


async def plan(
    connection: AsyncConnection, switches: Switches[S, Asked], asked: Asked, new: S, idempotency_key: str, clock: Clock
) -> Planned:
    """Keeps a switch, which begins on its first day; where the council requires a second person, not before one approved it.

    The same request again gets the same switch. Nobody else plans one for the council meanwhile. Raises DomainError (422) with
    everything that is wrong, or where the key was used with other content.
    """
    store, request = switches.store, Request(idempotency_key, asked.fingerprint())
    await lock_changes(connection, new.council)
    await store.lock_council(connection, new.council)
    before = await store.request_of(connection, new.council, request.idempotency_key)
    if before is not None:
        switch_id, fingerprint = before
        if fingerprint != request.fingerprint:
            raise key_reused(f"switch {switch_id}")
        return Planned(switch_id, repeated=True)
    await switches.check(connection, asked, new, clock)
    new = await with_change(connection, switches.strand, new, clock)
    await store.add(connection, new, request)
    await store.add_step(connection, new.switch_id, Step(new.reason, None, new.state.value), cause=ASKED, at=new.planned_at)
    await switches.tell(connection, new, Entered(1, new.planned_at), clock)
    await note_act(connection, thing=str(new.switch_id))
    return Planned(new.switch_id, repeated=False)


async def withdraw(
    connection: AsyncConnection, switches: Switches[S, Any], switch_id: UUID, council: str, *, reason: str, clock: Clock
) -> None:
    """Withdraws a switch. What it did stays done, what it did not do is left, and rules stay as they are.

    Raises DomainError: no such switch (404), one that is done or withdrawn (409).
    """
    found = await switches.store.get(connection, switch_id, council, lock=True)
    if found is None:
        raise no_such("switch")
    if found.state not in UNFINISHED:
        raise switch_over(found)
    await decline_with(connection, switches.strand, found, reason, clock)
    await _enter(connection, switches, found, SwitchState.WITHDRAWN, reason, ASKED, clock)


def approving(switches: Switches[S, Asked], clock: Clock) -> Carried[S]:
    """Returns how switches are approved: they begin on their first day, or at once where that has passed.

    Declined ones are withdrawn. One that would be refused today is refused (422), and so is one that was withdrawn (409).
    """

    async def approve(connection: AsyncConnection, change: Change) -> S:
        found = await show(connection, change)
        if found.state is not SwitchState.PLANNED or change.decided_by is None:
            raise switch_over(found)
        await switches.check(connection, switches.again(found, clock.today()), found, clock)
        await switches.store.approve(connection, found.switch_id, change.decided_by)
        await switches.store.add_step(connection, found.switch_id, Step("approved"), cause=ASKED, at=clock.now())
        return await show(connection, change)

    async def show(connection: AsyncConnection, change: Change) -> S:
        found = await switches.store.get(connection, change.change_id, change.council, lock=True)
        if found is None:
            raise no_such("switch")
        return found

    async def decline(connection: AsyncConnection, change: Change) -> None:
        await withdraw(connection, switches, change.change_id, change.council, reason=change.decided_reason, clock=clock)

    return Carried(approve, show, decline, refuses=("switch-refused", "switch-over", "no-such-switch"))


async def begin_due(
    connection: AsyncConnection, switches: Switches[S, Any], begin: Callable[[AsyncConnection, S], Awaitable[str]], clock: Clock
) -> bool:
    """Begins one switch whose first day has come. `begin` changes rules and returns what it did, in words.

    Nobody else changes rules of its council meanwhile. Returns whether there was one.
    """
    for switch_id, council in await switches.store.due(connection, clock.today()):
        # Before the switch's own row, as whoever approves it does.
        await lock_changes(connection, council)
        planned = await locked(connection, switches, switch_id, SwitchState.PLANNED)
        if planned is not None:
            done = await begin(connection, planned)
            await enter(connection, switches, planned, SwitchState.RUNNING, done, clock)
            return True
    return False


async def locked(connection: AsyncConnection, switches: Switches[S, Any], switch_id: UUID, state: SwitchState) -> S | None:
    """Locks a switch and returns it, if it is still in this state. What follows is done for whoever planned it."""
    found = await switches.store.get(connection, switch_id, None, lock=True)
    if found is None or found.state is not state:
        return None
    set_cause(Cause(correlation_id=str(switch_id), actor=found.planned_by))
    return found


async def enter(
    connection: AsyncConnection, switches: Switches[S, Any], found: S, state: SwitchState, reason: str, clock: Clock
) -> None:
    """Brings a locked switch to a state, which nobody asked for now."""
    await _enter(connection, switches, found, state, reason, switches.cause, clock)


async def _enter(
    connection: AsyncConnection, switches: Switches[S, Any], found: S, state: SwitchState, reason: str, cause: str, clock: Clock
) -> None:
    store, switch_id = switches.store, found.switch_id
    step = Step(reason, found.state.value, state.value)
    await store.set_state(connection, switch_id, state)
    await store.add_step(connection, switch_id, step, cause=cause, at=clock.now())
    entered = await store.entered(connection, [switch_id])
    await switches.tell(connection, replace(found, state=state), entered[switch_id], clock)


async def rules_of(connection: AsyncConnection, council: str, strand: Strand) -> Sequence[SourcingRule]:
    """Returns all rules of a council and strand, past and future ones too."""
    return await rules.page(connection, council, strand, after=None, limit=_MOST_RULES)


async def warnings_of(connection: AsyncConnection, switch: Switch, strand: Strand, clock: Clock) -> Sequence[RuleWarning]:
    """Returns what a council may not have meant by a switch that is planned. Once it has begun, rules are as it made them."""
    if switch.state is not SwitchState.PLANNED:
        return ()
    on = max(switch.first_day, clock.today())
    return rule_changes(switch, await rules_of(connection, switch.council, strand), on).warnings


async def change_rules(connection: AsyncConnection, strand: Strand, planned: Switch, clock: Clock, tell: TellOfRule) -> str:
    """Ends and adds the rules of a switch that begins today, for whoever planned and approved it; returns how many."""
    changes = rule_changes(planned, await rules_of(connection, planned.council, strand), clock.today())
    by, approved_by = planned.planned_by, planned.approved_by
    ending = Ending(by, clock.now(), planned.reason, approved_by)
    for rule in changes.ended:
        ended = await rules.end(connection, planned.council, rule.rule_id, on=clock.today(), ending=ending)
        if ended is not None:
            await tell(connection, ended)
    for rule in changes.added:
        await tell(connection, await rules.add(connection, rule, by=by, approved_by=approved_by))
    return f"rules ended: {len(changes.ended)}, added: {len(changes.added)}"


def switch_event(event: type[Changed], switch: Switch, entered: Entered, **own: Any) -> Changed:
    """Returns a strand's event of a switch that came to a state; `own` is what the strand states besides."""
    return event(
        council=switch.council,
        switch_id=switch.switch_id,
        version=entered.version,
        state=switch.state,
        from_supplier=switch.from_supplier,
        to_supplier=switch.to_supplier,
        branches=switch.scope.branches,
        materials=switch.scope.materials,
        first_day=switch.first_day,
        reason=switch.reason,
        at=entered.at,
        **{"open_copies": None, **own},
    )
