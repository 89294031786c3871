"""A council plans a switch, or sees beforehand what it would do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

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
from shared.errors import Fault
from shared.sourcing.rules import Strand
from shared.sourcing.switches.life import Planned, PlanSwitch, Switches, plan, rules_of
from shared.sourcing.switches.planning import RuleChanges, refused, rule_changes
from shared.sourcing.switches.store import Request

PREVIEWED_LINES = 200


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


async def plan_switch(connection: AsyncConnection, wanted: PlanSwitch[AskedSwitch], clock: Clock) -> Planned:
    """Keeps a switch, which begins on its first day. The same request again gets the same switch.

    Raises DomainError (422) with everything that is wrong, or where the key was used with other content.
    """
    council, asked = wanted.council, wanted.asked
    new = asked.planned(council, wanted.by, clock.now())
    request = Request(wanted.idempotency_key, asked.fingerprint())
    return await plan(connection, SWITCHES, new, request, lambda: _checked(connection, council, asked, clock), clock)


async def _check_again(connection: AsyncConnection, waited: OrderingSwitch, clock: Clock) -> RuleChanges:
    """Returns what a switch that waited for a second person does to rules. Raises DomainError (422) as if planned today."""
    asked = asked_again(waited, clock.today())
    return await _checked(connection, waited.council, asked, clock, waited=waited.switch_id)


SWITCHES = Switches(store.SWITCHES, tell_of_switch, cause="orders.switch", check=_check_again)


async def _checked(
    connection: AsyncConnection, council: str, asked: AskedSwitch, clock: Clock, *, waited: UUID | None = None
) -> RuleChanges:
    """Returns what the switch does to rules. Raises DomainError (422) with everything that is wrong with it.

    `waited`: the switch itself, where it is kept already.
    """
    today = clock.today()
    register = (await registers_on(connection, [council], today))[council]
    known = {row.supplier_id: row.takes_cancellations for row in await suppliers.list_suppliers(connection)}
    others = [one for one in await store.SWITCHES.unfinished(connection, council) if one.switch_id != waited]
    faults = switch_faults(asked, today, register, known, others)
    changes = rule_changes(asked, await rules_of(connection, council, Strand.ORDERING), max(asked.first_day, today))
    if not faults and not changes.ended and not changes.added:
        open_now = await open_copies.has_open_copies(connection, Owed(council, asked.from_supplier, asked.scope, asked.dead))
        faults += [] if open_now else [_covers_nothing(asked)]
    if faults:
        raise refused(faults)
    return changes


def _covers_nothing(asked: AskedSwitch) -> Fault:
    text = (
        f"No sourcing rule gives {asked.from_supplier} any of these branches and materials, and it owes no copy of them. "
        "See GET /v1/sourcing-rules, and name branches and materials that it serves."
    )
    return Fault("/path/supplier_id" if asked.dead else "/from_supplier", "covers-nothing", text)
