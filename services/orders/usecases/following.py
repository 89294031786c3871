"""Carries out what a change of an order means for its copies of switches: places them again, asks others back, asks a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.copies import Change, Copy, Target, Verdict
from services.orders.domain.open_order import Line, OpenOrder
from services.orders.domain.placing import units_of
from services.orders.domain.routes import ChoosePlace, route_to
from services.orders.domain.switching import AddedLine, Stage, SwitchedCopy, follow, with_questions
from services.orders.store import suppliers
from services.orders.store.ordered import ordered_line, ordered_rows
from services.orders.store.routes import offered_routes
from services.orders.usecases.routes import places_on
from shared.clock import Clock
from shared.contracts.orders import SUPPLIED, CopyState, OrderedCopy, OrderedLine
from shared.ids import new_id, new_line_key
from shared.sourcing.routes import Offered
from shared.sourcing.trials import Units

# Copy, material, supplier and units -> what is said of where it is unpacked from now on.
RouteAgain = Callable[[OrderedCopy, str, str, Units], dict[str, object]]


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a change leads to: copies asked back from the second supplier, questions, rows of switches, and lines to add."""

    changes: Sequence[Change] = ()
    attention: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[UUID, SwitchedCopy] = field(default_factory=dict)
    added: Sequence[AddedLine] = ()

    @property
    def asked_back(self) -> list[Copy]:
        """The copies that their supplier is asked to cancel."""
        return [change.after for change in self.changes]

    def apply(self, order: OpenOrder) -> OpenOrder:
        """Returns the order with the lines that are added to it, and its copies of switches as they are now."""
        new = [line.ordered for line in self.added]
        lines = {line.line_key: Line(line.line_key, line.supplier_id, line.isbn, price=line.unit_price) for line in new}
        copies = [copy for line in self.added for copy in new_copies(line)]
        switched = {**order.switched, **self.rows}
        return replace(order, lines={**order.lines, **lines}, copies=[*order.copies, *copies], switched=switched)


NO_CONSEQUENCES = Consequences()


def new_copies(line: AddedLine) -> list[Copy]:
    """Returns the copies of a line that is added to an order."""
    return [
        Copy(
            copy_id=copy.copy_id,
            order_id=line.order_id,
            line_key=line.ordered.line_key,
            copy_number=copy.copy_number,
            branch=copy.branch.code,
            state=CopyState.ORDERED,
            fund=copy.fund,
            sequence=copy.sequence,
            fund_year=line.years[copy.copy_id],
            price=line.ordered.unit_price,
            rotation_plan="" if copy.item is None else copy.item.rotation_plan,
        )
        for copy in line.ordered.copies
    ]


async def follow_switches(
    connection: AsyncConnection, order: OpenOrder, changes: Sequence[Change], attention: Mapping[str, str], clock: Clock
) -> Consequences:
    """Returns what changes of an order lead to. `attention`: what they ask of a person already, by line key."""
    if not order.switched:
        return NO_CONSEQUENCES
    copies = order.copies_by_id() | {change.after.copy_id: change.after for change in changes}
    followed = follow(order.switched, copies, changes, await _closed(connection, order, changes))
    added = await _place(connection, order, [followed.rows[copy_id] for copy_id in followed.placed], clock)
    instead = {old: new for line in added for new, old in line.replaced.items()}
    rows = {copy_id: _replaced(row, instead) for copy_id, row in followed.rows.items()}
    asked = _questions(order, {**order.switched, **rows}, rows, copies, attention)
    return Consequences([_asked_back(copies[copy_id]) for copy_id in followed.recalled], asked, rows, added)


def _replaced(row: SwitchedCopy, instead: Mapping[UUID, UUID]) -> SwitchedCopy:
    return replace(row, replaced_by=instead[row.copy_id]) if row.copy_id in instead else row


def _asked_back(copy: Copy) -> Change:
    return Change(copy, replace(copy, cancel_requested=True), Verdict.UNCHANGED, Target(copy.state))


async def _closed(connection: AsyncConnection, order: OpenOrder, changes: Iterable[Change]) -> set[str]:
    """Returns the lines whose supplier takes no cancellations, where a copy that was replaced comes all the same."""
    if not any(change.after.state in SUPPLIED and change.after.copy_id in order.switched for change in changes):
        return set()
    names = await suppliers.names_without_cancellations(connection, {line.supplier_id for line in order.lines.values()})
    return {key for key, line in order.lines.items() if line.supplier_id in names}


