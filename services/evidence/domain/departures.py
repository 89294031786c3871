"""What still ties a council to a supplier that it leaves, strand by strand. Pure: no table, no event, no HTTP.

It only counts: whether the council has left, a person of the council decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote, urlencode
from uuid import UUID

from services.evidence.domain.agreements import Agreement
from shared.contracts.orders import CopyState
from shared.sourcing.rules import Strand
from shared.wording import time_in_words

DECIDED_BY = "Whether the council has left its supplier, a person of the council decides; the software only counts what is open."


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that ties a council to a supplier, and the list of its owner in which one can see each.

    `path` has places for the supplier, a reconciliation's id and books. `service`: `suppliers` is the supplier's exchange.
    """

    strand: Strand
    name: str
    meaning: str
    service: str
    path: str


IN_FORCE, TO_COME = "rules_in_force", "rules_to_come"
SENDING_UNKNOWN, SENDING_FAILED = "sendings_unknown", "sendings_failed"
UNANSWERED = "orders_unanswered"
QUERIED = "invoices_queried"
CREDITS = "credits_due"
QUARANTINED, OF_NO_COUNCIL = "messages_quarantined", "messages_of_no_council"
RECORDS = "records_awaited"

# A copy in one of these states ties its council to its supplier on this strand.
TYING_STATES: Mapping[CopyState, Strand] = {
    CopyState.ORDERED: Strand.ORDERING,
    CopyState.SENT: Strand.ORDERING,
    CopyState.ACCEPTED: Strand.ORDERING,
    CopyState.HELD: Strand.ORDERING,
    CopyState.BACK_ORDERED: Strand.ORDERING,
    CopyState.DESPATCHED: Strand.DELIVERY,
    CopyState.AT_HUB: Strand.DELIVERY,
    CopyState.MISSING: Strand.DELIVERY,
    CopyState.DAMAGED: Strand.DELIVERY,
}
_STATES_IN_WORDS = {
    CopyState.ORDERED: "copies ordered and not yet sent to the supplier",
    CopyState.SENT: "copies sent to the supplier and not answered",
    CopyState.ACCEPTED: "copies accepted and still to come",
    CopyState.HELD: "copies that the supplier holds back",
    CopyState.BACK_ORDERED: "copies on back order",
    CopyState.DESPATCHED: "copies on their way",
    CopyState.AT_HUB: "copies at a hub, still to reach their branch",
    CopyState.MISSING: "copies that were missing from their parcel and are owed again",
    CopyState.DAMAGED: "copies that came damaged and are owed again",
}
_RULES = {
    Strand.ORDERING: ("orders", "/v1/sourcing-rules"),
    Strand.CATALOGUE: ("catalogue", "/v1/sourcing-rules"),
    Strand.DELIVERY: ("delivery", "/v1/route-rules"),
}
_COPIES = "/v1/orders?supplier_id={supplier}&state="
_MESSAGES = "/v1/messages?state="
_INVOICES = "/v1/invoices?supplier_id={supplier}&state="


def copies_in(state: CopyState) -> str:
    """Returns the name of what counts copies in a state."""
    return f"copies_{state.value}"


def _kinds(strand: Strand) -> Iterator[Kind]:
    service, path = _RULES[strand]
    yield Kind(strand, IN_FORCE, "rules in force that name the supplier", service, path)
    yield Kind(strand, TO_COME, "rules that name the supplier and begin on a later day", service, path)
    for state, of in TYING_STATES.items():
        if of is strand:
            yield Kind(strand, copies_in(state), _STATES_IN_WORDS[state], "orders", _COPIES + state.value)


KINDS: Sequence[Kind] = (
    *_kinds(Strand.ORDERING),
    Kind(
        Strand.ORDERING, SENDING_UNKNOWN, "messages of which nobody knows whether the supplier has them, of copies not yet sent",
        "suppliers", f"{_MESSAGES}unknown",
    ),
    Kind(
        Strand.ORDERING, SENDING_FAILED, "messages that could not be sent, of copies not yet sent", "suppliers",
        f"{_MESSAGES}failed",
    ),
    Kind(Strand.ORDERING, UNANSWERED, "orders with copies to which the supplier gave no answer", "orders", f"{_COPIES}sent"),
    Kind(Strand.ORDERING, QUERIED, "invoices and credit notes queried and not settled", "orders", f"{_INVOICES}queried"),
    Kind(
        Strand.ORDERING, CREDITS, "copies that are charged, and not credited, although they never came, or are owed again",
        "orders", f"{_INVOICES}matched",
    ),
    Kind(Strand.ORDERING, QUARANTINED, "messages of the supplier that wait for a person", "suppliers", f"{_MESSAGES}quarantined"),
    Kind(
        Strand.ORDERING, OF_NO_COUNCIL, "messages of the supplier that wait for a person and name no council, or several",
        "suppliers", f"{_MESSAGES}quarantined",
    ),
    *_kinds(Strand.CATALOGUE),
    Kind(
        Strand.CATALOGUE, RECORDS, "books still wanted, of which the supplier was asked for a record and the council has none",
        "catalogue", "/v1/titles{books}",
    ),
    *_kinds(Strand.DELIVERY),
)  # fmt: skip
"""Everything that is counted, in the order of a statement."""

