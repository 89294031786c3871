"""Records, the title built from them, and who is asked for one that is missing. Pure: no table, no event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.errors import DomainError, Kind
from shared.sourcing.rules import SourcingRule, choose

ASK_AGAIN_AFTER = timedelta(days=1)
# After a working week without a record the supplier has none; a new order still asks again.
MOST_ASKS = 5


@dataclass(frozen=True, slots=True)
class Description:
    """What a book is called: the part that records and titles have in common."""

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
    """Our view of a book: what its best record says. `version` grows with each change of what is said."""

    isbn: str
    supplier_id: str
    described: Description
    version: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Ask:
    """A supplier that shall send a record, on behalf of the council that ordered first."""

    isbn: str
    supplier_id: str
    council: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """One ordered copy as the catalogue sees it: who would supply its record depends on where and what it is."""

    isbn: str
    branch: str
    material: str
    ordered_from: str


# Points for a field that says something; 10 for a record that says everything.
_POINTS = {"title": 3, "author": 3, "publisher": 2, "published": 1, "form": 1}


def completeness(described: Description) -> int:
    """How much a record says, from 0 to 10: title 3, author 3, publisher 2, year 1, form 1; many books have no subtitle."""
    return sum(points for field, points in _POINTS.items() if getattr(described, field).strip())


def best(records: Iterable[Record]) -> Record:
    """The record that speaks for the title: the most complete, then the supplier first by name.

    Neither time nor order of arrival counts, so two equally good suppliers do not take turns. Needs at least one record.
    """
    return min(records, key=lambda record: (-completeness(record.described), record.supplier_id))


def retitle(before: Title | None, records: Sequence[Record], now: datetime) -> Title | None:
    """The title as it is with these records, or none where it says what it said before."""
    chosen = best(records)
    if before is not None and (before.supplier_id, before.described) == (chosen.supplier_id, chosen.described):
        return None
    version = 1 if before is None else before.version + 1
    return Title(chosen.isbn, chosen.supplier_id, chosen.described, version, now)


def whom_to_ask(wanted: Iterable[Wanted], rules: Sequence[SourcingRule], *, council: str, on: date) -> list[Ask]:
    """Who shall send records: by the council's catalogue rules, else whoever supplies the book. Sorted, none twice."""
    chosen = {
        (copy.isbn, choose(rules, branch=copy.branch, material=copy.material, on=on) or copy.ordered_from) for copy in wanted
    }
    return [Ask(isbn, supplier_id, council) for isbn, supplier_id in sorted(chosen)]


def no_such_title(isbn: str, asked: Sequence[str]) -> DomainError:
    """Nothing is known of an ISBN; says who was asked for it."""
    if asked:
        return DomainError("no-such-title", f"No record of {isbn} has come yet; asked: {', '.join(asked)}.", Kind.NOT_FOUND)
    return DomainError(
        "no-such-title", f"No supplier has sent a record of {isbn}, and no order has asked for one.", Kind.NOT_FOUND
    )
