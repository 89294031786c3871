"""A council plans a switch, sees beforehand what it would do, and withdraws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.planning import AskedSwitch, RuleChanges, rule_changes, switch_faults
from services.orders.domain.switching import Switch
from services.orders.store import open_copies, suppliers, switches
from services.orders.store.history import Step, add_steps
from services.orders.store.open_copies import Owed
from services.orders.store.register import registers_on
from services.orders.store.switches import Request
from services.orders.usecases.sourcing import tell_of_switch
from shared.clock import Clock
from shared.contracts.switches import SwitchState
from shared.errors import DomainError, Fault, Kind, key_reused, no_such
from shared.ids import new_id
from shared.sourcing.rules import SourcingRule, Strand
from shared.sourcing.store import page
from shared.wording import counted

PREVIEWED_LINES = 200
_MOST_RULES = 10_000
CAUSE = "api.switch"


@dataclass(frozen=True, slots=True)
class PlanSwitch:
    """A council's request to plan a switch."""

    council: str
    asked: AskedSwitch
    idempotency_key: str
    by: str


@dataclass(frozen=True, slots=True)
class Planned:
    """The answer to a request for a switch; `repeated` where it was planned before."""

    switch_id: UUID
    repeated: bool


@dataclass(frozen=True, slots=True)
class Previewed:
    """What a switch would do now: to rules, to the first lines, and to all of them by currency."""

    rules: RuleChanges
    lines: Sequence[RowMapping]
    sums: Sequence[RowMapping]


async def preview_switch(connection: AsyncConnection, council: str, asked: AskedSwitch, clock: Clock) -> Previewed:
    """Returns what a switch would do. Writes nothing. Raises DomainError (422) where it would be refused."""
    changes = await _checked(connection, council, asked, clock)
    owed = Owed(council, asked.from_supplier, asked.scope, asked.dead)
    lines = await open_copies.open_lines(connection, owed, limit=PREVIEWED_LINES)
    return Previewed(changes, lines, await open_copies.open_sums(connection, owed))


async def plan_switch(connection: AsyncConnection, wanted: PlanSwitch, clock: Clock) -> Planned:
    """Keeps a switch, which begins on its first day. The same request again gets the same switch.

    Raises DomainError (422) with everything that is wrong, or where the key was used with other content.
    """
    council, asked = wanted.council, wanted.asked
    await switches.lock_switches(connection, council)
    before = await switches.request_of(connection, council, wanted.idempotency_key)
    if before is not None:
        switch_id, fingerprint = before
        if fingerprint != asked.fingerprint():
            raise key_reused(f"switch {switch_id}")
        return Planned(switch_id, repeated=True)
    await _checked(connection, council, asked, clock)
    new = Switch(
        switch_id=new_id(),
        council=council,
        from_supplier=asked.from_supplier,
        to_supplier=asked.to_supplier,
        scope=asked.scope,
        first_day=asked.first_day,
        open_copies=asked.open_copies,
        drain_until=asked.drain_until,
        reason=asked.reason,
        state=SwitchState.PLANNED,
        planned_at=clock.now(),
        planned_by=wanted.by,
        dead=asked.dead,
    )
    await switches.add_switch(connection, new, Request(wanted.idempotency_key, asked.fingerprint()))
    await add_steps(connection, new.switch_id, [Step(asked.reason, None, new.state.value)], cause=CAUSE, at=new.planned_at)
    await tell_of_switch(connection, new, clock=clock)
    return Planned(new.switch_id, repeated=False)


async def _checked(connection: AsyncConnection, council: str, asked: AskedSwitch, clock: Clock) -> RuleChanges:
    """Returns what the switch does to rules. Raises DomainError (422) with everything that is wrong with it."""
    today = clock.today()
    register = (await registers_on(connection, [council], today))[council]
    known = {row.supplier_id: row.takes_cancellations for row in await suppliers.list_suppliers(connection)}
    faults = switch_faults(asked, today, register, known, await switches.unfinished(connection, council))
    changes = rule_changes(asked, await rules_of(connection, council), max(asked.first_day, today))
    if not faults and not changes.ended and not changes.added:
        open_now = await open_copies.has_open_copies(connection, Owed(council, asked.from_supplier, asked.scope, asked.dead))
        faults += [] if open_now else [_covers_nothing(asked)]
    if faults:
        detail = f"The switch has {counted(len(faults), 'fault')}; nothing was changed."
        raise DomainError("switch-refused", detail, Kind.INVALID, faults)
    return changes


async def rules_of(connection: AsyncConnection, council: str) -> Sequence[SourcingRule]:
    """Returns all ordering rules of a council, past and future ones too."""
    return await page(connection, council, Strand.ORDERING, after=None, limit=_MOST_RULES)


def _covers_nothing(asked: AskedSwitch) -> Fault:
    text = (
        f"No sourcing rule gives {asked.from_supplier} any of these branches and materials, and it owes no copy of them. "
        "See GET /v1/sourcing-rules, and name branches and materials that it serves."
    )
    return Fault("/path/supplier_id" if asked.dead else "/from_supplier", "covers-nothing", text)


async def withdraw_switch(connection: AsyncConnection, switch_id: UUID, council: str, *, reason: str, clock: Clock) -> None:
    """Withdraws a switch. What it moved stays moved, what it did not move stays where it is, and rules stay as they are.

    Raises DomainError: no such switch (404), one that is done or withdrawn (409).
    """
    found = await switches.get_switch(connection, switch_id, council, lock=True)
    if found is None:
        raise no_such("switch")
    if found.state not in (SwitchState.PLANNED, SwitchState.RUNNING):
        raise DomainError("switch-over", f"The switch is {found.state}; plan another one to go back.", Kind.CONFLICT)
    await switches.set_state(connection, switch_id, SwitchState.WITHDRAWN)
    step = Step(reason, found.state.value, SwitchState.WITHDRAWN.value)
    await add_steps(connection, switch_id, [step], cause=CAUSE, at=clock.now())
    await tell_of_switch(connection, replace(found, state=SwitchState.WITHDRAWN), clock=clock)
