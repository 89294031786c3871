"""The catalogue as harvesters see it, by OAI-PMH 2.0."""

from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import urlencode

import httpx
import pytest
from httpx import AsyncClient
from lxml import etree
from sqlalchemy.ext.asyncio import AsyncEngine

from services.catalogue.app import create_app
from services.catalogue.incoming import handlers
from services.catalogue.settings import CatalogueSettings
from shared.clock import ManualClock
from shared.formats.oai_pmh import Resumption
from shared.formats.oai_pmh.tokens import write_token
from shared.http.paging import write_cursor
from shared.values import with_check_digit
from tests.fixtures.marc import read_marcxml
from tests.fixtures.tokens import Tokens
from tests.services.catalogue.facts import HAMNET, PIRANESI, line, order, record, stated, supplied, withdrawal
from tests.services.catalogue.settling import Settled
from tests.services.hearing import Hearing
from tests.services.serving import Kept

MARC21 = "http://www.loc.gov/MARC21/slim"
OAI = "http://www.openarchives.org/OAI/2.0/"
KEY = b"0123456789abcdef"
PREFIX = "oai:stockbridge.example:"
MANY = [with_check_digit(f"978{number:09}") for number in range(250)]


class Answer:
    """An answer of the protocol."""

    def __init__(self, response: httpx.Response) -> None:
        assert response.status_code == 200, response.text
        assert response.headers["content-type"] == "text/xml; charset=utf-8"
        self.root = etree.fromstring(response.content)

    def texts(self, name: str) -> list[str]:
        """The texts of all elements of this name, of the protocol or of Dublin Core."""
        return [
            element.text or "" for element in self.root.iter(f"{{{OAI}}}{name}", f"{{http://purl.org/dc/elements/1.1/}}{name}")
        ]

    @property
    def isbns(self) -> list[str]:
        """The ISBNs of the headers."""
        return [identifier.removeprefix(PREFIX) for identifier in self.texts("identifier") if identifier.startswith(PREFIX)]

    @property
    def errors(self) -> list[str]:
        """The codes of the errors."""
        return [element.get("code", "") for element in self.root.iter(f"{{{OAI}}}error")]


@pytest.fixture
def catalogue(engine: AsyncEngine, clock: ManualClock) -> Hearing:
    """The catalogue's handlers, whose changes readers get at once."""
    return Settled(engine, clock, handlers(clock))


@pytest.fixture
async def harvester(settings: CatalogueSettings, clock: ManualClock, tokens: Tokens, kept: Kept) -> AsyncIterator[AsyncClient]:
    """A harvester of a council."""
    async with kept.client(create_app, settings, clock, tokens.headers("catalogue:read")) as client:
        yield client


@pytest.fixture
async def stocked(catalogue: Hearing, clock: ManualClock) -> Hearing:
    """A catalogue of three books: two of the council, of which one was withdrawn an hour later, and one of another's."""
    await catalogue.hears(order(line(PIRANESI, "IPSW"), line(HAMNET, "IPSW")), order(line(MANY[0], "NORW"), council="GB-NFK"))
    await catalogue.hears(record(), record("eastern", isbn=HAMNET, title="Hamnet"), record(isbn=MANY[0], title="Another's"))
    clock.advance(timedelta(hours=1))
    await catalogue.hears(withdrawal("eastern", isbn=HAMNET))
    return catalogue


async def asked(client: AsyncClient, verb: str, **arguments: str) -> Answer:
    """The answer to a request; `from_` is `from`."""
    return Answer(
        await client.get("/oai", params={"verb": verb, **{name.rstrip("_"): value for name, value in arguments.items()}})
    )


async def test_the_repository_says_who_it_is(client: AsyncClient) -> None:
    answer = await asked(client, "Identify")
    assert answer.texts("baseURL") == ["http://service/oai"]
    assert answer.texts("deletedRecord") == ["persistent"]
    assert answer.texts("adminEmail") == ["catalogue@stockbridge.example"]


