"""Records as the catalogue keeps them: one of each supplier and book. Pure: no table, no event."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from shared.errors import DomainError, Kind
from shared.records import Change, CopyData, Description, Offer, Record, Remainder

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRecord:
    """What a supplier states about a book, put together from its records: the latest statement of each field.

    `withdrawn`: the supplier took it back, so it counts no longer. `offered_at` is when it stated the `offers` last; None: never.
    `remainder` and `copies` are those of the latest record.
    """

    isbn: str
    supplier_id: str
    supplied_at: datetime
    description: Description
    offers: tuple[Offer, ...] = ()
    offered_at: datetime | None = None
    copies: tuple[CopyData, ...] = ()
    remainder: tuple[Remainder, ...] = ()
    reference: str = ""
    encoding_true: bool = True
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class TimesSupplied:
    """How often a supplier sent a record of a book, withdrawals apart. `supplied_at` is when it last stated anything about it."""

    isbn: str
    supplier_id: str
    times: int
    supplied_at: datetime


def kept(record: Record, *, supplier_id: str, supplied_at: datetime) -> KeptRecord:
    """Returns a record as it is kept where its supplier stated nothing about the book before."""
    return KeptRecord(
        isbn=record.isbn,
        supplier_id=supplier_id,
        supplied_at=supplied_at,
        description=record.description,
        offers=record.offers,
        offered_at=supplied_at if record.offers else None,
        copies=record.copies,
        remainder=record.remainder,
        reference=record.reference,
        encoding_true=record.encoding_true,
        withdrawn=record.change is Change.WITHDRAWN,
    )


def updated(before: KeptRecord | None, new: KeptRecord) -> KeptRecord:
    """Returns what a supplier states about a book once it has sent another record: what the later does not state stays.

    A block update may hold prices only. A record that arrives late adds only what is missing. A withdrawal ends the record, until
    the supplier sends it again.
    """
    if before is None:
        return new
    earlier, later = sorted((before, new), key=lambda record: record.supplied_at)
    return replace(
        later,
        description=later.description.completed_by(earlier.description),
        offers=later.offers or earlier.offers,
        offered_at=later.offered_at if later.offers else earlier.offered_at,
        copies=later.copies or earlier.copies,
        remainder=later.remainder or earlier.remainder,
        reference=later.reference or earlier.reference,
    )


def undated(record: KeptRecord) -> KeptRecord:
    """Returns what a record states, whenever it was sent: two that say the same are equal."""
    return replace(record, supplied_at=_NEVER, offered_at=None)


def in_force(records: Iterable[KeptRecord]) -> list[KeptRecord]:
    """Returns the records that count: not withdrawn, and with a title."""
    return [record for record in records if not record.withdrawn and record.description.title is not None]


def no_such_title(isbn: str, asked: Iterable[str]) -> DomainError:
    """Returns the refusal for an ISBN without a title; it names the suppliers that were asked."""
    names = ", ".join(asked)
    if names:
        return DomainError("no-such-title", f"No record of {isbn} has arrived yet; asked: {names}.", Kind.NOT_FOUND)
    return DomainError(
        "no-such-title", f"No supplier has sent a record of {isbn}, and no order has asked for one.", Kind.NOT_FOUND
    )
