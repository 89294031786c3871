"""A council gives a scope another route: it plans a switch or sees beforehand what it would do; the switcher carries it out.

Each step is a transaction of its own: one that was broken off is done again, and none twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.delivery.domain.switching import (
    OpenCopies,
    Outlook,
    RouteChanges,
    RouteSwitch,
    Stage,
    branch_faults,
    outlook,
    route_changes,
    route_warnings,
    scope_faults,
    stage_of,
    supplier_faults,
    takes_route,
)
from services.delivery.outgoing import rule_changed, switch_changed
from services.delivery.store import routes
from services.delivery.store import switches as store
from shared.bus import publish
from shared.clock import Clock
from shared.contracts.switches import SwitchState
from shared.errors import Fault
from shared.sourcing.routes import RouteRule
from shared.sourcing.rules import Ending, Strand
from shared.sourcing.switches import life
from shared.sourcing.switches.life import Switches, enter, locked
from shared.sourcing.switches.planning import AskedScope, first_day_faults, overlap_faults, refused
from shared.sourcing.switches.store import Entered
from shared.sourcing.warnings import RuleWarning

_MOST_RULES = 10_000


async def tell_of_switch(connection: AsyncConnection, switch: RouteSwitch, entered: Entered, clock: Clock) -> None:
    """Publishes a switch that came to another state. Copies that are still open follow a withdrawn one no more."""
    await publish(connection, [switch_changed(switch, entered)], clock, version=entered.version)
    if switch.state is SwitchState.WITHDRAWN:
        left = await routes.follow_no_more(connection, switch.switch_id)
        await publish(connection, [rule_changed(rule) for rule in left], clock)


@dataclass(frozen=True, slots=True)
class Previewed:
    """What a switch would do now: to rules, and to open copies, and what the council may not have meant by that."""

    changes: RouteChanges
    found: Sequence[Outlook]
    warnings: Sequence[RuleWarning]


async def preview_switch(connection: AsyncConnection, asked: AskedScope, new: RouteSwitch, clock: Clock) -> Previewed:
    """Returns what a switch would do. Writes nothing. Raises DomainError (422) with everything that is wrong with it."""
    on = max(new.first_day, clock.today())
    suppliers = await routes.suppliers(connection)
    branches = new.scope.branches
    known = await store.known_branches(connection, new.council, branches) if branches else set[str]()
    others = [each for each in await store.SWITCHES.others(connection, new) if new.may_meet(each)]
    faults = [
        *supplier_faults(new, suppliers),
        *first_day_faults(asked, clock.today()),
        *branch_faults(asked.branches, known),
        *overlap_faults(asked, others),
    ]
    rules = await _rules_of(connection, new.council)
    changes = route_changes(new, rules, on)
    own = {rule.rule_id for rule in changes.added}
    found = outlook(await store.open_groups(connection, new), changes.after(rules), own, suppliers, on)
    faults += [] if faults else await _scope_faults(connection, new, takes_route(new, rules, on), found)
    if faults:
        raise refused(faults)
    return Previewed(changes, found, route_warnings(changes, rules, suppliers, on))


async def warnings_of(connection: AsyncConnection, switch: RouteSwitch, clock: Clock) -> Sequence[RuleWarning]:
    """Returns what a council may not have meant by a switch that is planned. Once it has begun, rules are as it made them."""
    if switch.state is not SwitchState.PLANNED:
        return ()
    on, rules = max(switch.first_day, clock.today()), await _rules_of(connection, switch.council)
    return route_warnings(route_changes(switch, rules, on), rules, await routes.suppliers(connection), on)


def _asked_again(waited: RouteSwitch, today: date) -> AskedScope:
    """Returns a switch that waited for a second person, as if it were asked for today. Its first day may have passed."""
    scope = waited.scope
    return AskedScope(branches=scope.branches, materials=scope.materials, first_day=max(waited.first_day, today))


SWITCHES = Switches(
    Strand.DELIVERY, store.SWITCHES, tell_of_switch, cause="delivery.switch", check=preview_switch, again=_asked_again
)


async def _scope_faults(connection: AsyncConnection, new: RouteSwitch, is_so: bool, found: Sequence[Outlook]) -> list[Fault]:
    stages = {stage_of(each, moves=new.open_copies is OpenCopies.MOVE) for each in found}
    covered = await store.is_covered(connection, new)
    return list(scope_faults(covered=covered, changes_nothing=is_so and Stage.WAITING not in stages))


async def _rules_of(connection: AsyncConnection, council: str) -> Sequence[RouteRule]:
    """Returns all delivery rules of a council, past and future ones too."""
    return await routes.page(connection, council, after=None, limit=_MOST_RULES)


async def begin_due(connection: AsyncConnection, clock: Clock) -> bool:
    """Begins one switch whose first day has come: its rules are changed. Returns whether there was one."""

    async def begin(connection: AsyncConnection, planned: RouteSwitch) -> str:
        today, by, approved_by = clock.today(), planned.planned_by, planned.approved_by
        ending = Ending(by, clock.now(), planned.reason, approved_by)
        changes = route_changes(planned, await _rules_of(connection, planned.council), today)
        ended = [await routes.end(connection, planned.council, rule.rule_id, on=today, ending=ending) for rule in changes.ended]
        for rule in changes.added:
            await routes.add(connection, rule, by=by, approved_by=approved_by, switch_id=planned.switch_id)
        # What is added first: who hears only of that meanwhile places orders by it, and never without a rule.
        changed = [*changes.added, *(rule for rule in ended if rule is not None)]
        await publish(connection, [rule_changed(rule) for rule in changed], clock)
        return f"rules ended: {len(changes.ended)}, added: {len(changes.added)}"

    return await life.begin_due(connection, SWITCHES, begin, clock)


async def progress(connection: AsyncConnection, found: RouteSwitch, clock: Clock) -> Counter[Stage]:
    """Counts the open copies of a switch per stage; before it begins, they stay."""
    rules = await routes.rules_on(connection, found.council, clock.today())
    own = await routes.rules_of_switch(connection, found.switch_id)
    groups = await store.open_groups(connection, found)
    outlooks = outlook(groups, rules, own, await routes.suppliers(connection), clock.today())
    moves = found.open_copies is OpenCopies.MOVE and found.state is SwitchState.RUNNING
    counts = Counter[Stage]()
    for each in outlooks:
        counts[stage_of(each, moves=moves)] += each.group.copies
    return counts


async def finish(connection: AsyncConnection, clock: Clock, switch_id: UUID) -> None:
    """Ends a running switch once no open copy waits for its new place."""
    found = await locked(connection, SWITCHES, switch_id, SwitchState.RUNNING)
    if found is not None and not (await progress(connection, found, clock))[Stage.WAITING]:
        await enter(connection, SWITCHES, found, SwitchState.DONE, "no open copy waits for its new place", clock)