async def _place(connection: AsyncConnection, order: OpenOrder, rows: Sequence[SwitchedCopy], clock: Clock) -> list[AddedLine]:
    """Returns a new line with the second supplier for the copies of each line that are placed at once.

    The council's delivery rules of the day say again where they are unpacked: they may differ by supplier. A trial of deliveries
    that still runs draws the same arm, because the unit is the same. A place that the council named stays, if the second supplier
    delivers there.
    """
    if not rows:
        return []
    at, place_for = clock.now(), (await places_on(connection, [order.council], clock.today())).get(order.council)
    offered = await offered_routes(connection)
    by_line: defaultdict[tuple[str, UUID], dict[UUID, SwitchedCopy]] = defaultdict(dict)
    for row in rows:
        by_line[row.line_key, row.switch_id][row.copy_id] = row
    lines, copies = await ordered_rows(connection, {row.line_key for row in rows}, {row.copy_id for row in rows})
    line_of = {line.line_key: line for line in lines}
    year_of = {copy.copy_id: copy.fund_year for copy in copies}
    added = []
    for (line_key, _), placed in sorted(by_line.items()):
        line = line_of[line_key]
        ordered = ordered_line(line, [copy for copy in copies if copy.copy_id in placed])
        first = next(iter(placed.values()))
        new, replaced = _with_second(ordered, first, _routing(place_for, offered), order.order_number)
        reason = f"placed with {first.to_supplier} instead of {first.from_supplier}: {first.reason}"
        years = {copy_id: year_of[instead_of] for copy_id, instead_of in replaced.items()}
        added.append(AddedLine(new, replaced, order.council, order.order_id, line.placed_at, at, order.version, reason, years))
    return added


def _routing(place_for: ChoosePlace | None, offered: Mapping[str, Offered]) -> RouteAgain:
    """Returns the choice of places for copies that are placed again."""

    def routed(copy: OrderedCopy, material: str, supplier_id: str, units: Units) -> dict[str, object]:
        if copy.deliver_to_asked and copy.deliver_to is not None:
            routes = offered.get(supplier_id)
            if routes is None or route_to(copy.deliver_to) in routes:
                return {}
        deliver_to, trial = (None, None) if place_for is None else place_for(copy.branch, material, supplier_id, units)
        return {"deliver_to": deliver_to, "deliver_to_asked": False, "route_trial": trial}

    return routed


def _with_second(
    ordered: OrderedLine, row: SwitchedCopy, routed: RouteAgain, order_number: str
) -> tuple[OrderedLine, dict[UUID, UUID]]:
    """Returns the line as it is placed with the second supplier, and which copy each of its copies replaces."""
    case = ordered.material, row.to_supplier or "", units_of(order_number, ordered.line_number)
    copies = tuple(
        copy.model_copy(update={"copy_id": new_id(), "copy_number": number, **routed(copy, *case)})
        for number, copy in enumerate(ordered.copies, start=1)
    )
    changed = {
        "line_key": new_line_key(),
        "supplier_id": row.to_supplier,
        # What the first supplier calls the line means nothing to the second one.
        "quote_reference": "",
        "supplier_references": None,
        "trial": None,
        "replaces": ordered.line_key,
        "copies": copies,
    }
    replaced = {new.copy_id: old.copy_id for new, old in zip(copies, ordered.copies, strict=True)}
    return ordered.model_copy(update=changed), replaced


def _questions(
    order: OpenOrder,
    switched: Mapping[UUID, SwitchedCopy],
    changed: Mapping[UUID, SwitchedCopy],
    copies: Mapping[UUID, Copy],
    attention: Mapping[str, str],
) -> dict[str, str]:
    """Returns what lines ask of a person, where that is something else by the copies of switches."""
    by_line: defaultdict[str, list[SwitchedCopy]] = defaultdict(list)
    for row in switched.values():
        by_line[row.line_key].append(row)
    moved = {row.line_key for row in changed.values()}
    asked = {}
    for key in moved | (attention.keys() & by_line.keys()):
        before = attention.get(key, order.lines[key].attention)
        text = with_questions(before, by_line[key], copies)
        if text != before:
            asked[key] = text
    return asked


def restaged(order: OpenOrder, rows: Iterable[SwitchedCopy]) -> Consequences:
    """Returns what follows where copies of an order come to another stage without any news of them."""
    changed = {row.copy_id: row for row in rows}
    asked = _questions(order, {**order.switched, **changed}, changed, order.copies_by_id(), {})
    return Consequences((), asked, changed, ())


def entries_of(consequences: Consequences) -> dict[str, str]:
    """Returns what the timeline says of each line: what was placed instead of it, or where copies come twice."""
    said = {str(line.ordered.replaces): line.reason for line in consequences.added}
    said |= {line.ordered.line_key: f"{line.reason}; replaces line {line.ordered.replaces}" for line in consequences.added}
    doubled = [row for row in consequences.rows.values() if row.stage is Stage.DOUBLED]
    return said | {row.line_key: f"{row.from_supplier} sends copies that were placed with {row.to_supplier}" for row in doubled}
