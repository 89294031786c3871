"""A council plans a switch, or sees beforehand what it would do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.planning import AskedSwitch, asked_again, switch_faults
from services.orders.domain.switching import OrderingSwitch
from services.orders.store import open_copies, suppliers
from services.orders.store import switches as store
from services.orders.store.open_copies import Owed
from services.orders.store.register import registers_on
from services.orders.usecases.sourcing import tell_of_switch
from shared.clock import Clock
from shared.sourcing.rules import Strand
from shared.sourcing.switches.life import Switches, rules_of
from shared.sourcing.switches.planning import RuleChanges, covers_nothing, refused, rule_changes

PREVIEWED_LINES = 200


@dataclass(frozen=True, slots=True)
class Previewed:
    """What a switch would do now: to rules, to the first lines, and to all of them by currency."""

    rules: RuleChanges
    lines: Sequence[RowMapping]
    sums: Sequence[RowMapping]


async def preview_switch(connection: AsyncConnection, asked: AskedSwitch, new: OrderingSwitch, clock: Clock) -> Previewed:
    """Returns what a switch would do. Writes nothing. Raises DomainError (422) where it would be refused."""
    changes = await _checked(connection, asked, new, clock)
    owed = Owed(new.council, asked.from_supplier, asked.scope, asked.dead)
    lines = await open_copies.open_lines(connection, owed, limit=PREVIEWED_LINES)
    return Previewed(changes, lines, await open_copies.open_sums(connection, owed))


async def _checked(connection: AsyncConnection, asked: AskedSwitch, new: OrderingSwitch, clock: Clock) -> RuleChanges:
    """Returns what the switch does to rules. Raises DomainError (422) with everything that is wrong with it."""
    today, council = clock.today(), new.council
    register = (await registers_on(connection, [council], today))[council]
    known = {row.supplier_id: row.takes_cancellations for row in await suppliers.list_suppliers(connection)}
    others = await store.SWITCHES.others(connection, new)
    faults = switch_faults(asked, today, register, known, others)
    changes = rule_changes(asked, await rules_of(connection, council, Strand.ORDERING), max(asked.first_day, today))
    if not faults and not changes.ended and not changes.added:
        open_now = await open_copies.has_open_copies(connection, Owed(council, asked.from_supplier, asked.scope, asked.dead))
        pointer = "/path/supplier_id" if asked.dead else "/from_supplier"
        faults += [] if open_now else [covers_nothing(asked, "copy of them", pointer)]
    if faults:
        raise refused(faults)
    return changes


SWITCHES = Switches(Strand.ORDERING, store.SWITCHES, tell_of_switch, cause="orders.switch", check=_checked, again=asked_again)
