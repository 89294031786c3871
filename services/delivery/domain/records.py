"""Records before goods: of which titles on the way or received the record is served. Only books have records. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from services.delivery.domain.goods import Item, ItemState
from shared.contracts import words
from shared.values import is_book

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Records:
    """The titles of a consignment, how many of them have a served record, and the ISBNs of the others, sorted."""

    titles: int
    served: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MissingRecord:
    """A title whose record was not served when `quantity` copies of it were received."""

    isbn: words.Isbn
    quantity: Annotated[int, Field(description="Copies of it that were received", examples=[2])]


@dataclass(frozen=True, slots=True)
class RecordsBeforeGoods:
    """The titles received from one supplier, and those whose record was served before the first receipt.

    The leads are the times from served record to first receipt, of the latter titles alone; None where there are none.
    """

    supplier_id: str
    titles: int
    served_before: int
    median_lead: timedelta | None
    longest_lead: timedelta | None

    @property
    def share_percent(self) -> int:
        """Rounded down, so that 100 means every title."""
        return 100 * self.served_before // self.titles

    @property
    def median_lead_hours(self) -> int | None:
        """Whole hours, rounded down."""
        return _hours(self.median_lead)

    @property
    def longest_lead_hours(self) -> int | None:
        """Whole hours, rounded down."""
        return _hours(self.longest_lead)


def records_of(is_served: Mapping[str, bool]) -> Records:
    """Returns the records of articles, given by number with whether a record is served; what is no book is not counted."""
    missing = sorted(isbn for isbn, served in is_served.items() if not served and is_book(isbn))
    titles = sum(map(is_book, is_served))
    return Records(titles, titles - len(missing), tuple(missing))


def books_received(items: Iterable[Item]) -> Counter[str]:
    """Returns how many copies of each book are received among the items, by ISBN. Damaged copies are not received."""
    return Counter(item.isbn for item in items if item.state is ItemState.RECEIVED and is_book(item.isbn))


def without_record(received: Mapping[str, int], served: Collection[str]) -> tuple[MissingRecord, ...]:
    """Returns the received titles without a served record, sorted by ISBN."""
    return tuple(MissingRecord(isbn, received[isbn]) for isbn in sorted(received) if isbn not in served)


def _hours(lead: timedelta | None) -> int | None:
    return None if lead is None else lead // _HOUR
