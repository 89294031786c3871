"""Lists of titles, written piece by piece."""

import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.catalogue.domain.changes import ChangedTitle, Place
from services.catalogue.domain.merging import Title
from services.catalogue.rendering import FORMS, JSON, MARCXML, record_of, stream
from shared.records import Change
from shared.records.brief import Brief, description_of
from shared.values import with_check_digit
from tests.fixtures.marc import read_marc, read_marcxml

MOMENT = datetime(2026, 3, 2, tzinfo=UTC)


def changed(number: int, *, withdrawn: bool = False) -> ChangedTitle:
    isbn = with_check_digit(f"978{number:09}")
    title = Title(isbn, description_of(Brief("Piranesi")), {"title": "harbour-books"}, 1, MOMENT, withdrawn)
    return ChangedTitle(Place(number, isbn), title, MOMENT)


async def written(chunks: Sequence[Sequence[ChangedTitle]], form: str) -> bytes:
    async def given_chunks() -> AsyncIterator[Sequence[ChangedTitle]]:
        for chunk in chunks:
            yield chunk

    return b"".join([piece async for piece in stream(given_chunks(), form, next_cursor="WyI", more=True)])


@pytest.mark.parametrize("form", FORMS)
@given(sizes=st.lists(st.integers(1, 3), max_size=4))
async def test_the_answer_is_the_same_however_it_is_cut(form: str, sizes: list[int]) -> None:
    titles = [changed(number) for number in range(sum(sizes))]
    ends = [sum(sizes[: place + 1]) for place in range(len(sizes))]
    chunks = [titles[end - size : end] for size, end in zip(sizes, ends, strict=True)]
    whole = await written([titles] if titles else [], form)
    assert await written(chunks, form) == whole
    assert _isbns(whole, form) == [title.title.isbn for title in titles]


def _isbns(body: bytes, form: str) -> list[str]:
    if form == JSON:
        document = json.loads(body)
        assert (document["next_cursor"], document["more"]) == ("WyI", True)
        return [item["isbn"] for item in document["items"]]
    records = read_marcxml(body) if form == MARCXML else read_marc(body)
    return [record["001"].data or "" for record in records]


def test_a_withdrawn_title_is_a_withdrawn_record_with_its_description() -> None:
    record = record_of(changed(1, withdrawn=True).title)
    assert (record.change, record.description.title is not None) == (Change.WITHDRAWN, True)
    assert record_of(changed(1).title).change is Change.FULL
