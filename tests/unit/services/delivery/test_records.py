"""Records before goods: which titles lack a record, and the figures of a supplier."""

from datetime import timedelta
from uuid import uuid4

import pytest

from services.delivery.domain.goods import Item, ItemState
from services.delivery.domain.records import (
    MissingRecord,
    Records,
    RecordsBeforeGoods,
    books_received,
    records_of,
    without_record,
)
from tests.builders import DVD, ISBN, OTHER_ISBN, UNKNOWN_ISBN


def _items(isbn: str, *states: ItemState) -> list[Item]:
    return [Item(uuid4(), isbn, "P1", None, None, state) for state in states]


def test_titles_without_a_record_are_missing_and_what_is_no_book_is_not_counted() -> None:
    articles = {OTHER_ISBN: False, ISBN: True, UNKNOWN_ISBN: False, DVD: False, "": False}
    assert records_of(articles) == Records(titles=3, served=1, missing=(UNKNOWN_ISBN, OTHER_ISBN))


def test_only_received_copies_of_books_count() -> None:
    items = [
        *_items(OTHER_ISBN, ItemState.RECEIVED, ItemState.RECEIVED, ItemState.DAMAGED),
        *_items(ISBN, ItemState.RECEIVED),
        *_items(UNKNOWN_ISBN, ItemState.MISSING),
        *_items(DVD, ItemState.RECEIVED),
    ]
    received = books_received(items)
    assert received == {ISBN: 1, OTHER_ISBN: 2}
    assert without_record(received, {ISBN}) == (MissingRecord(OTHER_ISBN, 2),)
    assert without_record(received, ()) == (MissingRecord(ISBN, 1), MissingRecord(OTHER_ISBN, 2))


@pytest.mark.parametrize(("before", "titles", "percent"), [(0, 3, 0), (2, 3, 66), (199, 200, 99), (200, 200, 100)])
def test_a_share_is_100_only_if_every_record_was_before_its_goods(before: int, titles: int, percent: int) -> None:
    assert RecordsBeforeGoods("eastern", titles, before, None, None).share_percent == percent


def test_leads_are_whole_hours_and_none_where_no_record_was_before_its_goods() -> None:
    figures = RecordsBeforeGoods("eastern", 2, 2, timedelta(minutes=59), timedelta(days=2, minutes=119))
    assert (figures.median_lead_hours, figures.longest_lead_hours) == (0, 49)
    late = RecordsBeforeGoods("eastern", 2, 0, None, None)
    assert (late.median_lead_hours, late.longest_lead_hours) == (None, None)
