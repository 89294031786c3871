"""The life of one copy: which state may follow which, and which news overtakes which.

Goods outrank words: a supplier's answer that arrives late cannot undo what a branch or hub has scanned.
Pure; knows no supplier's code and no table.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum, StrEnum
from uuid import UUID

from shared.contracts.base import Money
from shared.contracts.orders import GIVEN_UP, SUPPLIED, CopyState
from shared.contracts.stated import StatedItem
from shared.which_copy import Marks

# A supplier's answers apply in these states: no goods have moved yet and no final answer was given. Some codes apply to a copy
# that is owed again, too.
WAITING = frozenset({CopyState.ORDERED, CopyState.SENT, CopyState.ACCEPTED, CopyState.HELD, CopyState.BACK_ORDERED})
# Goods went missing or arrived damaged: the supplier still owes the copy.
OWED_AGAIN = frozenset({CopyState.MISSING, CopyState.DAMAGED})
_OPEN = WAITING | OWED_AGAIN
_NOT_RECEIVED = frozenset(CopyState) - {CopyState.RECEIVED}

# Left: the state a copy moves to; right: the states it may move from. No other move happens, but where an
# answer turns out to be about another copy (`corrected`).
ALLOWED_FROM: dict[CopyState, frozenset[CopyState]] = {
    CopyState.ORDERED: frozenset(),
    CopyState.SENT: frozenset({CopyState.ORDERED}),
    CopyState.ACCEPTED: _OPEN - {CopyState.ACCEPTED},
    CopyState.HELD: _OPEN - {CopyState.HELD},
    CopyState.BACK_ORDERED: _OPEN - {CopyState.BACK_ORDERED},
    CopyState.REFUSED: _OPEN,
    CopyState.CANCELLED: _OPEN,
    # Goods may arrive for a copy that was refused or cancelled: the book exists, whatever the supplier answered.
    CopyState.DESPATCHED: _OPEN | {CopyState.REFUSED, CopyState.CANCELLED},
    CopyState.AT_HUB: _NOT_RECEIVED - {CopyState.AT_HUB},
    CopyState.RECEIVED: _NOT_RECEIVED,
    CopyState.MISSING: _NOT_RECEIVED - {CopyState.MISSING, CopyState.DAMAGED},
    CopyState.DAMAGED: _NOT_RECEIVED - {CopyState.DAMAGED},
}

# Copies in these states wait for nothing more.
SETTLED = frozenset({CopyState.RECEIVED, CopyState.REFUSED, CopyState.CANCELLED})


class Verdict(Enum):
    """Whether a copy moved to a target: it moved, was there already, or newer events have overtaken the target."""

    MOVED = "moved"
    UNCHANGED = "unchanged"
    OVERTAKEN = "overtaken"


class Spend(StrEnum):
    """Whether a charge has taken the place of what a copy was expected to cost.

    `credited`: the charge of a copy that was received was credited in full, and nothing more is expected to be paid. Where the
    supplier still owes the copy, it is `open` again instead.
    """

    OPEN = "open"
    CHARGED = "charged"
    CREDITED = "credited"


@dataclass(frozen=True, slots=True)
class Copy:
    """One physical book for one branch, as the order book knows it."""

    copy_id: UUID
    order_id: UUID
    line_key: str
    copy_number: int
    branch: str
    state: CopyState
    expected_on: date | None = None
    # The first expected day that was stated: later ones do not change what was promised.
    promised_on: date | None = None
    barcode: str | None = None
    cancel_requested: bool = False
    fund: str = ""
    sequence: str = ""
    # The marks that the last answer named the copy by, such as "branch fund"; None where it named this very copy.
    answered_by: str | None = None
    # Refused or cancelled, if the copy was so when its goods came all the same.
    given_up_as: CopyState | None = None
    stated: StatedItem | None = None
    # Where it is delivered from now on, while a person has not told its supplier; None where there is nothing to tell.
    untold_place: str | None = None
    # When its goods were last found missing or damaged; None where they never were, or before that was kept.
    owed_since: datetime | None = None
    # The despatch in which they were found so; None where none is known.
    owed_in: str | None = None
    # The financial year of its fund in which it counts, "" for none; None where it was not taken over yet.
    fund_year: str | None = None
    # What it is expected to cost; None where no price is known.
    price: Money | None = None
    # The plan by which it moves on from its branch, as it was ordered; "" for none.
    rotation_plan: str = ""
    spend: Spend = Spend.OPEN
    # The branches that it was for until they closed, the first one first.
    former: tuple[str, ...] = ()

    @property
    def marks(self) -> Marks:
        """What the copy can be recognised by in a supplier's message."""
        return Marks(self.copy_number, self.branch, self.fund, self.sequence, self.barcode, self.former)

    @property
    def goes_on(self) -> str:
        """The plan by which it moves on from its branch: as the supplier states it, else as it was ordered; "" for none."""
        return (self.stated.rotation_plan if self.stated is not None else "") or self.rotation_plan

    def expected(self, on: date | None) -> Copy:
        """Returns the copy with another expected day; the first one stated stays what was promised."""
        return replace(self, expected_on=on, promised_on=self.promised_on or on)