async def test_a_council_harvests_what_it_ordered_and_sees_what_was_withdrawn(client: AsyncClient, stocked: Hearing) -> None:
    answer = await asked(client, "ListRecords", metadataPrefix="oai_dc")
    assert answer.isbns == [PIRANESI, HAMNET]
    assert answer.texts("datestamp") == ["2026-03-02T12:00:00Z", "2026-03-02T13:00:00Z"]
    assert answer.texts("title") == ["Piranesi"]
    [_, header] = answer.root.iter(f"{{{OAI}}}header")
    assert header.get("status") == "deleted"
    assert answer.texts("resumptionToken") == []


async def test_operations_staff_harvest_all_titles(client: AsyncClient, stocked: Hearing, tokens: Tokens) -> None:
    client.headers.update(tokens.headers("catalogue:read", council=None))
    assert sorted((await asked(client, "ListIdentifiers", metadataPrefix="oai_dc")).isbns) == sorted([PIRANESI, HAMNET, MANY[0]])


async def test_records_are_marc_where_marc_is_asked_for(harvester: AsyncClient, stocked: Hearing) -> None:
    answer = await asked(harvester, "ListRecords", metadataPrefix="marc21")
    [found] = answer.root.iter(f"{{{MARC21}}}record")
    [read] = read_marcxml(found)
    assert (read["001"].data, read.title, read["952"]["a"]) == (PIRANESI, "Piranesi.", "IPSW")


@pytest.mark.parametrize(
    ("identifier", "error"),
    [
        (PREFIX + PIRANESI, []),
        (PREFIX + HAMNET, []),
        (PREFIX + MANY[0], ["idDoesNotExist"]),
        (PREFIX + "9780141439518", ["idDoesNotExist"]),
        (PREFIX + "978-1-5266-2243-3", ["idDoesNotExist"]),
        (PREFIX, ["idDoesNotExist"]),
        (PIRANESI, ["idDoesNotExist"]),
        ("oai:elsewhere.example:" + PIRANESI, ["idDoesNotExist"]),
        ("", ["badArgument"]),
        ("\0", ["badArgument"]),
    ],
)
async def test_a_record_is_found_by_its_own_identifier_only(
    harvester: AsyncClient, stocked: Hearing, identifier: str, error: list[str]
) -> None:
    assert (await asked(harvester, "GetRecord", metadataPrefix="marc21", identifier=identifier)).errors == error
    formats = await asked(harvester, "ListMetadataFormats", identifier=identifier)
    assert formats.errors == error
    assert formats.texts("metadataPrefix") == ([] if error else ["marc21", "oai_dc"])


async def test_each_supplier_whose_words_titles_have_is_a_set(client: AsyncClient, stocked: Hearing) -> None:
    assert (await asked(client, "ListSets")).texts("setSpec") == ["supplier", "supplier:eastern", "supplier:harbour-books"]

    async def of_set(spec: str) -> list[str]:
        return (await asked(client, "ListIdentifiers", metadataPrefix="oai_dc", set=spec)).isbns

    assert await of_set("supplier:harbour-books") == [PIRANESI]
    assert await of_set("supplier:eastern") == [HAMNET]
    assert await of_set("supplier") == [PIRANESI, HAMNET]
    for spec in ("supplier:nobody", "supplier:eastern:more", "suppliers", "branch:eastern"):
        assert (await asked(client, "ListIdentifiers", metadataPrefix="oai_dc", set=spec)).errors == ["noRecordsMatch"]


async def test_from_and_until_select_by_datestamp_both_inclusive(client: AsyncClient, stocked: Hearing) -> None:
    async def between(**bounds: str) -> list[str]:
        return (await asked(client, "ListIdentifiers", metadataPrefix="oai_dc", **bounds)).isbns

    assert await between(from_="2026-03-02T13:00:00Z") == [HAMNET]
    assert await between(until="2026-03-02T12:00:00Z") == [PIRANESI]
    assert await between(from_="2026-03-02", until="2026-03-02") == [PIRANESI, HAMNET]
    assert await between(from_="0001-01-01", until="9999-12-31") == [PIRANESI, HAMNET]
    assert await between(from_="2026-03-02T13:00:01Z") == []


async def test_an_order_of_an_old_title_is_harvested_by_those_who_ask_for_news(
    client: AsyncClient, stocked: Hearing, clock: ManualClock
) -> None:
    clock.advance(timedelta(days=30))
    await stocked.hears(order(line(MANY[0], "IPSW")))
    answer = await asked(client, "ListIdentifiers", metadataPrefix="oai_dc", from_="2026-04-01")
    assert (answer.isbns, answer.texts("datestamp")) == ([MANY[0]], ["2026-04-01T13:00:00Z"])


