"""Compares a supplier's list of open lines with the lines that are open here. Pure; matches as for any message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.suppliers.contract import LineAnswer, OpenLine
from services.suppliers.domain.known_lines import Held, KnownLine, KnownLines
from shared.contracts.orders import CopyState
from shared.contracts.suppliers import LineAction

OPEN_STATES = frozenset(
    {
        CopyState.ORDERED,
        CopyState.SENT,
        CopyState.ACCEPTED,
        CopyState.HELD,
        CopyState.BACK_ORDERED,
        CopyState.MISSING,
        CopyState.DAMAGED,
    }
)
"""The supplier still owes the copy: it is not on the way, not received and not cancelled."""

_CLOSED_STATUSES = ("2", "800", "900")
"""Prefixes of list 12B values after which no more copies arrive: refused, cancelled, sent, not to be traced."""

_UNTRACED = "900"


class Outcome(StrEnum):
    """Whether the supplier and we hold a line as open, and agree about it."""

    AGREED = "agreed"
    DISAGREEING = "disagreeing"
    OURS_ONLY = "ours_only"
    THEIRS_ONLY = "theirs_only"


@dataclass(frozen=True, slots=True)
class OwnLine:
    """A line that is open here: how many of its copies are open, and when any of them last moved."""

    line: KnownLine
    copies: int
    since: datetime


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """One row of a reconciliation. `since` is when our line last moved; `text` says in words what differs."""

    outcome: Outcome
    line_key: str | None
    order_id: UUID | None
    order_number: str | None
    isbn: str
    our_quantity: int | None
    their_quantity: int | None
    their_status: str | None
    since: datetime | None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The result of comparing one list of a council's open lines, without its rows. `message_id` is None for an upload."""

    id: UUID
    seq: int
    council: str
    message_id: UUID | None
    reported_at: datetime
    created_at: datetime
    actor: str
    agreed: int
    disagreeing: int
    ours_only: int
    theirs_only: int


def compare(theirs: Iterable[OpenLine], known: KnownLines, ours: Sequence[OwnLine]) -> list[ComparedLine]:
    """Returns the supplier's lines in its order, then the lines that only we hold as open.

    A line that the supplier names twice is one row with the sum of the quantities.
    """
    own = {line.line.line_key: line for line in ours}
    named: dict[str, tuple[KnownLine, OpenLine]] = {}
    compared: dict[str, ComparedLine] = {}
    for open_line in theirs:
        found = known.find(open_line)
        if isinstance(found, Held):
            compared[f"?{len(compared)}"] = _unknown(open_line, found.reason)
            continue
        key = found.line_key
        named[key] = (found, _merged(named[key][1], open_line) if key in named else open_line)
        compared[key] = _known(*named[key], own.get(key))
    only_ours = (_only_ours(line) for key, line in own.items() if key not in named)
    return [*compared.values(), *only_ours]


def _merged(first: OpenLine, second: OpenLine) -> OpenLine:
    known = first.quantity is not None and second.quantity is not None
    total = (first.quantity or 0) + (second.quantity or 0) if known else None
    return replace(first, quantity=total, status_code=first.status_code or second.status_code)


def _unknown(theirs: OpenLine, reason: str) -> ComparedLine:
    return ComparedLine(
        outcome=Outcome.THEIRS_ONLY,
        line_key=theirs.line_key,
        order_id=None,
        order_number=theirs.order_number,
        isbn=theirs.isbn,
        our_quantity=None,
        their_quantity=theirs.quantity,
        their_status=theirs.status_code,
        since=None,
        text=reason,
    )


def _known(line: KnownLine, theirs: OpenLine, own: OwnLine | None) -> ComparedLine:
    outcome, text = _outcome(theirs, own)
    row = _row(line, outcome, own.copies if own else 0, text)
    return replace(row, their_quantity=theirs.quantity, their_status=theirs.status_code, since=own.since if own else None)


def _outcome(theirs: OpenLine, own: OwnLine | None) -> tuple[Outcome, str]:
    if own is None:
        return Outcome.THEIRS_ONLY, "no copy of it is open here: each is on the way, received, cancelled or refused"
    if (theirs.status_code or "").startswith(_CLOSED_STATUSES):
        return Outcome.DISAGREEING, f"they report status {theirs.status_code}, after which no copies arrive; it is open here"
    if theirs.quantity is not None and theirs.quantity != own.copies:
        return Outcome.DISAGREEING, f"they hold {theirs.quantity} as open, we hold {own.copies}"
    return Outcome.AGREED, ""


def _only_ours(own: OwnLine) -> ComparedLine:
    row = _row(own.line, Outcome.OURS_ONLY, own.copies, "the supplier's list does not name it")
    return replace(row, since=own.since)


def _row(line: KnownLine, outcome: Outcome, ours: int, text: str) -> ComparedLine:
    """Returns the row of a line that we know, without what the supplier says of it."""
    return ComparedLine(
        outcome=outcome,
        line_key=line.line_key,
        order_id=line.order_id,
        order_number=line.order_number,
        isbn=line.ordered.isbn,
        our_quantity=ours,
        their_quantity=None,
        their_status=None,
        since=None,
        text=text,
    )


def is_untraced(answer: LineAnswer) -> bool:
    """Returns whether the supplier answers that it does not know the line: by status, or by what it did with the line."""
    return answer.status_code == _UNTRACED or answer.action is LineAction.NOT_FOUND


def untraced(line: KnownLine, answer: LineAnswer) -> ComparedLine:
    """Returns the row for a line that the supplier cannot trace."""
    text = "the supplier cannot trace the line: ask whether it has the order, and place the copies again where it has not"
    row = _row(line, Outcome.OURS_ONLY, len(line.ordered.copies), text)
    return replace(row, their_quantity=0, their_status=answer.status_code)


def counts(rows: Iterable[ComparedLine]) -> Mapping[Outcome, int]:
    """Counts the rows with each outcome."""
    counted = Counter(row.outcome for row in rows)
    return {outcome: counted[outcome] for outcome in Outcome}
