"""Records, the title chosen from them, and which suppliers to ask for a missing record. Pure: no table, no event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.errors import DomainError, Kind
from shared.sourcing.rules import SourcingRule, choose

ASK_AGAIN_AFTER = timedelta(days=1)
# Requests for one record, the first included. Then the supplier is taken to have none; a new order still requests it.
MOST_ASKS = 5


@dataclass(frozen=True, slots=True)
class Description:
    """The description of a book: the fields that records and titles have in common."""

    title: str
    subtitle: str
    author: str
    publisher: str
    published: str
    form: str


@dataclass(frozen=True, slots=True)
class Record:
    """Bibliographic data for an ISBN from one supplier."""

    isbn: str
    supplier_id: str
    described: Description
    supplied_at: datetime


@dataclass(frozen=True, slots=True)
class Title:
    """Our view of a book: the description in its best record. `version` grows with each change of the content."""

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


def best(records: Iterable[Record]) -> Record:
    """Returns the record that becomes the title: the most complete, then the supplier first by name.

    Neither time nor order of arrival counts, so two equally good suppliers do not alternate. Needs at least one record.
    """
    return min(records, key=lambda record: (-completeness(record.described), record.supplier_id))


def retitle(before: Title | None, records: Sequence[Record], now: datetime) -> Title | None:
    """Returns the title chosen from these records, or none where its content is the same as before."""
    chosen = best(records)
    if before is not None and (before.supplier_id, before.described) == (chosen.supplier_id, chosen.described):
        return None
    version = 1 if before is None else before.version + 1
    return Title(chosen.isbn, chosen.supplier_id, chosen.described, version, now)


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
