"""The SRU door, as other systems use it."""

import random

import pytest
from httpx import AsyncClient
from lxml import etree

from services.catalogue.sru.door import MOST, USUAL
from shared.formats.sru import CONTENT_TYPE
from shared.values import with_check_digit
from tests.fixtures.marc import read_marcxml
from tests.fixtures.tokens import Tokens
from tests.services.catalogue.facts import HAMNET, PIRANESI, stated, supplied
from tests.services.hearing import Hearing

ISBNS = [with_check_digit(f"978147220{number:03}") for number in range(120)]


@pytest.fixture
async def shelf(catalogue: Hearing) -> Hearing:
    """A catalogue of two books."""
    await catalogue.hears(
        supplied(
            stated(PIRANESI, published="2020-09-15", publisher="Bloomsbury"),
            stated(HAMNET, "Hamnet", "O'Farrell, Maggie", published="2020"),
        )
    )
    return catalogue


async def answer_to(client: AsyncClient, **arguments: str | int) -> etree._Element:
    """Returns the answer's root element."""
    answer = await client.get("/sru", params=arguments)
    assert (answer.status_code, answer.headers["content-type"]) == (200, CONTENT_TYPE), answer.text
    return etree.fromstring(answer.content)


def texts(root: etree._Element, name: str) -> list[str | None]:
    """Returns the texts of the elements with this name, in any namespace."""
    return [element.text for element in root.iter(f"{{*}}{name}")]


async def numbers(client: AsyncClient, query: str) -> list[str | None]:
    """Returns the ISBNs that a query finds."""
    root = await answer_to(client, query=query, recordSchema="dc", version="1.2", operation="searchRetrieve")
    return texts(root, "recordIdentifier")


async def diagnostics(client: AsyncClient, **arguments: str | int) -> list[str]:
    """Returns the numbers of the diagnostics in the answer."""
    root = await answer_to(client, **arguments)
    return [str(uri).rpartition("/")[2] for uri in texts(root, "uri")]


@pytest.mark.parametrize(
    ("query", "isbns"),
    [
        ("piranesi", [PIRANESI]),
        ('dc.title = piranesi and dc.creator all "susanna clarke"', [PIRANESI]),
        ('dc.creator = "clarke, susanna"', [PIRANESI]),
        ('dc.creator = "susanna clarke"', []),
        ("dc.date = 2020", [PIRANESI, HAMNET]),
        ("dc.date = 2020 not dc.publisher = bloomsbury", [HAMNET]),
        ("hamnet or dc.date > 2020-08", [PIRANESI, HAMNET]),
        ("(hamnet or dc.date > 2020-08) and dc.title == hamnet", [HAMNET]),
        (f"bath.isbn = {HAMNET}", [HAMNET]),
        ("dc.title = hamnet not dc.date < 2030", []),
    ],
)
async def test_records_are_found_by_cql(client: AsyncClient, shelf: Hearing, query: str, isbns: list[str]) -> None:
    assert await numbers(client, query) == isbns


@pytest.mark.parametrize("version", ["1.1", "1.2", "2.0"])
async def test_each_version_is_answered_in_its_own_namespace(client: AsyncClient, shelf: Hearing, version: str) -> None:
    root = await answer_to(client, query="hamnet", version=version, operation="searchRetrieve", recordSchema="dc")
    assert ("oasis" in str(root.tag)) is (version == "2.0")
    assert texts(root, "numberOfRecords") == ["1"]
    assert texts(root, "title") == ["Hamnet"]


async def test_the_bare_address_explains_the_server(client: AsyncClient) -> None:
    root = etree.fromstring((await client.get("/sru/catalogue")).content)
    assert texts(root, "database") == ["sru/catalogue"]
    assert texts(root, "host") == ["service"]