def named_copies(numbers: Collection[int]) -> str:
    """Returns copies of a line in words: `copy 2`, `copies 1, 3`."""
    listed = ", ".join(map(str, sorted(numbers)))
    return f"copy {listed}" if len(numbers) == 1 else f"copies {listed}"


@dataclass(frozen=True, slots=True)
class Target:
    """The state that an event asks a copy to move to, and why. `stated` is kept whatever the state: `with_stated_data`.

    `found_at` is when goods were found missing or damaged, `found_in` the despatch in which they were.
    """

    to_state: CopyState
    reason: str = ""
    expected_on: date | None = None
    barcode: str | None = None
    stated: StatedItem | None = None
    found_at: datetime | None = None
    found_in: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """The result of one `move`. The timeline keeps it even when the state stays, so that no answer is lost."""

    before: Copy
    after: Copy
    verdict: Verdict
    target: Target

    @property
    def is_news(self) -> bool:
        """Whether the change is published: the copy moved, or it has a barcode, expected day or plan that it did not have."""
        before, after = self.before, self.after
        said = (after.barcode, after.expected_on, after.goes_on)
        return self.verdict is Verdict.MOVED or (before.barcode, before.expected_on, before.goes_on) != said


def move(copy: Copy, target: Target) -> Change:
    """Moves a copy to a target if ALLOWED_FROM permits. Never raises: a target that arrives too late is recorded as overtaken."""
    if copy.state is target.to_state:
        after = replace(copy.expected(target.expected_on or copy.expected_on), barcode=target.barcode or copy.barcode)
        return Change(copy, after, Verdict.UNCHANGED, target)
    if copy.state not in ALLOWED_FROM[target.to_state]:
        return overtaken(copy, target)
    after = replace(
        copy.expected(target.expected_on),
        state=target.to_state,
        barcode=target.barcode or copy.barcode,
        cancel_requested=copy.cancel_requested and target.to_state not in SETTLED,
        given_up_as=copy.state if copy.state in GIVEN_UP and target.to_state in SUPPLIED else copy.given_up_as,
        owed_since=target.found_at or copy.owed_since,
        owed_in=target.found_in or copy.owed_in,
    )
    return Change(copy, after, Verdict.MOVED, target)


def overtaken(copy: Copy, target: Target) -> Change:
    """Records a target that newer events have overtaken. A barcode that the copy lacks is kept all the same."""
    return Change(copy, replace(copy, barcode=copy.barcode or target.barcode), Verdict.OVERTAKEN, target)


def corrected(copy: Copy, target: Target) -> Change:
    """Moves a copy whose last answer turned out to be about another one, whatever that answer was."""
    verdict = Verdict.UNCHANGED if copy.state is target.to_state else Verdict.MOVED
    after = replace(copy.expected(target.expected_on), state=target.to_state, barcode=target.barcode or copy.barcode)
    return Change(copy, after, verdict, target)
