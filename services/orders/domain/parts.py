"""Splits a supplier's answers about one line into parts: how many copies, which ones, and the state they are reported in.

All answers of one message about one line divide its copies among them, whatever their order. A part *restates* where it describes
how things are: by its status code, or because the parts of the message add up to the whole line. It counts the copies that are so
already first, and a repetition changes nothing. A part that announces a decision *adds*: it is about further copies. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from services.orders.domain.copies import OWED_AGAIN, WAITING, Copy
from services.orders.domain.statuses import Effect
from shared.contracts.orders import GIVEN_UP, SUPPLIED, CopyState
from shared.contracts.suppliers import CopyReference, Quantities, RespondedLine
from shared.which_copy import ANY_COPY, LAST_RESORT, Rank, Wanted, objection

# The field of `Quantities` that counts the copies in each state.
_FAMILY = {
    CopyState.ACCEPTED: "accepted",
    CopyState.HELD: "accepted",
    CopyState.BACK_ORDERED: "back_ordered",
    CopyState.REFUSED: "cancelled",
    CopyState.CANCELLED: "cancelled",
}
_PLAIN_STATE = {"cancelled": CopyState.CANCELLED, "back_ordered": CopyState.BACK_ORDERED, "accepted": CopyState.ACCEPTED}
UNANSWERED = frozenset({CopyState.ORDERED, CopyState.SENT})

# Where a part has a choice, it is about the copy with the lowest of these numbers.
_UNWANTED, _OWED, _SAME, _UNANSWERED, _MOVABLE = range(5)
_SAME_ON_ANOTHER_DAY, _ANSWERED, _SAME_BEFORE, _OVERTAKEN = range(LAST_RESORT, LAST_RESORT + 4)
_CANCELLED_ON_REQUEST = "222"


@dataclass(frozen=True, slots=True)
class Statement:
    """A supplier's answer and the effect of its code or action. `given_at`: when it arrived; None where that is not known."""

    answer: RespondedLine
    effect: Effect
    whole_order: bool = False
    given_at: datetime | None = None

    def is_overtaken(self, copy: Copy) -> bool:
        """Returns whether the goods of a copy were found missing or damaged since: the answer is about what was before."""
        if copy.state not in OWED_AGAIN or copy.owed_since is None or self.given_at is None:
            return False
        return self.given_at < copy.owed_since


@dataclass(frozen=True, slots=True)
class Part:
    """Copies of a line in one state. `state` is None where the answer only refers to copies; `count` None for all the rest."""

    statement: Statement
    state: CopyState | None
    count: int | None
    references: tuple[CopyReference, ...] = ()
    restates: bool = True
    # Whether the line has copies that no answer was about, so that an earlier answer may have been about one of them.
    room: bool = False

    @property
    def group(self) -> tuple[str, str, str]:
        """What the part is sorted by: acceptances choose first, and of two dates the earlier one gets the lower numbers."""
        day = self.day or date.min
        order = (CopyState.ACCEPTED, CopyState.HELD, CopyState.CANCELLED, CopyState.REFUSED, CopyState.BACK_ORDERED)
        place = str(order.index(self.state)) if self.state in order else ""
        latest_first = str(date.max.toordinal() - day.toordinal()).zfill(8)
        return place, latest_first, self.statement.effect.note

    @property
    def day(self) -> date | None:
        """The day on which the copies are expected."""
        return self.statement.answer.available_on

    def wanted(self) -> list[Wanted[Copy]]:
        """Returns the copies that the part is about, one by one, those it names first."""
        unnamed = max((self.count or 0) - len(self.references), 0)
        return [
            *(Wanted(self._rank_named, reference, self.group) for reference in self.references),
            *[Wanted(self._rank_unnamed, ANY_COPY, self.group)] * unnamed,
        ]

    def applies_to(self, copy: Copy) -> bool:
        """Whether the part can change the copy: newer events have not overtaken it."""
        return self._likelihood(copy) != _OVERTAKEN

    def _rank(self, copy: Copy) -> Rank:
        """Ranks by likelihood. Among copies that would lose something, the copy ordered last loses first."""
        likelihood = self._likelihood(copy)
        loses = self.state in GIVEN_UP or self.state is CopyState.BACK_ORDERED
        return likelihood, -copy.copy_number if loses and likelihood != _SAME else copy.copy_number

    def _rank_named(self, copy: Copy) -> Rank:
        likelihood, turn = self._rank(copy)
        movable = self.room and copy.answered_by is not None
        return (_MOVABLE if movable and likelihood > _MOVABLE else likelihood), turn

    def _rank_unnamed(self, copy: Copy) -> Rank | None:
        return self._rank(copy) if self.applies_to(copy) else None

    def _likelihood(self, copy: Copy) -> int:
        if self.state is not None and self.statement.is_overtaken(copy):
            return _OVERTAKEN
        if self.state is None:
            return _ANSWERED if copy.state in GIVEN_UP else _SAME if copy.barcode is None else _UNANSWERED
        if copy.cancel_requested and self.state in GIVEN_UP and copy.state in WAITING | OWED_AGAIN:
            return _UNWANTED
        if copy.state in OWED_AGAIN and self.statement.effect.reopens:
            return _OWED
        if self.statement.effect.claimed:
            return _OVERTAKEN
        if copy.state is self.state or {copy.state, self.state} <= GIVEN_UP:
            on_its_day = self.day in (None, copy.expected_on)
            return _SAME_BEFORE if not self.restates else _SAME if on_its_day else _SAME_ON_ANOTHER_DAY
        if copy.state not in WAITING:
            return _OVERTAKEN
        return _UNANSWERED if copy.state in UNANSWERED else _ANSWERED


