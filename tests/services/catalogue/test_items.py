"""The copies that a council ordered, as its LMS gets them with their titles."""

from dataclasses import replace
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy.ext.asyncio import AsyncEngine

from services.catalogue.incoming import handlers
from services.catalogue.rendering import MARC, MARCXML
from shared.bus import to_envelope, to_statement
from shared.clock import ManualClock
from shared.contracts.base import Money
from shared.contracts.orders import CopyState
from shared.records import CopyData
from tests.fixtures.marc import read_marc, read_marcxml
from tests.fixtures.tokens import Tokens
from tests.services.catalogue.facts import HAMNET, PIRANESI, copy_of, line, order, progressed, record, stated, supplied
from tests.services.catalogue.settling import Settled
from tests.services.hearing import Hearing
from tests.services.serving import ANY_VERSION

TITLE = f"/v1/titles/{PIRANESI}"
PROFILE = "/v1/item-profile"
LOCAL = {
    "tag": "949",
    "subfields": [{"code": "l", "field": "branch"}, {"code": "q", "field": "fund"}, {"code": "a", "field": "barcode"}],
    "fixed": [{"code": "2", "text": "ddc"}],
}


@pytest.fixture
def catalogue(engine: AsyncEngine, clock: ManualClock) -> Hearing:
    """The catalogue's handlers, whose changes readers get at once."""
    return Settled(engine, clock, handlers(clock))


async def items(client: AsyncClient, url: str = TITLE, **headers: str) -> list[dict[str, Any]]:
    """The items of a title."""
    answer = await client.get(url, headers=headers)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def changes(client: AsyncClient, since: str | None = None) -> tuple[list[str], str]:
    """The ISBNs of what changed since, and the cursor after them."""
    answer = await client.get("/v1/records", params={} if since is None else {"cursor": since})
    return [item["isbn"] for item in answer.json()["items"]], answer.headers["next-cursor"]


async def test_a_council_gets_its_own_copies_with_the_title_and_nobody_else_does(
    client: AsyncClient, catalogue: Hearing, tokens: Tokens
) -> None:
    await catalogue.hears(order(line(PIRANESI, "IPSW", "LOWE")), record())
    assert [(item["branch"], item["fund"], item["order_number"]) for item in await items(client)] == [
        ("IPSW", "FIC", "PO-1"),
        ("LOWE", "FIC", "PO-1"),
    ]
    assert await items(client, **tokens.headers("catalogue:read", council="GB-NFK")) == []
    assert await items(client, **tokens.headers("catalogue:read", council=None)) == []


@pytest.mark.parametrize("form", [MARC, MARCXML])
@pytest.mark.parametrize("url", [TITLE, "/v1/records"])
async def test_each_copy_is_one_field_of_the_councils_profile(
    client: AsyncClient, catalogue: Hearing, url: str, form: str
) -> None:
    priced = line(PIRANESI, "IPSW", "LOWE").model_copy(update={"unit_price": Money(minor=1199)})
    await catalogue.hears(order(priced), record())
    read = read_marc if form == MARC else read_marcxml
    [loaded] = read((await client.get(url, headers={"Accept": form})).content)
    assert [field.get_subfields("a", "b", "g") for field in loaded.get_fields("952")] == [
        ["IPSW", "IPSW", "11.99"],
        ["LOWE", "LOWE", "11.99"],
    ]
    assert (await client.put(PROFILE, json=LOCAL, headers=ANY_VERSION)).status_code == 200
    [loaded] = read((await client.get(url, headers={"Accept": form})).content)
    assert [str(field) for field in loaded.get_fields("949", "952")] == [
        "=949  \\\\$2ddc$lIPSW$qFIC",
        "=949  \\\\$2ddc$lLOWE$qFIC",
    ]


async def test_a_barcode_is_a_change_of_its_title_for_its_council_alone(
    client: AsyncClient, catalogue: Hearing, tokens: Tokens
) -> None:
    norfolk = replace_copies(line(PIRANESI, "NORW"), 50)
    await catalogue.hears(order(line(PIRANESI, "IPSW")), order(norfolk, council="GB-NFK"), record())
    _, cursor = await changes(client)
    before = (await client.get(TITLE)).headers["etag"]
    client.headers.update(tokens.headers("catalogue:read", council="GB-NFK"))
    _, theirs = await changes(client)
    await catalogue.hears(progressed(barcode="30114000000017"))
    assert (await changes(client, theirs))[0] == []
    client.headers.update(tokens.headers("catalogue:read"))
    changed, cursor = await changes(client, cursor)
    assert changed == [PIRANESI]
    assert [item["barcode"] for item in await items(client)] == ["30114000000017"]
    assert (await client.get(TITLE, headers={"If-None-Match": before})).status_code == 200
    await catalogue.hears(progressed(barcode="30114000000017"), progressed(to_state=CopyState.DESPATCHED))
    assert (await changes(client, cursor))[0] == [], "nothing that is loaded has changed"


