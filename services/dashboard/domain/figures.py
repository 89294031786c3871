"""Figures: copies per supplier and state, and the last messages to and from each supplier. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.contracts.orders import CopyState

# Copies in these states wait for nothing more.
SETTLED = frozenset({CopyState.RECEIVED, CopyState.REFUSED, CopyState.CANCELLED})
# The usual order of states from ordered to received, then the exceptions.
LIFE = (
    CopyState.ORDERED,
    CopyState.SENT,
    CopyState.HELD,
    CopyState.BACK_ORDERED,
    CopyState.ACCEPTED,
    CopyState.DESPATCHED,
    CopyState.AT_HUB,
    CopyState.RECEIVED,
    CopyState.MISSING,
    CopyState.DAMAGED,
    CopyState.REFUSED,
    CopyState.CANCELLED,
)


@dataclass(frozen=True, slots=True)
class Tally:
    """Number of copies of one supplier in one state; `overdue` counts those in it for longer than PATIENCE allows."""

    supplier_id: str
    state: CopyState
    copies: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """The copy that has been longest in a state."""

    copy_id: UUID
    order_number: str
    supplier_id: str
    branch: str
    isbn: str
    title: str
    since: datetime
    expected_on: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class StateFigures:
    """The copies in one state, and the one that has waited longest."""

    state: CopyState
    copies: int
    overdue: int
    oldest: Waiting | None


@dataclass(frozen=True, slots=True)
class Totals:
    """Numbers of all copies: every copy ordered is outstanding, received, refused or cancelled."""

    ordered: int = 0
    outstanding: int = 0
    received: int = 0
    refused: int = 0
    cancelled: int = 0


@dataclass(frozen=True, slots=True)
class LastMessages:
    """Times of the last message to a supplier and the last from it, and whether it has stopped an account."""

    supplier_id: str
    sent_at: datetime | None
    heard_at: datetime | None
    account_stopped: bool


@dataclass(frozen=True, slots=True)
class RecordFigures:
    """A supplier's records of late.

    `below`: of ordered books, fallen below their council's minimum. `received`, and of these: `repeated` said nothing new,
    `already_held` came when another supplier's was at least as good. `requests_saved`: books ordered when their record was there.
    """

    below: int = 0
    received: int = 0
    repeated: int = 0
    already_held: int = 0
    requests_saved: int = 0


NO_RECORDS = RecordFigures()


@dataclass(frozen=True, slots=True)
class SupplierFigures:
    """One supplier's card; `quiet` lists the kinds of message that are missing for longer than usual."""

    supplier_id: str
    totals: Totals
    states: Mapping[CopyState, int]
    overdue: int
    quarantined: int
    quiet: Sequence[str]
    records: RecordFigures
    account_stopped: bool
    sent_at: datetime | None
    heard_at: datetime | None

    @property
    def needs_attention(self) -> bool:
        """Whether something on the card needs a person."""
        return self.account_stopped or self.quarantined > 0 or bool(self.quiet) or self.overdue > 0


def totals_of(tallies: Sequence[Tally]) -> Totals:
    """Adds up tallies."""

    def copies(*states: CopyState) -> int:
        return sum(tally.copies for tally in tallies if tally.state in states)

    return Totals(
        ordered=copies(*CopyState),
        outstanding=copies(*(state for state in CopyState if state not in SETTLED)),
        received=copies(CopyState.RECEIVED),
        refused=copies(CopyState.REFUSED),
        cancelled=copies(CopyState.CANCELLED),
    )


def funnel(tallies: Sequence[Tally], oldest: Mapping[CopyState, Waiting]) -> list[StateFigures]:
    """Returns the figures of every state in the order of LIFE, including states without copies."""
    return [
        StateFigures(
            state,
            copies=sum(tally.copies for tally in tallies if tally.state is state),
            overdue=sum(tally.overdue for tally in tallies if tally.state is state),
            oldest=oldest.get(state),
        )
        for state in LIFE
    ]


def supplier_cards(
    tallies: Sequence[Tally],
    last_messages: Sequence[LastMessages],
    *,
    quarantined: Mapping[str, int],
    quiet: Sequence[tuple[str, str]],
    records: Mapping[str, RecordFigures],
) -> list[SupplierFigures]:
    """Returns one card per supplier that has copies, sent or got a message, or is named in one of the others; sorted by supplier.

    `quarantined`: number of messages by supplier. `quiet`: (supplier, kind of message). `records`: by supplier.
    """
    names = {tally.supplier_id for tally in tallies} | {one.supplier_id for one in last_messages} | quarantined.keys()
    names |= {supplier_id for supplier_id, _ in quiet} | records.keys()
    kinds = {name: [kind for supplier_id, kind in quiet if supplier_id == name] for name in names}
    return [
        _card(
            name,
            tallies,
            last_messages,
            quarantined=quarantined.get(name, 0),
            quiet=kinds[name],
            records=records.get(name, NO_RECORDS),
        )
        for name in sorted(names)
    ]


def _card(
    name: str,
    tallies: Sequence[Tally],
    last_messages: Sequence[LastMessages],
    *,
    quarantined: int,
    quiet: Sequence[str],
    records: RecordFigures,
) -> SupplierFigures:
    ours = [tally for tally in tallies if tally.supplier_id == name]
    last = [one for one in last_messages if one.supplier_id == name]
    return SupplierFigures(
        supplier_id=name,
        totals=totals_of(ours),
        states={tally.state: tally.copies for tally in ours},
        overdue=sum(tally.overdue for tally in ours),
        quarantined=quarantined,
        quiet=quiet,
        records=records,
        account_stopped=any(one.account_stopped for one in last),
        sent_at=max((one.sent_at for one in last if one.sent_at), default=None),
        heard_at=max((one.heard_at for one in last if one.heard_at), default=None),
    )
