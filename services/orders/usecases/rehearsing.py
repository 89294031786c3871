"""Rehearses proposed rules, or a switch, on the orders of a past period. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.contracts import Sourcing
from services.orders.domain.planning import AskedSwitch, switch_faults
from services.orders.domain.rehearsing import Rehearsal
from services.orders.store import suppliers
from services.orders.store.placed import Period, placed_orders
from services.orders.store.register import registers_on
from services.orders.usecases.contracts import contracts_on
from shared.clock import Clock
from shared.errors import DomainError, Fault, Kind
from shared.sourcing.rules import SourcingRule, Strand
from shared.sourcing.store import rules_on, trials_in
from shared.sourcing.switches.life import rules_of
from shared.sourcing.switches.planning import rule_changes
from shared.sourcing.trials import mode_faults, trial_faults
from shared.wording import counted

LISTED_LINES = 200
# Orders that are in memory at once.
_PAGE = 100


@dataclass(frozen=True, slots=True)
class Rehearse:
    """A council's request: the days `first` to `last`, both included, and either the proposed rules or a switch."""

    council: str
    first: date
    last: date
    rules: Sequence[SourcingRule]
    switch: AskedSwitch | None


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What the orders of the period would have led to by the rules of a day."""

    on: date
    rehearsal: Rehearsal


async def rehearse(connection: AsyncConnection, wanted: Rehearse, clock: Clock) -> Rehearsed:
    """Returns where past orders would go if they were placed on the first day on which all that is proposed applies.

    The council's rules of that day decide, and the contract ends that are in force, as for a new order.

    Raises DomainError (422) with everything that is wrong with the period, the rules or the switch.
    """
    today = clock.today()
    faults = list(_period_faults(wanted, today))
    if wanted.switch is None:
        rules, on, found = await _with_rules(connection, wanted, today)
    else:
        rules, on, found = await _with_switch(connection, wanted.council, wanted.switch, today)
    faults += found
    if faults:
        detail = f"The rehearsal has {counted(len(faults), 'fault')}."
        raise DomainError("rehearsal-refused", detail, Kind.INVALID, faults)
    contracts = await contracts_on(connection, [wanted.council], on)
    rehearsal = Rehearsal(Sourcing.by(rules, contracts[wanted.council], wanted.council), LISTED_LINES)
    period = Period(wanted.council, clock.start_of(wanted.first), clock.start_of(wanted.last + timedelta(days=1)))
    page = await placed_orders(connection, period, after=None, limit=_PAGE)
    while page.orders:
        for order in page.orders:
            rehearsal.add(order)
        if page.last is None:
            break
        page = await placed_orders(connection, period, after=page.last, limit=_PAGE)
    return Rehearsed(on, rehearsal)


def _period_faults(wanted: Rehearse, today: date) -> Iterator[Fault]:
    if wanted.last < wanted.first:
        yield Fault(
            "/to", "ends-before-it-begins", f"The last day is before the first, {wanted.first}; name that day or a later one."
        )
    if wanted.last > today:
        yield Fault("/to", "future-day", f"Orders of the past are rehearsed; name {today} or an earlier day.")


async def _with_rules(
    connection: AsyncConnection, wanted: Rehearse, today: date
) -> tuple[Sequence[SourcingRule], date, list[Fault]]:
    """Returns the council's rules with the proposed ones, the day of which they are, and what is wrong with them."""
    on = max([today, *(rule.valid_from for rule in wanted.rules)])
    known = {row.supplier_id for row in await suppliers.list_suppliers(connection)}
    of_trials = await trials_in(Strand.ORDERING).rules(connection, wanted.council)
    rules = await rules_on(connection, wanted.council, Strand.ORDERING, on)
    faults: list[Fault] = []
    for index, rule in enumerate(wanted.rules):
        found = [
            *_rule_faults(rule, known, on),
            *_tie_faults(rule, rules, on),
            *mode_faults(rule),
            *trial_faults(rule, of_trials),
        ]
        faults += _below(f"/rules/{index}", found)
        of_trials += [rule] if rule.trial is not None else []
        rules.append(rule)
    return rules, on, faults


def _rule_faults(rule: SourcingRule, known: set[str], on: date) -> Iterator[Fault]:
    if rule.supplier_id not in known:
        text = f"No exchange serves supplier {rule.supplier_id!r}. Known: {', '.join(sorted(known)) or 'none yet'}."
        yield Fault("/supplier_id", "unknown-supplier", text)
    if rule.valid_to is not None and rule.valid_to <= on:
        text = f"The rules are rehearsed as they are on {on}, and this one has ended by then. Leave it out, or end it later."
        yield Fault("/valid_to", "not-in-force", text)


def _tie_faults(rule: SourcingRule, others: Iterable[SourcingRule], on: date) -> Iterator[Fault]:
    """Yields a fault where the ids of two rules would decide between their suppliers: the rehearsal would be worth nothing."""
    for other in others:
        if rule.ties(other, on) and rule.supplier_id != other.supplier_id:
            text = (
                f"A rule for {other.supplier_id} has the same branch, material and first day: chance decides between them. "
                "Begin a day later."
            )
            yield Fault("/valid_from", "same-first-day", text)


async def _with_switch(
    connection: AsyncConnection, council: str, asked: AskedSwitch, today: date
) -> tuple[Sequence[SourcingRule], date, list[Fault]]:
    """Returns the council's rules as a switch would leave them, the first day on which they are so, and what is wrong with it.

    Other switches are no fault: nothing is planned.
    """
    on = max(asked.first_day, today)
    register = (await registers_on(connection, [council], today))[council]
    known = {row.supplier_id: row.takes_cancellations for row in await suppliers.list_suppliers(connection)}
    rules = await rules_of(connection, council, Strand.ORDERING)
    changes = rule_changes(asked, rules, on)
    ended = {rule.rule_id for rule in changes.ended}
    kept = [rule for rule in rules if rule.rule_id not in ended]
    return [*kept, *changes.added], on, list(_below("/switch", switch_faults(asked, today, register, known, ())))


def _below(pointer: str, faults: Iterable[Fault]) -> Iterator[Fault]:
    return (replace(fault, pointer=f"{pointer}{fault.pointer}") for fault in faults)
