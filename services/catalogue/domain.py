"""Records, the title chosen from them, and which suppliers to ask for a missing record. Pure: no table, no event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta

from shared.contracts.base import Money
from shared.errors import DomainError, Kind
from shared.sourcing.rules import SourcingRule, choose

ASK_AGAIN_AFTER = timedelta(days=1)
# Requests for one record, the first included. Then the supplier is taken to have none; a new order still requests it.
MOST_ASKS = 5


@dataclass(frozen=True, slots=True)
class Description:
    """The description of a book: the fields that records and titles have in common. An empty field states nothing."""

    title: str
    subtitle: str
    author: str
    publisher: str
    published: str
    form: str

    def completed_by(self, other: Description) -> Description:
        """Returns this description, with what it does not state taken from the other."""
        missing = [field.name for field in fields(self) if not getattr(self, field.name).strip()]
        return replace(self, **{name: getattr(other, name) for name in missing})


@dataclass(frozen=True, slots=True)
class Record:
    """Bibliographic data for an ISBN from one supplier, who may have withdrawn it since."""

    isbn: str
    supplier_id: str
    described: Description
    supplied_at: datetime
    price: Money | None = None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Title:
    """Our view of a book: the description in its best record, completed from the others.

    `version` grows with each change of the content.
    """

    isbn: str
    supplier_id: str
    described: Description
    version: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Ask:
    """A request for a record from one supplier, on behalf of the council that ordered first."""

    isbn: str
    supplier_id: str
    council: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """One ordered copy as the catalogue sees it: its branch and material decide which supplier to ask for a record."""

    isbn: str
    branch: str
    material: str
    ordered_from: str


# Points for a field that is not empty; 10 in all.
_POINTS = {"title": 3, "author": 3, "publisher": 2, "published": 1, "form": 1}


def completeness(described: Description) -> int:
    """Returns how complete a record is, from 0 to 10: title 3, author 3, publisher 2, year 1, form 1.

    The subtitle gives no points: many books have none.
    """
    return sum(points for field, points in _POINTS.items() if getattr(described, field).strip())


def updated(before: Record | None, new: Record) -> Record:
    """Returns a supplier's record of a book once the same supplier has sent a new one: what the later does not state stays.

    A block update may hold a price only. A record that arrives late adds only what is missing.
    """
    if before is None:
        return new
    earlier, later = sorted((before, new), key=lambda record: record.supplied_at)
    return replace(later, described=later.described.completed_by(earlier.described), price=later.price or earlier.price)


def ranked(records: Iterable[Record]) -> list[Record]:
    """Returns the records in force that state a title, the best first: the most complete, then the supplier first by name.

    Neither time nor order of arrival counts, so two equally good suppliers do not alternate.
    """
    titled = (record for record in records if record.described.title.strip() and not record.withdrawn)
    return sorted(titled, key=lambda record: (-completeness(record.described), record.supplier_id))


def retitle(before: Title | None, records: Iterable[Record], now: datetime) -> Title | None:
    """Returns the title chosen from these records; None where its content is the same as before, or no record states a title.

    A title whose records were all withdrawn stays as it is: copies of the book may be ordered, or on the shelf.

    The subtitle is never another record's: it belongs to the words of the title.
    """
    candidates = ranked(records)
    if not candidates:
        return None
    best, *others = candidates
    described = best.described
    for other in others:
        described = described.completed_by(replace(other.described, subtitle=described.subtitle))
    if before is not None and (before.supplier_id, before.described) == (best.supplier_id, described):
        return None
    version = 1 if before is None else before.version + 1
    return Title(best.isbn, best.supplier_id, described, version, now)


def whom_to_ask(wanted: Iterable[Wanted], rules: Sequence[SourcingRule], *, council: str, on: date) -> list[Ask]:
    """Returns the records to request: by the council's catalogue rules, else from the book's supplier. Sorted, none twice."""
    chosen = {
        (copy.isbn, choose(rules, branch=copy.branch, material=copy.material, on=on) or copy.ordered_from) for copy in wanted
    }
    return [Ask(isbn, supplier_id, council) for isbn, supplier_id in sorted(chosen)]


def no_such_title(isbn: str, asked: Sequence[str]) -> DomainError:
    """Returns the refusal for an ISBN without a title; it names the suppliers that were asked."""
    if asked:
        return DomainError("no-such-title", f"No record of {isbn} has arrived yet; asked: {', '.join(asked)}.", Kind.NOT_FOUND)
    return DomainError(
        "no-such-title", f"No supplier has sent a record of {isbn}, and no order has asked for one.", Kind.NOT_FOUND
    )
