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

from shared.bus import Cause, set_cause
from shared.clock import Clock
from shared.contracts.switches import SwitchChanged, SwitchState
from shared.errors import DomainError, Kind, key_reused, no_such
from shared.history import Step
from shared.sourcing import store as rules
from shared.sourcing.rules import SourcingRule, Strand
from shared.sourcing.switches.planning import AskedScope, RuleChanges, Switch
from shared.sourcing.switches.store import UNFINISHED, Entered, Request, SwitchStore

S = TypeVar("S", bound=Switch)
Asked = TypeVar("Asked", bound=AskedScope)
Changed = TypeVar("Changed", bound=SwitchChanged)
# Tells whom it concerns that a switch came to a state, in the transaction of the change.
Tell = Callable[[AsyncConnection, S, Entered, Clock], Awaitable[None]]
TellOfRule = Callable[[AsyncConnection, SourcingRule], Awaitable[None]]

_MOST_RULES = 10_000
# What the history names for steps that a person asked for.
ASKED = "api.switch"


@dataclass(frozen=True, slots=True)
class Switches(Generic[S]):
    """The switches of one strand. `cause`: what the history names for steps that nobody asked for."""

    store: SwitchStore[S]
    tell: Tell[S]
    cause: str


@dataclass(frozen=True, slots=True)
class PlanSwitch(Generic[Asked]):
    """A council's request to plan a switch."""

    council: str
    asked: Asked
    idempotency_key: str
    by: str


@dataclass(frozen=True, slots=True)
class Planned:
    """The answer to a request for a switch; `repeated` where it was planned before."""

    switch_id: UUID
    repeated: bool


async def plan(
    connection: AsyncConnection,
    switches: Switches[S],
    new: S,
    request: Request,
    check: Callable[[], Awaitable[object]],
    clock: Clock,
) -> Planned:
    """Keeps a switch, which begins on its first day. The same request again gets the same switch.

    `check` raises DomainError for a switch that is refused; nobody else plans one for the council meanwhile. Raises DomainError
    (422) where the key was used with other content.
    """
    store = switches.store
    await store.lock_council(connection, new.council)
    before = await store.request_of(connection, new.council, request.idempotency_key)
    if before is not None:
        switch_id, fingerprint = before
        if fingerprint != request.fingerprint:
            raise key_reused(f"switch {switch_id}")
        return Planned(switch_id, repeated=True)
    await check()
    await store.add(connection, new, request)
    await store.add_step(connection, new.switch_id, Step(new.reason, None, new.state.value), cause=ASKED, at=new.planned_at)
    await switches.tell(connection, new, Entered(1, new.planned_at), clock)
    return Planned(new.switch_id, repeated=False)


async def withdraw(
    connection: AsyncConnection, switches: Switches[S], switch_id: UUID, council: str, *, reason: str, clock: Clock
) -> None:
    """Withdraws a switch. What it did stays done, what it did not do is left, and rules stay as they are.

    Raises DomainError: no such switch (404), one that is done or withdrawn (409).
    """
    found = await switches.store.get(connection, switch_id, council, lock=True)
    if found is None:
        raise no_such("switch")
    if found.state not in UNFINISHED:
        raise DomainError("switch-over", f"The switch is {found.state}; plan another one to go back.", Kind.CONFLICT)
    await _enter(connection, switches, found, SwitchState.WITHDRAWN, reason, ASKED, clock)


async def begin_due(
    connection: AsyncConnection, switches: Switches[S], begin: Callable[[AsyncConnection, S], Awaitable[str]], clock: Clock
) -> bool:
    """Begins one switch whose first day has come. `begin` changes rules and returns what it did, in words.

    Returns whether there was one.
    """
    for switch_id in await switches.store.due(connection, clock.today()):
        planned = await locked(connection, switches, switch_id, SwitchState.PLANNED)
        if planned is not None:
            done = await begin(connection, planned)
            await enter(connection, switches, planned, SwitchState.RUNNING, done, clock)
            return True
    return False


async def locked(connection: AsyncConnection, switches: Switches[S], switch_id: UUID, state: SwitchState) -> S | None:
    """Locks a switch and returns it, if it is still in this state. What follows is done for whoever planned it."""
    found = await switches.store.get(connection, switch_id, None, lock=True)
    if found is None or found.state is not state:
        return None
    set_cause(Cause(correlation_id=str(switch_id), actor=found.planned_by))
    return found


async def enter(
    connection: AsyncConnection, switches: Switches[S], found: S, state: SwitchState, reason: str, clock: Clock
) -> None:
    """Brings a locked switch to a state, which nobody asked for now."""
    await _enter(connection, switches, found, state, reason, switches.cause, clock)


async def _enter(
    connection: AsyncConnection, switches: Switches[S], found: S, state: SwitchState, reason: str, cause: str, clock: Clock
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


async def change_rules(connection: AsyncConnection, changes: RuleChanges, planned: Switch, today: date, tell: TellOfRule) -> str:
    """Ends and adds the rules of a switch that begins, for whoever planned it; returns how many."""
    for rule in changes.ended:
        ended = await rules.end(connection, planned.council, rule.rule_id, on=today, by=planned.planned_by)
        if ended is not None:
            await tell(connection, ended)
    for rule in changes.added:
        await tell(connection, await rules.add(connection, rule, by=planned.planned_by))
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