_DIFFERENCES = {
    "disagreeing": "lines open at both of which the supplier states something else",
    "ours_only": "lines open here that the supplier's list does not name",
    "theirs_only": "lines open at the supplier that are not open here",
}


@dataclass(frozen=True, slots=True)
class Found:
    """How many there are, and since when there is the oldest. `books`: ISBNs of the oldest, where the list is of books."""

    count: int
    since: date | None
    books: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tie:
    """A row of a statement. `path` is the address of the list within its service."""

    strand: Strand
    name: str
    meaning: str
    count: int
    since: date | None
    service: str
    path: str


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The last comparison of the supplier's list of open lines with ours: numbers of lines. `reported_on` is a council's day."""

    reconciliation_id: UUID
    reported_at: datetime
    reported_on: date
    compared_at: datetime
    agreed: int
    disagreeing: int
    ours_only: int
    theirs_only: int


@dataclass(frozen=True, slots=True)
class Departure:
    """What still ties a council to a supplier. `unknown` names what is not known, each with what to do.

    `agreements`: those that people recorded, to this statement or an earlier one.
    """

    council: str
    supplier_id: str
    ties: Sequence[Tie]
    reconciliation: Reconciliation | None
    unknown: Sequence[str]
    agreements: Sequence[Agreement]

    @property
    def left(self) -> bool:
        """Whether nothing is open: all counts are zero, those of the last reconciliation too, and nothing is unknown."""
        return not self.unknown and all(tie.count == 0 for tie in self.ties)


@dataclass(frozen=True, slots=True)
class Counted:
    """What facts say of a council and a supplier. `last_ordered`: when a copy was last ordered from it, None where none was."""

    found: Mapping[tuple[Strand, str], Found]
    reconciliation: Reconciliation | None
    last_ordered: datetime | None


def departure_of(council: str, supplier_id: str, counted: Counted, agreements: Sequence[Agreement]) -> Departure:
    """Returns a row for each kind, also where there is none, those of the last reconciliation, and what is not known."""
    ties = [_tie(kind, supplier_id, counted.found.get((kind.strand, kind.name), Found(0, None))) for kind in KINDS]
    if counted.reconciliation is not None:
        ties += _differences(counted.reconciliation)
    return Departure(council, supplier_id, ties, counted.reconciliation, list(_unknown(counted)), agreements)


def _tie(kind: Kind, supplier_id: str, found: Found) -> Tie:
    books = "?" + urlencode([("isbn", isbn) for isbn in found.books]) if found.books else ""
    path = kind.path.format(supplier=quote(supplier_id, safe=""), books=books)
    return Tie(kind.strand, kind.name, kind.meaning, found.count, found.since, kind.service, path)


def _differences(last: Reconciliation) -> Iterator[Tie]:
    for outcome, meaning in _DIFFERENCES.items():
        path = f"/v1/reconciliations/{last.reconciliation_id}?outcome={outcome}"
        count: int = getattr(last, outcome)
        since = last.reported_on if count else None
        yield Tie(Strand.ORDERING, f"lines_{outcome}", f"last reconciliation: {meaning}", count, since, "suppliers", path)


def _unknown(counted: Counted) -> Iterator[str]:
    ask = "ask the supplier for its list of open lines, and POST it to `/v1/reconciliations` of its exchange"
    last = counted.reconciliation
    if last is None:
        yield f"Whether the supplier agrees: no reconciliation is known; {ask}."
    elif counted.last_ordered is not None and counted.last_ordered > last.reported_at:
        passed = time_in_words(counted.last_ordered - last.reported_at)
        yield f"Whether the supplier agrees: copies were ordered from it {passed} after its last list was made; {ask}."
