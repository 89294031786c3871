"""Titles searched by words, numbers, subjects and supply."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import text

from services.catalogue.reminders import Reminders
from shared.clock import ManualClock
from shared.records import (
    AgeRange,
    Audience,
    AudienceKind,
    Availability,
    Change,
    Contributor,
    Identifier,
    IdentifierKind,
    Language,
    Offer,
    Record,
    Series,
    Subject,
    SubjectScheme,
    TitleStatement,
)
from shared.values import with_check_digit
from tests.services.catalogue.facts import HAMNET, PIRANESI, record, stated, supplied, withdrawal
from tests.services.hearing import Hearing

EMMA, NOTES, LETTERS, SEA = (with_check_digit(f"97814722{number:04}") for number in range(4))


@pytest.fixture
async def shelf(catalogue: Hearing) -> Hearing:
    """A catalogue of six books in which `Emma` is in another field each time."""
    await catalogue.hears(
        supplied(
            stated(
                PIRANESI,
                series=(Series("Books for Emma"),),
                published="2020-09-15",
                languages=(Language("eng"),),
                form="hardback",
                subjects=(Subject(SubjectScheme.THEMA, "FM"), Subject(SubjectScheme.DEWEY, "823.92")),
            ),
            stated(HAMNET, "Hamnet", "O'Farrell, Maggie", summary="Emma is not in it.", published="2020"),
            stated(EMMA, "Emma", "Austen, Jane", published="1815", languages=(Language("eng"),), form="paperback"),
            stated(
                NOTES, "Notes on Emma", "Brontë, Charlotte", published="1999-05", audiences=(Audience(AudienceKind.STUDENTS),)
            ),
            stated(LETTERS, "Letters", "Donoghue, Emma", published="2001", languages=(Language("wel"),), ages=AgeRange(9, 12)),
            stated(SEA, "The sea", "Banville, John", subjects=(Subject(SubjectScheme.LCSH, heading="Woodhouse, Emma"),)),
        )
    )
    await Reminders(catalogue.engine, catalogue.clock).turn()
    return catalogue


async def page_of(client: AsyncClient, **query: Any) -> dict[str, Any]:
    """Returns a page of what is found."""
    answer = await client.get("/v1/titles", params=query)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def found(client: AsyncClient, **query: Any) -> list[str]:
    """Returns the ISBNs found, in their order."""
    return [item["isbn"] for item in (await page_of(client, **query))["items"]]


async def test_the_best_match_is_first(client: AsyncClient, shelf: Hearing) -> None:
    page = await page_of(client, q="emma ")
    assert [(item["isbn"], item["score"]) for item in page["items"]] == [
        (EMMA, 100),
        (NOTES, 80),
        (LETTERS, 60),
        (PIRANESI, 40),
        (SEA, 20),
        (HAMNET, 10),
    ]
    assert page["total"] == {"number": 6, "exact": True}


async def test_words_may_be_in_several_fields(client: AsyncClient, shelf: Hearing) -> None:
    assert await found(client, q="austen emma") == [EMMA]
    assert await found(client, q="hamnet piranesi") == []


@pytest.mark.parametrize("words", ["BRONTE notes", "Brontë", "notes: on «Emma»", "Charlotte Bron"])
async def test_accents_case_and_punctuation_do_not_count(client: AsyncClient, shelf: Hearing, words: str) -> None:
    assert await found(client, q=words) == [NOTES]


async def test_the_last_word_may_be_a_beginning(client: AsyncClient, shelf: Hearing) -> None:
    assert await found(client, q="pira") == [PIRANESI]
    assert await found(client, q="pira ") == []


async def test_words_found_are_marked(client: AsyncClient, shelf: Hearing) -> None:
    [item] = (await page_of(client, q="o'farrell emma "))["items"]
    assert item["highlight"] == [
        {"field": "contributors", "text": "<mark>O&#x27;Farrell</mark>, Maggie"},
        {"field": "summary", "text": "<mark>Emma</mark> is not in it."},
    ]


@pytest.mark.parametrize("misspelt", ["Piranessi", "prianesi ", "pyranesi"])
async def test_a_misspelt_word_is_read_as_a_known_one_where_nothing_is_found(
    client: AsyncClient, shelf: Hearing, misspelt: str
) -> None:
    page = await page_of(client, q=misspelt)
    assert [item["isbn"] for item in page["items"]] == [PIRANESI]
    assert page["read_as"] == {misspelt.strip().lower(): ["piranesi"]}
    assert page["items"][0]["highlight"][0]["text"] == "<mark>Piranesi</mark>"


async def test_a_word_that_is_found_is_never_corrected(client: AsyncClient, shelf: Hearing) -> None:
    await shelf.hears(record(isbn=with_check_digit("978147220009"), title="Piranesis", author=""))
    page = await page_of(client, q="piranesis ")
    assert ([item["title"] for item in page["items"]], page["read_as"]) == (["Piranesis"], {})
    assert (await page_of(client, q="piranesis austen"))["items"] == [], "both are known: neither is misspelt"


async def test_a_book_is_found_by_each_of_its_numbers(client: AsyncClient, catalogue: Hearing) -> None:
    numbers = (
        Identifier(IdentifierKind.ISBN13, PIRANESI),
        Identifier(IdentifierKind.LCCN, "2020-12"),
        Identifier(IdentifierKind.BNB, "GBC0D1234"),
        Identifier(IdentifierKind.EAN, "5060084610018"),
    )
    one = stated()
    await catalogue.hears(supplied(replace(one, description=replace(one.description, identifiers=numbers))), record(isbn=HAMNET))
    for number in ("1-5266-2243-2", "978 1526622433", "2020000012", "2020-12", "gbc0d1234", "5-060084-610018"):
        assert await found(client, identifier=number) == [PIRANESI], number
    assert await found(client, q="978-1-5266-2243-3") == [PIRANESI]


@pytest.mark.parametrize(
    ("query", "isbns"),
    [
        ({"subject": "thema:F"}, [PIRANESI]),
        ({"subject": "thema:FMB"}, []),
        ({"subject": ["dewey:823", "thema:FM"]}, [PIRANESI]),
        ({"subject": "lcsh:Woodhouse"}, [SEA]),
        ({"language": "wel"}, [LETTERS]),
        ({"language": ["wel", "eng"], "sort": "newest"}, [PIRANESI, LETTERS, EMMA]),
        ({"form": "Paperback"}, [EMMA]),
        ({"audience": "students"}, [NOTES]),
        ({"age": 12}, [LETTERS]),
        ({"age": 13}, []),
        ({"published_from": "1999-05", "published_until": "2001", "sort": "newest"}, [LETTERS, NOTES]),
        ({"published_from": "2020-09-15"}, [PIRANESI]),
        ({"published_until": "1900"}, [EMMA]),
        ({"q": "emma ", "published_from": "2000"}, [LETTERS, PIRANESI, HAMNET]),
        ({"q": "emma ", "isbn": [SEA, NOTES]}, [NOTES, SEA]),
        ({"q": "?!"}, []),
    ],
)
async def test_titles_are_limited_by_what_is_known_of_them(
    client: AsyncClient, shelf: Hearing, query: Mapping[str, object], isbns: list[str]
) -> None:
    assert await found(client, **query) == isbns


@pytest.mark.parametrize("wrong", [{"subject": "FM"}, {"subject": "marc:1"}, {"published_from": "soon"}, {"age": 40}])
async def test_a_limit_that_cannot_be_meant_is_refused(client: AsyncClient, wrong: dict[str, str]) -> None:
    assert (await client.get("/v1/titles", params=wrong)).status_code == 422


async def test_titles_are_found_by_supplier_and_availability_as_these_change(client: AsyncClient, catalogue: Hearing) -> None:
    offers = (Offer(Availability.IN_STOCK),)
    await catalogue.hears(supplied(replace(stated(), offers=offers)), record("eastern", day=3))
    assert await found(client, supplier_id="eastern", availability="in stock") == [PIRANESI]
    out = (Offer(Availability.REPRINTING),)
    await catalogue.hears(supplied(Record(isbn=PIRANESI, change=Change.PART, offers=out), day=5), withdrawal("eastern"))
    assert await found(client, supplier_id="eastern") == []
    assert await found(client, availability="in stock") == []
    assert await found(client, supplier_id="harbour-books", availability=["in stock", "reprinting"]) == [PIRANESI]


async def test_facets_are_counted_when_asked_for(client: AsyncClient, shelf: Hearing) -> None:
    facets = (await page_of(client, published_from="1500", facets=True))["facets"]
    assert facets["counted"] == {"number": 5, "exact": True}
    assert facets["values"]["language"] == {"eng": 2, "wel": 1}
    assert facets["values"]["subject"] == {"dewey:8": 1, "thema:F": 1}
    assert facets["values"]["year"] == {"2020": 2, "1815": 1, "1999": 1, "2001": 1}
    assert facets["values"]["supplier_id"] == {"harbour-books": 5}
    assert (await page_of(client, q="emma"))["facets"] is None
    subject = next(iter(facets["values"]["subject"]))
    assert await found(client, subject=subject) == [PIRANESI], "a facet's value can be asked for"


@pytest.mark.parametrize("sort", ["relevance", "newest", "isbn"])
async def test_pages_of_a_search_neither_skip_nor_repeat_while_records_change(
    client: AsyncClient, shelf: Hearing, sort: str
) -> None:
    whole = await found(client, q="emma ", sort=sort)
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = await page_of(client, q="emma ", sort=sort, limit=1, **cursor)
        seen += [item["isbn"] for item in page["items"]]
        # A book before the place reached, which would move all others in a list by numbers.
        first = stated("9780000000002", "Emma", f"Austen, Jane{len(seen)}", published="2025")
        await shelf.hears(supplied(first, day=3 + len(seen)))
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert [isbn for isbn in seen if isbn != "9780000000002"] == whole


async def test_a_cursor_of_another_list_is_refused(client: AsyncClient, shelf: Hearing) -> None:
    cursor = (await page_of(client, limit=1))["next_cursor"]
    invented = b64encode(b'["80", "99999999999", "9781472223821"]').decode()
    for wrong in (cursor, invented):
        assert (await client.get("/v1/titles", params={"q": "emma", "cursor": wrong})).status_code == 400


async def test_the_whole_catalogue_can_be_counted_and_sorted(client: AsyncClient, shelf: Hearing) -> None:
    page = await page_of(client, facets=True, sort="newest", limit=2)
    assert [item["isbn"] for item in page["items"]] == [PIRANESI, HAMNET]
    assert page["total"] == {"number": 6, "exact": True}
    assert page["facets"]["values"]["form"] == {"hardback": 1, "paperback": 1}
    assert len(await found(client, facets=True, sort="relevance")) == 6


async def test_more_than_can_be_counted_is_at_least_so_many(client: AsyncClient, catalogue: Hearing) -> None:
    isbns = [with_check_digit(f"978{number:09}") for number in range(1_001)]
    await catalogue.hears(supplied(*(stated(isbn, "House") for isbn in isbns)))
    assert (await page_of(client, q="house", limit=1))["total"] == {"number": 1_000, "exact": False}


async def test_a_title_of_an_earlier_release_becomes_searchable(client: AsyncClient, shelf: Hearing, clock: ManualClock) -> None:
    async with shelf.engine.begin() as connection:
        await connection.execute(text("DELETE FROM search_entry"))
        await connection.execute(text("UPDATE title SET searched_version = DEFAULT"))
        await connection.execute(text("UPDATE title SET title = 'Susanna', description = DEFAULT WHERE title = 'Piranesi'"))
    assert await found(client, q="hamnet") == []
    await Reminders(shelf.engine, clock).turn()
    assert await found(client, q="hamnet") == [HAMNET]
    assert await found(client, q="susanna") == [PIRANESI]
    async with shelf.engine.connect() as connection:
        waiting = await connection.scalar(text("SELECT count(*) FROM title WHERE searched_version <> version"))
    assert waiting == 0


async def test_an_entry_that_stays_the_same_is_not_written_again(catalogue: Hearing) -> None:
    async def written() -> object:
        async with catalogue.engine.connect() as connection:
            return (await connection.execute(text("SELECT xmin, words FROM search_entry"))).all()

    await catalogue.hears(record(day=2))
    before = await written()
    await catalogue.hears(record(day=3))
    assert await written() == before


async def test_titles_with_the_strangest_words_are_kept_and_found(client: AsyncClient, catalogue: Hearing) -> None:
    strange = "It's \\ a 'quoted' & | ! :* <-> (test) " + "x" * 500 + " 東京 ½ \u202eabc"
    one = stated()
    description = replace(
        one.description, title=TitleStatement(strange), contributors=(Contributor("' OR 1=1 --"),), form="a'b\\c"
    )
    description = replace(description, languages=(Language('{"a", NULL}'),))
    await catalogue.hears(supplied(replace(one, description=description)))
    for words in ("quoted", "its a", "東京", "x" * 150, "or 1 1", "(test"):
        assert await found(client, q=words) == [PIRANESI], words
    assert await found(client, form="A'B\\C") == [PIRANESI]
    async with catalogue.engine.connect() as connection:
        (facets,) = (await connection.execute(text("SELECT facets FROM search_entry"))).scalars()
    assert {"form:a'b\\c", 'language:{"a", NULL}'} <= set(facets)
    for words in ("' & !", "\\", ":*", "a:* | b", "!emma", "<->", "'"):
        assert (await client.get("/v1/titles", params={"q": words})).status_code == 200


_MANY = """
INSERT INTO search_entry (isbn, words, issued, facets)
SELECT isbn,
    CAST('house:1 t/house:1 ' || CASE n % 100 WHEN 0 THEN 'rare t/rare' WHEN 1 THEN 'rare a/rare' ELSE '' END AS tsvector),
    20000000 + n % 25 * 10000, ARRAY['language:eng']