def parts_of(statements: Sequence[Statement], copies: Sequence[Copy]) -> list[Part]:
    """Returns the parts of all answers of a message about one line."""
    room = any(copy.state in UNANSWERED for copy in copies)
    together = sum(_stated(statement) for statement in statements)
    # A message that accounts for the whole line may leave out the copies that it supplied before.
    moved = sum(copy.state in SUPPLIED for copy in copies)
    whole = together >= len(copies) or (moved > 0 and together + moved == len(copies))
    asked = any(copy.cancel_requested for copy in copies)
    parts = [part for statement in statements for part in _parts(statement, copies, whole=whole, asked=asked)]
    return [replace(part, room=room) for part in parts]


def _parts(statement: Statement, copies: Sequence[Copy], *, whole: bool, asked: bool) -> list[Part]:
    answer, effect = statement.answer, statement.effect
    # A cancellation at our request says nothing new where no request waits for it.
    restates = whole or effect.restates or (answer.status_code == _CANCELLED_ON_REQUEST and not asked)
    counts = [] if statement.whole_order else _counts(answer.quantities, effect, len(copies))
    if not counts:
        if effect.state is None and not answer.copies:
            return []
        return [Part(statement, effect.state, len(answer.copies) or None, answer.copies, restates)]
    left = list(answer.copies)
    parts = []
    for state, count in counts:
        parts.append(Part(statement, state, count, tuple(left[:count]), restates))
        del left[:count]
    if left:
        parts.append(Part(statement, None, len(left), tuple(left)))
    return parts


def _counts(quantities: Quantities, effect: Effect, ordered: int) -> list[tuple[CopyState, int]]:
    """Returns the answer's quantities as (state, count), losses first, each in the state the status code gives its kind.

    Where only the ordered quantity is stated, and it is less than the line has, it counts the copies of this part.
    """
    own = _FAMILY.get(effect.state) if effect.state else None
    counts: list[tuple[CopyState, int]] = []
    for family, plain in _PLAIN_STATE.items():
        count: int = getattr(quantities, family) or 0
        if count > 0:
            counts.append((effect.state if family == own and effect.state else plain, count))
    if not counts and effect.state and quantities.ordered and quantities.ordered < ordered:
        return [(effect.state, quantities.ordered)]
    return counts


def marks_of(reference: CopyReference) -> str | None:
    """Returns the marks by which a reference names its copy; None where it names one very copy."""
    if reference.barcode or reference.copy_number is not None:
        return None
    return " ".join(mark for mark in _LOOSE_MARKS if getattr(reference, mark))


_LOOSE_MARKS = ("branch", "fund")


def movable(copies: Iterable[Copy]) -> dict[int, Wanted[Copy]]:
    """Returns, by index, what the last answer of a copy wants where it did not name this very copy: this one or another."""
    found: dict[int, Wanted[Copy]] = {}
    for index, copy in enumerate(copies):
        if copy.answered_by is not None:
            known = {"branch": copy.marks.ordered_for, "fund": copy.fund}
            marks = {mark: known[mark] for mark in copy.answered_by.split()}
            found[index] = Wanted(partial(_rank_movable, copy), CopyReference(**marks), (index,), stage=1)
    return found


def _rank_movable(own: Copy, copy: Copy) -> Rank | None:
    if copy is own:
        return 0, 0
    if copy.state in UNANSWERED:
        return 1, copy.copy_number
    return (2, copy.copy_number) if copy.answered_by is not None else None


def stated(quantities: Quantities) -> int:
    """Returns the number of copies whose state the quantities give."""
    return sum(quantity or 0 for quantity in (quantities.accepted, quantities.back_ordered, quantities.cancelled))


def _stated(statement: Statement) -> int:
    quantities = statement.answer.quantities
    return stated(quantities) or (quantities.ordered or 0 if statement.effect.state else 0)


def objections(parts: Sequence[Part], copies: Sequence[Copy]) -> list[str]:
    """Returns what the references of the parts contradict, each once, as sentences."""
    found = (objection(reference, copies) for part in parts for reference in part.references)
    return [f"The supplier's reference to a copy contradicts the order: {text}." for text in dict.fromkeys(found) if text]
