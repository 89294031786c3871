"""Compares the lines a supplier holds as open with those that are open here. Pure; the same matching as for any message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.suppliers.contract import OpenLine
from services.suppliers.domain.known_lines import Held, KnownLine, KnownLines
from shared.contracts.orders import CopyState

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
"""The supplier still owes the copy: it is neither on the way, nor here, nor off."""

_CLOSED_STATUSES = ("2", "800", "900")
"""Beginnings of list 12B values after which nothing more comes: refused, cancelled, sent, not to be traced."""


class Outcome(StrEnum):
    """How the supplier's word on a line and ours compare."""

    AGREED = "agreed"
    DISAGREEING = "disagreeing"
    OURS_ONLY = "ours_only"
    THEIRS_ONLY = "theirs_only"


@dataclass(frozen=True, slots=True)
class OwnLine:
    """A line that is open here: how many of its copies, and when any of them last moved."""

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
    """What came of comparing one list of a council's open lines, without its rows. `message_id` is none for an upload."""

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
    """Their lines in their order, then the lines that only we hold as open. A line named twice counts once, added up."""
    own = {line.line.line_key: line for line in ours}
    named: dict[str, tuple[KnownLine, OpenLine]] = {}
    compared: dict[str, ComparedLine] = {}
    for open_line in theirs:
        found = known.find(open_line)
        if isinstance(found, Held):
            compared[f"?{len(compared)}"] = _unknown(open_line, found.reason)
            continue
        key = found.line_key
        named[key] = (found, _together(named[key][1], open_line) if key in named else open_line)
        compared[key] = _known(*named[key], own.get(key))
    only_ours = (_only_ours(line) for key, line in own.items() if key not in named)
    return [*compared.values(), *only_ours]


def _together(first: OpenLine, second: OpenLine) -> OpenLine:
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
    outcome, text = _verdict(theirs, own)
    return ComparedLine(
        outcome=outcome,
        line_key=line.line_key,
        order_id=line.order_id,
        order_number=line.order_number,
        isbn=line.ordered.isbn,
        our_quantity=own.copies if own else 0,
        their_quantity=theirs.quantity,
        their_status=theirs.status_code,
        since=own.since if own else None,
        text=text,
    )


def _verdict(theirs: OpenLine, own: OwnLine | None) -> tuple[Outcome, str]:
    if own is None:
        return Outcome.THEIRS_ONLY, "here no copy of it is open: each is on the way, received, cancelled or refused"
    if (theirs.status_code or "").startswith(_CLOSED_STATUSES):
        return Outcome.DISAGREEING, f"they say {theirs.status_code}, after which nothing comes; here it is open"
    if theirs.quantity is not None and theirs.quantity != own.copies:
        return Outcome.DISAGREEING, f"they hold {theirs.quantity} as open, we {own.copies}"
    return Outcome.AGREED, ""


def _only_ours(own: OwnLine) -> ComparedLine:
    line = own.line
    return ComparedLine(
        outcome=Outcome.OURS_ONLY,
        line_key=line.line_key,
        order_id=line.order_id,
        order_number=line.order_number,
        isbn=line.ordered.isbn,
        our_quantity=own.copies,
        their_quantity=None,
        their_status=None,
        since=own.since,
        text="the supplier does not name it",
    )


def counts(rows: Iterable[ComparedLine]) -> Mapping[Outcome, int]:
    """How many rows have each outcome."""
    counted = Counter(row.outcome for row in rows)
    return {outcome: counted[outcome] for outcome in Outcome}