async def test_records_are_read_by_their_positions(client: AsyncClient, catalogue: Hearing) -> None:
    await catalogue.hears(supplied(*(stated(isbn, "House", published="2020") for isbn in ISBNS)))
    seen: list[str | None] = []
    start: str | None = "1"
    while start:
        root = await answer_to(client, query="house", startRecord=start, maximumRecords=50, recordSchema="dc")
        seen += texts(root, "recordIdentifier")
        start = next(iter(texts(root, "nextRecordPosition")), None)
    assert seen == sorted(ISBNS, reverse=True)
    assert len(texts(await answer_to(client, query="house", recordSchema="dc"), "recordIdentifier")) == USUAL
    assert len(texts(await answer_to(client, query="house", recordSchema="dc", maximumRecords=999), "recordIdentifier")) == MOST
    assert texts(await answer_to(client, query="house", recordSchema="dc", maximumRecords=0), "numberOfRecords") == ["120"]


async def test_what_cannot_be_answered_gets_a_diagnostic(client: AsyncClient, shelf: Hearing) -> None:
    assert await diagnostics(client, query="hamnet", startRecord=2, recordSchema="dc") == ["61"]
    assert await diagnostics(client, query="hamnet", startRecord=10_001, recordSchema="dc") == ["61"]
    assert await diagnostics(client, query="hamnet", recordSchema="mods") == ["66"]
    assert await diagnostics(client, query="dc.colour = red", recordSchema="dc") == ["16"]
    assert await diagnostics(client, query='"a', recordSchema="dc") == ["14"]


async def test_records_are_in_the_schema_asked_for(client: AsyncClient, shelf: Hearing) -> None:
    root = await answer_to(client, query="hamnet", recordSchema="marcxml")
    assert texts(root, "recordSchema")[0] == "info:srw/schema/1/marcxml-v1.1"
    [found] = root.iter("{http://www.loc.gov/MARC21/slim}record")
    [read] = read_marcxml(found)
    assert (read["001"].data, read.title, read["264"]["c"]) == (HAMNET, "Hamnet.", "2020.")
    assert texts(await answer_to(client, query="hamnet", recordSchema="dc"), "title") == ["Hamnet"]
    assert await diagnostics(client, query="hamnet", recordSchema="onix") == ["66"]


async def test_the_door_needs_the_scope(client: AsyncClient, tokens: Tokens) -> None:
    assert (await client.get("/sru", headers=tokens.headers("orders:read"))).status_code == 403
    assert (await client.get("/sru", headers={"Authorization": ""})).status_code == 401


async def test_no_query_breaks_the_door(client: AsyncClient, shelf: Hearing) -> None:
    parts = [
        *("piranesi", "'", "''", "\\\\", '"a\\"b"', ":*", "!", "&", "|", "<->", "%", "\x00", "\u202e", "ha*", "*", "(", ")"),
        *("and", "or", "not", "prox", "=", "==", "all", "any", "<", "within", "dc.title", "dc.date", "bath.isbn", "dc.language"),
        *('"hamnet piranesi"', '"2020 2021"', "0000", "9999-12-31", "x" * 3_000, "東京", '"! ?"'.replace("?", "."), "dc.creator"),
    ]
    chance = random.Random(7)
    for _ in range(300):
        query = " ".join(chance.choices(parts, k=chance.randint(1, 9)))
        answer = await client.get(
            "/sru", params={"query": query, "recordSchema": "dc", "startRecord": chance.choice(("1", "9", "x"))}
        )
        assert answer.status_code == 200, query
        etree.fromstring(answer.content)


async def test_a_query_as_long_as_allowed_is_answered(client: AsyncClient, shelf: Hearing) -> None:
    chain = " or ".join(f"dc.date = {year}" for year in range(1950, 2049))
    assert await numbers(client, chain) == [PIRANESI, HAMNET]
    deep = "(" * 20 + "hamnet" + ")" * 20
    assert await numbers(client, deep) == [HAMNET]
    assert await numbers(client, " and ".join(["(hamnet or dc.date = 2020)"] * 50)) == [PIRANESI, HAMNET]