async def test_a_list_in_parts_misses_nothing_while_titles_change(client: AsyncClient, catalogue: Hearing) -> None:
    await catalogue.hears(order(*(line(isbn, "IPSW") for isbn in MANY)))
    await catalogue.hears(supplied(*(stated(isbn) for isbn in MANY)))
    answer = await asked(client, "ListRecords", metadataPrefix="oai_dc", set="supplier:harbour-books", from_="2026-03-01")
    parts = [answer.isbns]
    while token := "".join(answer.texts("resumptionToken")):
        if len(parts) == 1:
            await catalogue.hears(record(isbn=MANY[0], title="Changed", day=3), withdrawal(isbn=MANY[-1]))
        answer = await asked(client, "ListRecords", resumptionToken=token)
        parts.append(answer.isbns)
    assert [len(part) for part in parts] == [100, 100, 51]
    assert [isbn for part in parts for isbn in part] == [*MANY[:-1], MANY[0], MANY[-1]]
    assert answer.texts("resumptionToken") == [""], "an empty one ends a list in parts"


@pytest.mark.parametrize("history", ["7000.00000001", ""])
async def test_a_token_of_another_database_is_refused(client: AsyncClient, stocked: Hearing, history: str) -> None:
    position = write_cursor((history, 5, "")) if history else "nonsense"
    token = write_token(
        "ListRecords",
        Resumption({"metadataPrefix": "oai_dc"}, position, 100),
        KEY,
    )
    assert (await asked(client, "ListRecords", resumptionToken=token)).errors == ["badResumptionToken"]


async def test_a_post_is_answered_as_a_get(client: AsyncClient, stocked: Hearing) -> None:
    form = {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"}
    assert Answer(await client.post("/oai", data=form)).isbns == [PIRANESI, HAMNET]
    assert Answer(await client.post("/oai", data={"verb": ["Identify", "Identify"]})).errors == ["badVerb"]


NASTY = [
    "",
    "\0",
    "\ud800",
    "é" * 600,
    "'; DROP TABLE title; --",
    "supplier:\x7f",
    "%00",
    "9999-12-31T23:59:59Z",
    "0001-01-01",
    "😀",
]


@pytest.mark.parametrize("value", NASTY)
async def test_any_argument_is_answered(client: AsyncClient, stocked: Hearing, value: str) -> None:
    names = ("verb", "metadataPrefix", "identifier", "set", "from", "until", "resumptionToken", "other")
    for verb in ("Identify", "ListMetadataFormats", "ListSets", "ListIdentifiers", "ListRecords", "GetRecord", value):
        for name in names:
            fields = {"verb": verb, "metadataPrefix": "oai_dc", name: value}
            sent = urlencode(fields, errors="surrogatepass")
            assert Answer(await client.get(f"/oai?{sent}")).root.tag == f"{{{OAI}}}OAI-PMH"
            assert Answer(await client.post("/oai", content=sent)).root.tag == f"{{{OAI}}}OAI-PMH"


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"&" * 100_000, b"a&" * 100_000, b"{}", b"=&=;verb"])
async def test_any_body_is_answered(client: AsyncClient, body: bytes) -> None:
    answer = await client.post("/oai", content=body, headers={"Content-Type": "multipart/form-data"})
    assert Answer(answer).errors == ["badVerb"]
    assert len(answer.content) < 10_000


async def test_too_many_arguments_are_refused_in_a_short_answer(client: AsyncClient) -> None:
    answer = await client.post("/oai", content=b"verb=Identify&" + b"&".join(b"a%d=1" % place for place in range(10_000)))
    assert set(Answer(answer).errors) == {"badArgument"}
    assert len(answer.content) < 10_000


async def test_harvesting_needs_the_scope(client: AsyncClient, tokens: Tokens) -> None:
    assert (await client.get("/oai", headers=tokens.headers("orders:read"))).status_code == 403
    assert (await client.post("/oai", headers={"Authorization": ""})).status_code == 401
