"""The life of one copy: which state may follow which, and what overtakes what.

Goods are stronger than words: what a place scanned cannot be talked away by a supplier's answer that came late.
Pure; knows no supplier's code and no table.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from uuid import UUID

from shared.contracts.orders import CopyState

# Words apply only while neither goods nor a final word are there.
_WAITING = frozenset({CopyState.ORDERED, CopyState.SENT, CopyState.ACCEPTED, CopyState.HELD, CopyState.BACK_ORDERED})
# Goods came and did not do: the copy is still owed.
_OWED_AGAIN = frozenset({CopyState.MISSING, CopyState.DAMAGED})
_OPEN = _WAITING | _OWED_AGAIN
_NOT_RECEIVED = frozenset(CopyState) - {CopyState.RECEIVED}

# Left: where a copy may go; right: from where. A row missing here is a transition that never happens.
ALLOWED_FROM: dict[CopyState, frozenset[CopyState]] = {
    CopyState.ORDERED: frozenset(),
    CopyState.SENT: frozenset({CopyState.ORDERED}),
    CopyState.ACCEPTED: _OPEN - {CopyState.ACCEPTED},
    CopyState.HELD: _OPEN - {CopyState.HELD},
    CopyState.BACK_ORDERED: _OPEN - {CopyState.BACK_ORDERED},
    CopyState.REFUSED: _OPEN,
    CopyState.CANCELLED: _OPEN,
    # Goods may arrive for a copy that was refused or cancelled: the book is there, whatever was said.
    CopyState.DESPATCHED: _OPEN | {CopyState.REFUSED, CopyState.CANCELLED},
    CopyState.AT_HUB: _NOT_RECEIVED - {CopyState.AT_HUB},
    CopyState.RECEIVED: _NOT_RECEIVED,
    CopyState.MISSING: _NOT_RECEIVED - {CopyState.MISSING, CopyState.DAMAGED},
    CopyState.DAMAGED: _NOT_RECEIVED - {CopyState.DAMAGED},
}

# Copies in these states wait for nothing more.
SETTLED = frozenset({CopyState.RECEIVED, CopyState.REFUSED, CopyState.CANCELLED})


class Verdict(Enum):
    """What became of a wish to move a copy."""

    MOVED = "moved"
    UNCHANGED = "unchanged"
    OVERTAKEN = "overtaken"


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
    barcode: str | None = None
    cancel_requested: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """A fact's demand on a copy: the state it should be in, and why."""

    to_state: CopyState
    reason: str = ""
    expected_on: date | None = None
    barcode: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to a copy: kept in its timeline even when its state stayed, so that nothing said is lost."""

    before: Copy
    after: Copy
    verdict: Verdict
    wish: Wish


def move(copy: Copy, wish: Wish) -> Change:
    """Apply a wish to a copy. Never raises: a wish that came too late is recorded as overtaken."""
    if copy.state is wish.to_state:
        after = replace(copy, expected_on=wish.expected_on or copy.expected_on, barcode=wish.barcode or copy.barcode)
        return Change(copy, after, Verdict.UNCHANGED, wish)
    if copy.state not in ALLOWED_FROM[wish.to_state]:
        return Change(copy, copy, Verdict.OVERTAKEN, wish)
    after = replace(
        copy,
        state=wish.to_state,
        expected_on=wish.expected_on,
        barcode=wish.barcode or copy.barcode,
        cancel_requested=copy.cancel_requested and wish.to_state not in SETTLED,
    )
    return Change(copy, after, Verdict.MOVED, wish)


def open_to_words(copies: Iterable[Copy], *, reopens: bool = False) -> list[Copy]:
    """The copies a supplier's answer can still be about, in the order of their numbers.

    With `reopens` the answer may also be about copies that went missing or came damaged.
    """
    states = _OPEN if reopens else _WAITING
    return sorted((copy for copy in copies if copy.state in states), key=lambda copy: copy.copy_number)
