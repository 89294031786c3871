"""A council switches to another supplier of records. It is carried out in steps, each in a transaction of its own.

A step that was broken off is done again, and none twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue import outgoing, store
from services.catalogue.domain.asking import AskedFor, requests_of
from services.catalogue.domain.switching import AskedSwitch, RecordState, RecordSwitch, asked_again, switch_faults
from services.catalogue.store import switches
from services.catalogue.store.suppliers import suppliers_of_records
from services.catalogue.store.switches import owed_by
from services.catalogue.usecases.asking import ASKS_AT_ONCE
from services.catalogue.usecases.sourcing import tell_of_rule
from shared.bus import publish
from shared.clock import Clock
from shared.contracts.switches import SwitchState
from shared.sourcing.rules import Strand
from shared.sourcing.switches import life
from shared.sourcing.switches.life import Switches, change_rules, enter, locked, rules_of
from shared.sourcing.switches.planning import RuleChanges, covers_nothing, refused, rule_changes
from shared.sourcing.switches.store import Entered

PREVIEWED_BOOKS = 200


async def _tell(connection: AsyncConnection, switch: RecordSwitch, entered: Entered, clock: Clock) -> None:
    await publish(connection, [outgoing.switch_changed(switch, entered)], clock, version=entered.version)


@dataclass(frozen=True, slots=True)
class Previewed:
    """What a switch would do now: to rules, and with how many books' records, of which these are the first."""

    rules: RuleChanges
    books: Sequence[RowMapping]
    owed: int


async def preview_switch(connection: AsyncConnection, asked: AskedSwitch, new: RecordSwitch, clock: Clock) -> Previewed:
    """Returns what a switch would do. Writes nothing. Raises DomainError (422) where it would be refused."""
    changes = await _checked(connection, asked, new, clock)
    owed = owed_by(new)
    books = await switches.owed_books(connection, owed, limit=PREVIEWED_BOOKS)
    return Previewed(changes, books, await switches.count_owed(connection, owed))


async def _checked(connection: AsyncConnection, asked: AskedSwitch, new: RecordSwitch, clock: Clock) -> RuleChanges:
    """Returns what the switch does to rules. Raises DomainError (422) with everything that is wrong with it."""
    today = clock.today()
    others = await switches.SWITCHES.others(connection, new)
    faults = switch_faults(asked, today, await suppliers_of_records(connection), others)
    changes = rule_changes(asked, await rules_of(connection, new.council, Strand.CATALOGUE), max(asked.first_day, today))
    if not (faults or changes.ended or changes.added or await switches.owed_books(connection, owed_by(new), limit=1)):
        faults = [covers_nothing(asked, "record for them")]
    if faults:
        raise refused(faults)
    return changes


SWITCHES = Switches(Strand.CATALOGUE, switches.SWITCHES, _tell, cause="catalogue.switch", check=_checked, again=asked_again)


async def progress_of(connection: AsyncConnection, found: RecordSwitch, clock: Clock) -> dict[RecordState, int]:
    """Counts the records of a switch by their state, with those that the first supplier still owes before they are taken."""
    counts = dict(await switches.record_counts(connection, found, clock.now()))
    if found.state in (SwitchState.PLANNED, SwitchState.RUNNING) and not await switches.has_taken_all(connection, found):
        owed = await switches.count_owed(connection, owed_by(found))
        counts |= {RecordState.OWED: owed} if owed else {}
    return counts


async def begin_due(connection: AsyncConnection, clock: Clock) -> bool:
    """Begins one switch whose first day has come: its rules are changed. Returns whether there was one."""

    async def begin(connection: AsyncConnection, planned: RecordSwitch) -> str:
        # Whoever asks by the rules as they were has written down whom it asked before these are changed.
        await store.stop_asking(connection, planned.council)
        return await change_rules(connection, Strand.CATALOGUE, planned, clock, partial(tell_of_rule, clock=clock))

    return await life.begin_due(connection, SWITCHES, begin, clock)


async def take_owed_records(connection: AsyncConnection, clock: Clock, switch_id: UUID) -> bool:
    """Has the next records that the first supplier owes asked of the second one. Returns whether there may be more."""
    found = await locked(connection, SWITCHES, switch_id, SwitchState.RUNNING)
    if found is None or await switches.has_taken_all(connection, found):
        return False
    now = clock.now()
    asked = await switches.next_owed(connection, owed_by(found), limit=ASKS_AT_ONCE)
    if not asked:
        await switches.end_taking(connection, found, now)
        return False
    await switches.take_over(connection, found, asked, now)
    await _ask(connection, found, asked, clock)
    return True


async def _ask(connection: AsyncConnection, found: RecordSwitch, asked: Sequence[AskedFor], clock: Clock) -> None:
    """Asks the second supplier, unless it was asked within a day, for whomever."""
    now = clock.now()
    requests = requests_of(replace(each, supplier_id=found.to_supplier) for each in asked)
    new = await store.note_asks(connection, requests, now)
    await publish(connection, [outgoing.record_requested(ask, now) for ask in new], clock)


async def finish(connection: AsyncConnection, clock: Clock, switch_id: UUID) -> None:
    """Ends a running switch all of whose records were supplied, given up, or are no longer wanted."""
    found = await locked(connection, SWITCHES, switch_id, SwitchState.RUNNING)
    if found is None or not await switches.has_taken_all(connection, found):
        return
    if not (await switches.record_counts(connection, found, clock.now())).get(RecordState.ASKED):
        await enter(connection, SWITCHES, found, SwitchState.DONE, "no record of it is owed", clock)