FROM (SELECT n, '978' || lpad(n::text, 10, '0') AS isbn FROM generate_series(1, 25000) AS n) AS made
"""
_THEIR_TITLES = """
INSERT INTO title (isbn, title, subtitle, author, publisher, published, form, supplier_id, version, changed_at)
SELECT isbn, 'House', '', '', '', '', '', 'eastern', 1, now() FROM search_entry
"""


@pytest.fixture
async def large(catalogue: Hearing) -> Hearing:
    """A catalogue of 25,000 books, all with one word, one in a hundred with another, as its title or its author."""
    async with catalogue.engine.begin() as connection:
        for statement in (_MANY, _THEIR_TITLES, "ANALYZE search_entry"):
            await connection.execute(text(statement))
    return catalogue


async def test_a_word_of_many_titles_is_found_newest_first_page_by_page(client: AsyncClient, large: Hearing) -> None:
    first = await page_of(client, q="house ", limit=200, facets=True)
    second = await page_of(client, q="house ", limit=200, cursor=first["next_cursor"])
    async with large.engine.connect() as connection:
        rows = await connection.execute(text("SELECT isbn FROM search_entry ORDER BY issued DESC, isbn DESC LIMIT 400"))
        newest = list(rows.scalars())
    assert [item["isbn"] for item in first["items"] + second["items"]] == newest
    assert first["total"] == {"number": 1_000, "exact": False}
    assert first["facets"] == {"counted": {"number": 5_000, "exact": False}, "values": {"language": {"eng": 5_000}}}


async def test_levels_of_many_titles_follow_each_other(client: AsyncClient, large: Hearing) -> None:
    seen: list[tuple[int, str]] = []
    cursor: dict[str, str] = {}
    while page := await page_of(client, q="house ra", limit=200, **cursor):
        seen += [(item["score"], item["isbn"]) for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert [score for score, _ in seen] == [80] * 250 + [60] * 250
    assert len({isbn for _, isbn in seen}) == 500


async def test_many_titles_are_limited_by_date_and_sorted_by_isbn(client: AsyncClient, large: Hearing) -> None:
    found_there = await found(client, q="house ", published_until="2000", sort="isbn", limit=2)
    assert found_there == ["9780000000025", "9780000000050"]
    assert await found(client, q="house ", published_until="2000", limit=1) == ["9780000025000"]
