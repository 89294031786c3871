"""Cursors of lists: only a cursor that a page returned is accepted."""

from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime
from functools import partial
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import DomainError
from shared.http.paging import PageQuery, number

MOMENTS = st.datetimes(timezones=st.just(UTC))


def cursor_of(*texts: str) -> str:
    return PageQuery().cursor_after(texts)


def written(*texts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(texts).encode()).decode().rstrip("=")


@given(at=MOMENTS, identity=st.uuids(), day=st.dates(), place=st.integers(0, 2**63 - 1), word=st.text())
def test_the_keys_of_the_last_row_come_back(at: datetime, identity: UUID, day: date, place: int, word: str) -> None:
    def following(*keys: datetime | UUID | date | int | str) -> PageQuery:
        cursor = PageQuery(limit=1).next_cursor(["last of the page", "first of the next"], lambda _: keys)
        return PageQuery.model_construct(cursor=cursor)

    assert following(at, identity).after(datetime.fromisoformat, UUID) == (at, identity)
    assert following(day, identity).after(date.fromisoformat, UUID) == (day, identity)
    assert following(place).after(number) == (place,)
    assert following(word).after(str) == (word,)


def test_the_last_page_has_no_cursor_and_the_first_page_needs_none() -> None:
    query = PageQuery(limit=2)
    page = query.page(["a", "b"], keys=lambda word: (word,), view=str.upper)
    assert (page.items, page.next_cursor, query.fetched) == (["A", "B"], None, 3)
    assert query.after(str) is None


@pytest.mark.parametrize("cursor", ["", "nonsense", "é", "W10", written(1), written("1"), *map(cursor_of, ("-1", "x"))])
def test_a_cursor_that_no_page_gave_out_is_refused(cursor: str) -> None:
    with pytest.raises(DomainError) as refused:
        PageQuery(cursor=cursor).after(number)
    assert refused.value.code == "bad-cursor"


class _Things(PageQuery):
    UNBOUND = frozenset({"counted"})

    colour: str | None = None
    counted: bool = False


def test_a_cursor_continues_only_the_list_and_the_filters_that_it_came_from() -> None:
    cursor = _Things(colour="red", counted=True, limit=7).cursor_after(("12",))
    assert _Things(colour="red", cursor=cursor).after(number) == (12,)
    for other in (_Things(cursor=cursor), _Things(colour="blue", cursor=cursor), PageQuery(cursor=cursor)):
        with pytest.raises(DomainError) as refused:
            other.after(number)
        assert refused.value.code == "cursor-of-other-filters"


def test_a_number_fits_its_column() -> None:
    assert PageQuery(cursor=cursor_of(str(2**31 - 1))).after(partial(number, bits=32)) == (2**31 - 1,)
    for cursor, bits in ((cursor_of(str(2**31)), 32), (cursor_of(str(2**63)), 64)):
        with pytest.raises(DomainError):
            PageQuery(cursor=cursor).after(partial(number, bits=bits))