def replace_copies(ordered: Any, first: int) -> Any:
    """The same line with other copies."""
    copies = tuple(copy.model_copy(update={"copy_id": copy_of(PIRANESI, first + copy.copy_number)}) for copy in ordered.copies)
    return ordered.model_copy(update={"copies": copies})


@pytest.mark.parametrize("state", [CopyState.CANCELLED, CopyState.REFUSED])
async def test_a_copy_that_will_not_come_is_not_loaded(client: AsyncClient, catalogue: Hearing, state: CopyState) -> None:
    await catalogue.hears(order(line(PIRANESI, "IPSW", "LOWE")), record(), progressed(1, to_state=state))
    assert [item["branch"] for item in await items(client)] == ["LOWE"]
    await catalogue.hears(progressed(1, to_state=CopyState.ACCEPTED))
    assert [item["branch"] for item in await items(client)] == ["IPSW", "LOWE"]


async def test_a_book_that_comes_instead_has_the_copies(client: AsyncClient, catalogue: Hearing) -> None:
    await catalogue.hears(order(line(PIRANESI, "IPSW")), record(), record(isbn=HAMNET, title="Hamnet"))
    _, cursor = await changes(client)
    await catalogue.hears(progressed(substitute=HAMNET))
    assert await items(client) == []
    assert [item["branch"] for item in await items(client, f"/v1/titles/{HAMNET}")] == ["IPSW"]
    assert sorted((await changes(client, cursor))[0]) == sorted([PIRANESI, HAMNET])


async def test_a_suppliers_record_completes_the_copies_that_were_ordered_from_it(client: AsyncClient, catalogue: Hearing) -> None:
    await catalogue.hears(order(line(PIRANESI, "IPSW")), record("eastern"))
    _, cursor = await changes(client)
    copies = (CopyData(branch="IPSW", shelfmark="823.92 CLA", barcode="30114000000017"), CopyData(branch="NORW", barcode="X1"))
    await catalogue.hears(supplied(replace(stated(), copies=copies), supplier_id="eastern", day=3))
    [item] = await items(client)
    assert (item["shelfmark"], item["barcode"], item["fund"]) == ("823.92 CLA", "30114000000017", "FIC")
    changed, cursor = await changes(client, cursor)
    assert changed == [PIRANESI]
    await catalogue.hears(supplied(replace(stated(), copies=copies), supplier_id="eastern", day=4))
    assert (await changes(client, cursor))[0] == []


async def test_orders_published_again_restore_the_copies_and_ask_nobody(
    client: AsyncClient, catalogue: Hearing, clock: ManualClock
) -> None:
    await catalogue.hears(record())
    placed = order(line(PIRANESI, "IPSW"))
    await catalogue.hears_envelopes([to_statement(placed, clock=clock), to_statement(progressed(barcode="B1"), clock=clock)])
    assert [item["barcode"] for item in await items(client)] == ["B1"]
    assert await catalogue.sent() == []
    await catalogue.hears_envelopes([to_envelope(placed, clock=clock)])
    assert [item["barcode"] for item in await items(client)] == ["B1"]


async def test_the_profile_is_kohas_until_the_council_sets_its_own(client: AsyncClient, tokens: Tokens) -> None:
    read = await client.get(PROFILE)
    usual = read.json()
    assert (usual["tag"], usual["set_by"]) == ("952", None)
    answer = await client.put(PROFILE, json=LOCAL, headers={"If-Match": read.headers["etag"]})
    assert answer.json() == (await client.get(PROFILE)).json()
    late = await client.put(PROFILE, json=LOCAL, headers={"If-Match": read.headers["etag"]})
    assert (late.status_code, late.json()["code"]) == (412, "stale-version")
    assert {name: answer.json()[name] for name in LOCAL} == LOCAL
    assert answer.json()["set_by"]
    norfolk = tokens.headers("catalogue:read", "catalogue:write", council="GB-NFK")
    assert (await client.get(PROFILE, headers=norfolk)).json()["tag"] == "952"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"tag": "245"}, "/tag"),
        ({"subfields": []}, "/subfields"),
        ({"subfields": [{"code": "a", "field": "colour"}]}, "/subfields/0/field"),
        ({"subfields": [{"code": "$", "field": "branch"}]}, "/subfields/0/code"),
        ({"subfields": [{"code": "2", "field": "branch"}]}, ""),
    ],
)
async def test_a_profile_that_cannot_be_written_is_refused(client: AsyncClient, change: dict[str, Any], pointer: str) -> None:
    answer = await client.put(PROFILE, json={**LOCAL, **change}, headers=ANY_VERSION)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


async def test_only_a_caller_that_may_write_sets_the_profile(client: AsyncClient, tokens: Tokens) -> None:
    assert (await client.put(PROFILE, json=LOCAL, headers=tokens.headers("catalogue:read"))).status_code == 403
