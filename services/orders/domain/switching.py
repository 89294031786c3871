"""What becomes of each copy of a switch: the states, and how news of copies moves them on. Pure.

A copy is placed with the second supplier only once the first one's cancellation is confirmed, or a person says so. Goods are
stronger than words: where the first supplier's goods come all the same, the second one's copy is cancelled, or both are reported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.orders.domain.copies import OWED_AGAIN, WAITING, Change, Copy, named_copies
from shared.contracts.orders import GIVEN_UP, SUPPLIED, CopyState, OrderedLine
from shared.sourcing.switches.planning import Switch

OPEN = WAITING | OWED_AGAIN


class OpenCopies(StrEnum):
    """What becomes of copies that are open at the first supplier."""

    DRAIN = "drain"
    MOVE = "move"
    CANCEL = "cancel"


class Stage(StrEnum):
    """Where one copy of a switch is; README.md has the table."""

    DRAINS = "drains"
    ASKED = "asked"
    ASKS = "asks"
    STAYS = "stays"
    CANCELLED = "cancelled"
    MOVED = "moved"
    RECALLING = "recalling"
    SUPPLIED = "supplied"
    DOUBLED = "doubled"


class IfCancelled(StrEnum):
    """What a confirmed cancellation at the first supplier leads to. `now`: a person said so, whatever the supplier answered."""

    PLACE = "place"
    END = "end"
    ASK = "ask"
    NOW = "now"


# A switch is not done while one of its copies is in one of these.
UNSETTLED = frozenset({Stage.DRAINS, Stage.ASKED, Stage.ASKS, Stage.RECALLING})
# These ask a person.
ASKING = frozenset({Stage.ASKS, Stage.DOUBLED})
_AT_FIRST = frozenset({Stage.DRAINS, Stage.ASKED, Stage.ASKS, Stage.STAYS})
# The second supplier's copy was cancelled. News of it all the same makes two, or supplies the one that was asked about.
_SECOND_GONE = frozenset({Stage.SUPPLIED, Stage.STAYS, Stage.ASKS})
_COMING_TWICE = frozenset({Stage.RECALLING, Stage.DOUBLED})
# Another copy took the place of these.
REPLACED = frozenset({Stage.MOVED, Stage.RECALLING, Stage.SUPPLIED, Stage.DOUBLED})
# What begins the questions of a switch, and those about another place of delivery, which come last: `domain.rerouting`.
SWITCH_MARK, ROUTE_MARK = "Switch:", "Route:"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderingSwitch(Switch):
    """A switch of the ordering strand. `drain_until`: from that day on, what still drains is moved.

    `dead`: the first supplier answers no more, so its copies are freed without an answer. `order_id`: it is the move of copies of
    this order that a person chose; its scope names nothing, and it changes no rule.
    """

    from_supplier: str
    open_copies: OpenCopies
    drain_until: date | None
    dead: bool = False
    order_id: UUID | None = None

    @property
    def opening(self) -> tuple[Stage, IfCancelled]:
        """Where each open copy begins."""
        match self.open_copies:
            case OpenCopies.MOVE:
                return Stage.ASKED, IfCancelled.PLACE
            case OpenCopies.CANCEL:
                return Stage.ASKED, IfCancelled.END
        return (Stage.STAYS if self.drain_until is None else Stage.DRAINS), IfCancelled.END


@dataclass(frozen=True, slots=True)
class SwitchedCopy:
    """One copy of a switch. `replaced_by` is the copy that was placed with the second supplier instead."""

    switch_id: UUID
    copy_id: UUID
    line_key: str
    stage: Stage
    if_cancelled: IfCancelled
    from_supplier: str
    to_supplier: str | None
    reason: str
    replaced_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class AddedLine:
    """A line to add to an order. `replaced`: each copy of it -> the copy instead of which it was placed.

    `years`: the financial year in which each copy of it counts, which is that of the copy that it replaces.
    """

    ordered: OrderedLine
    replaced: dict[UUID, UUID]
    council: str
    order_id: UUID
    placed_at: datetime
    added_at: datetime
    version: int
    reason: str
    years: dict[UUID, str | None]


def may_begin(row: SwitchedCopy | None) -> bool:
    """Returns whether a switch can take a copy, given what an earlier one did with it: not where another copy took its place."""
    return row is None or row.stage not in REPLACED


def effective(row: SwitchedCopy, copy: Copy, *, withdrawn: bool) -> SwitchedCopy:
    """Returns a copy of a switch as it is once the switch was withdrawn: what was not moved stays, and is not placed again."""
    if not withdrawn or row.stage not in _AT_FIRST or row.if_cancelled is IfCancelled.NOW:
        return row
    asks = row.stage is Stage.ASKS and copy.state in GIVEN_UP
    return replace(row, stage=Stage.ASKS if asks else Stage.STAYS, if_cancelled=IfCancelled.ASK)


@dataclass(slots=True)
class Followed:
    """What news of copies leads to: rows that changed, copies to place with the second supplier, copies to ask back from it."""

    rows: dict[UUID, SwitchedCopy] = field(default_factory=dict)
    placed: list[UUID] = field(default_factory=list)
    recalled: list[UUID] = field(default_factory=list)


def follow(
    rows: Mapping[UUID, SwitchedCopy], copies: Mapping[UUID, Copy], changes: Sequence[Change], closed: Collection[str]
) -> Followed:
    """Moves the switched copies of one order on, after its copies changed.

    `rows` and `copies` are by copy id, the copies as the changes leave them. `closed`: lines whose
    supplier takes no cancellations. A copy in `placed` has the stage `moved`; its caller places it and sets `replaced_by`.
    """
    family = _Family(rows, copies)
    followed = Followed()
    for change in changes:
        copy = change.after
        if (row := family.rows.get(copy.copy_id)) is not None:
            after = _at_first(row, change, family) if row.stage in _AT_FIRST else _placed_before(row, copy, family, closed)
            _note(followed, family, row, after)
            if after.stage is Stage.RECALLING and row.stage is not Stage.RECALLING:
                second = copies[family.end_of(copy.copy_id)]
                followed.recalled += [] if second.cancel_requested else [second.copy_id]
        for row in family.instead_of(copy.copy_id):
            _note(followed, family, row, _at_second(row, change, family))
    return followed


def _note(followed: Followed, family: _Family, before: SwitchedCopy, after: SwitchedCopy) -> None:
    if after == before:
        return
    family.rows[after.copy_id] = followed.rows[after.copy_id] = after
    if after.stage is Stage.MOVED and before.stage in _AT_FIRST:
        followed.placed.append(after.copy_id)


class _Family:
    """The copies that stand for each other: of each family, one is wanted."""

    def __init__(self, rows: Mapping[UUID, SwitchedCopy], copies: Mapping[UUID, Copy]) -> None:
        self.rows = dict(rows)
        self.copies = copies
        self._before: defaultdict[UUID, list[UUID]] = defaultdict(list)
        for copy_id, row in rows.items():
            if row.replaced_by is not None:
                self._before[self.end_of(copy_id)].append(copy_id)

    def end_of(self, copy_id: UUID) -> UUID:
        """Returns the copy that is ordered now instead of this one; itself where none is."""
        while (row := self.rows.get(copy_id)) is not None and row.replaced_by is not None:
            copy_id = row.replaced_by
        return copy_id

    def instead_of(self, copy_id: UUID) -> list[SwitchedCopy]:
        """Returns the copies that this one is ordered instead of."""
        return [self.rows[before] for before in self._before.get(copy_id, ())]

    def coming(self, copy_id: UUID) -> int:
        """Returns how many copies that were replaced by this one come all the same."""
        return sum(self.copies[before].state in SUPPLIED for before in self._before.get(copy_id, ()))


def _at_first(row: SwitchedCopy, change: Change, family: _Family) -> SwitchedCopy:
    copy = change.after
    if copy.state in SUPPLIED:
        return replace(row, stage=Stage.STAYS)
    if copy.state in GIVEN_UP:
        return _given_up(row, copy, family)
    if change.before.cancel_requested and not copy.cancel_requested and row.stage in (Stage.ASKED, Stage.ASKS):
        return replace(row, stage=Stage.STAYS)
    return row


def _given_up(row: SwitchedCopy, copy: Copy, family: _Family) -> SwitchedCopy:
    if family.coming(copy.copy_id):
        # An earlier supplier's goods come for it: nobody waits for another copy.
        return replace(row, stage=Stage.CANCELLED)
    confirmed = copy.state is CopyState.CANCELLED and row.if_cancelled is IfCancelled.PLACE
    if confirmed or row.if_cancelled is IfCancelled.NOW:
        return replace(row, stage=Stage.MOVED)
    return replace(row, stage=Stage.CANCELLED if row.if_cancelled is IfCancelled.END else Stage.ASKS)


def _placed_before(row: SwitchedCopy, copy: Copy, family: _Family, closed: Collection[str]) -> SwitchedCopy:
    """Moves on a copy that was replaced by another: its goods come all the same, or turn out to be missing or damaged."""
    if row.replaced_by is None:
        return row
    end = family.end_of(copy.copy_id)
    second = family.copies[end]
    if copy.state not in SUPPLIED:
        return _not_coming(row, copy, second)
    if row.stage is not Stage.MOVED:
        return row
    if family.coming(end) > 1 or second.state in SUPPLIED:
        return replace(row, stage=Stage.DOUBLED)
    if second.state in GIVEN_UP:
        return replace(row, stage=Stage.SUPPLIED)
    impossible = second.line_key in closed and not second.cancel_requested
    return replace(row, stage=Stage.DOUBLED if impossible else Stage.RECALLING)


def _not_coming(row: SwitchedCopy, copy: Copy, second: Copy) -> SwitchedCopy:
    """Returns a replaced copy without goods: lost or damaged, promised again by its supplier, or cancelled again."""
    if second.state in GIVEN_UP:
        return _only_first(row, copy)
    if copy.state in WAITING:
        return row if row.stage is Stage.RECALLING else replace(row, stage=Stage.DOUBLED)
    return replace(row, stage=Stage.MOVED) if row.stage is Stage.DOUBLED else row


def _only_first(row: SwitchedCopy, first: Copy) -> SwitchedCopy:
    """Returns a replaced copy once the second supplier has cancelled: the first one supplies it, or a person is asked."""
    if row.stage is Stage.MOVED and first.state in GIVEN_UP:
        # The second supplier's own answer, as with any order.
        return row
    if first.state in SUPPLIED:
        return replace(row, stage=Stage.SUPPLIED)
    stage = Stage.STAYS if first.state in WAITING else Stage.ASKS
    return replace(row, stage=stage, if_cancelled=IfCancelled.ASK)


def _at_second(row: SwitchedCopy, change: Change, family: _Family) -> SwitchedCopy:
    """Moves on a copy that comes although it was replaced, after news of the copy that replaced it."""
    second, first = change.after, family.copies[row.copy_id]
    if row.stage in _SECOND_GONE and second.state not in GIVEN_UP:
        return replace(row, stage=Stage.MOVED if first.state in GIVEN_UP else Stage.DOUBLED)
    if row.stage not in _COMING_TWICE:
        return row
    own = family.rows.get(second.copy_id)
    if own is not None and own.stage is Stage.MOVED:
        return replace(row, stage=Stage.MOVED)
    if second.state in GIVEN_UP:
        others = row.stage is Stage.DOUBLED and family.coming(second.copy_id) > 1
        return row if others else _only_first(row, first)
    kept = change.before.cancel_requested and not second.cancel_requested
    if row.stage is Stage.RECALLING and (kept or second.state in SUPPLIED):
        return replace(row, stage=Stage.DOUBLED if first.state in SUPPLIED | WAITING else Stage.MOVED)
    return row


def silent(row: SwitchedCopy) -> SwitchedCopy:
    """Returns a copy about which its supplier has not answered for too long: a person is asked, or learns that two may come."""
    after = {Stage.ASKED: Stage.ASKS, Stage.RECALLING: Stage.DOUBLED}
    return replace(row, stage=after.get(row.stage, row.stage))


def with_questions(attention: str, rows: Iterable[SwitchedCopy], copies: Mapping[UUID, Copy]) -> str:
    """Returns what a person must decide about a line: what its suppliers asked, then what its switched copies ask."""
    asking: defaultdict[str, list[int]] = defaultdict(list)
    for row in rows:
        if row.stage in ASKING:
            asking[_question(row, copies[row.copy_id])].append(copies[row.copy_id].copy_number)
    before = attention.partition(SWITCH_MARK)[0].partition(ROUTE_MARK)[0].strip()
    asked = [text.format(copies=named_copies(numbers)) for text, numbers in asking.items()]
    return " ".join(filter(None, [before, " ".join([SWITCH_MARK, *asked]) if asked else ""]))


def _question(row: SwitchedCopy, copy: Copy) -> str:
    decide = f"decide with POST /v1/switches/{row.switch_id}/copies: place_anew or leave."
    if row.stage is Stage.DOUBLED:
        return (
            "{copies} " + f"of {row.from_supplier} may come although placed again with {row.to_supplier}: "
            "both may arrive; ask both suppliers and send one back."
        )
    if copy.state in OPEN:
        return f"{row.from_supplier} has not answered whether it cancels " + "{copies}: ask it, then " + decide
    return f"{row.from_supplier} will not supply " + "{copies}, and nobody else was asked: " + decide
