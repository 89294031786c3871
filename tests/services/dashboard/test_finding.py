"""The search: one field for every number, name and word; one hit leads to its page, and nothing of another council is found."""

from collections.abc import AsyncIterator
from datetime import date

import httpx
import pytest
from fastapi import FastAPI, Request
from httpx import AsyncClient

from services.dashboard.app import create_app
from services.dashboard.settings import DashboardSettings
from services.dashboard.usecases.asking import Services
from shared.clock import ManualClock
from shared.contracts.catalogue import TitleChanged
from shared.contracts.delivery import ConsignmentExpected
from shared.contracts.orders import CopyState, LineProgressed, OrderedCopy, OrderedLine
from shared.http.calls import Api
from tests.fixtures.tokens import Tokens
from tests.services.dashboard.facts import (
    FIRST,
    HARBOUR,
    LINE,
    MORNING,
    NORFOLK,
    ORDER,
    PIRANESI,
    consignment,
    placed,
    progressed,
    queried,
)
from tests.services.dashboard.signing_in import sign_in
from tests.services.hearing import Hearing, number, on_day
from tests.services.serving import calling

SENT_FILE = number(900)


def an_exchange(asked: list[dict[str, str]]) -> FastAPI:
    """An exchange with one message, by its name."""
    app = FastAPI()

    async def messages(request: Request) -> dict[str, object]:
        asked.append(dict(request.query_params))
        found = {"message_id": str(SENT_FILE), "direction": "out", "kind": "order", "name": "ord00412.edi", "state": "sent"}
        named = "ord00412" in request.query_params.get("name_contains", "")
        return {"items": [{**found, "created_at": on_day(2).isoformat()}] if named else [], "next_cursor": None}

    app.add_api_route("/v1/messages", messages, methods=["GET"])
    return app


@pytest.fixture
def asked() -> list[dict[str, str]]:
    return []


@pytest.fixture
async def browser(
    settings: DashboardSettings, clock: ManualClock, tokens: Tokens, dashboard: Hearing, asked: list[dict[str, str]]
) -> AsyncIterator[AsyncClient]:
    """A person of Suffolk, after an order, its goods and an invoice."""
    api = Api("http://exchange", httpx.ASGITransport(an_exchange(asked)))
    await dashboard.hears(placed())
    await dashboard.hears(with_barcode(), in_parcel(), queried(), version=1)
    async with calling(create_app(settings, clock, Services(exchanges={HARBOUR: api}))) as client:
        await sign_in(client, tokens)
        yield client


def with_barcode() -> LineProgressed:
    """The first copy has got its barcode."""
    event = progressed(CopyState.ACCEPTED, FIRST)
    return event.model_copy(
        update={"copies": tuple(copy.model_copy(update={"barcode": "30121000000017"}) for copy in event.copies)}
    )


def in_parcel() -> ConsignmentExpected:
    """The first copy is on its way in a parcel."""
    event = consignment(FIRST, expected_on=date(2026, 3, 4))
    return event.model_copy(
        update={"copies": tuple(copy.model_copy(update={"parcel_id": "350123450000000016"}) for copy in event.copies)}
    )


async def led_to(browser: AsyncClient, typed: str) -> str:
    answer = await browser.get("/find", params={"q": typed})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


PAGES = (
    ("PO-1", f"/orders/{ORDER}"),
    ("po 1", f"/orders/{ORDER}"),
    (LINE, f"/orders/{ORDER}?line={LINE}"),
    (PIRANESI, f"/orders/{ORDER}"),
    ("978-1-5266-2243-3", f"/orders/{ORDER}"),
    ("1526622432", f"/orders/{ORDER}"),
    (str(ORDER), f"/orders/{ORDER}"),
    ("30121000000017", f"/copies/{FIRST}"),
    (str(FIRST), f"/copies/{FIRST}"),
    ("DN-1", f"/deliveries/{number(500)}"),
    ("dn-1", f"/deliveries/{number(500)}"),
    ("350123450000000016", f"/deliveries/{number(500)}"),
    ("INV-7", f"/invoices/{number(700)}"),
    ("piran", f"/find?q={PIRANESI}"),
    ("ord00412.edi", f"/messages/{HARBOUR}/{SENT_FILE}"),
)


async def test_what_is_found_once_opens_at_once(browser: AsyncClient) -> None:
    assert [(typed, await led_to(browser, typed)) for typed, _ in PAGES] == list(PAGES)


async def test_several_hits_are_listed_by_what_they_are(browser: AsyncClient, dashboard: Hearing) -> None:
    other = placed().model_copy(update={"order_id": number(101), "order_number": "PO-2"})
    lines = tuple(line.model_copy(update={"line_key": "SB-2", "copies": copies_of(line)}) for line in other.lines)
    await dashboard.hears(other.model_copy(update={"lines": lines}))
    page = (await browser.get("/find", params={"q": PIRANESI})).text
    assert "2 things found" in page
    assert f'href="/orders/{ORDER}">PO-1<' in page
    assert f'href="/orders/{number(101)}">PO-2<' in page
    assert f'href="/catalogue/{PIRANESI}"' in page


def copies_of(line: OrderedLine) -> tuple[OrderedCopy, ...]:
    return tuple(copy.model_copy(update={"copy_id": number(50 + copy.copy_number)}) for copy in line.copies)


async def test_a_title_is_found_by_the_catalogues_name_without_its_accents(browser: AsyncClient, dashboard: Hearing) -> None:
    name = "Piranési, or the House"
    await dashboard.hears(TitleChanged(isbn=PIRANESI, title=name, supplier_id=HARBOUR, version=2, changed_at=MORNING))
    assert await led_to(browser, "house piranesi") == f"/find?q={PIRANESI}"


async def test_nothing_of_another_council_is_found(browser: AsyncClient, tokens: Tokens) -> None:
    await sign_in(browser, tokens, council=NORFOLK)
    for typed in ("PO-1", PIRANESI, "30121000000017", str(FIRST), "DN-1", "350123450000000016", "INV-7", "piranesi"):
        page = await browser.get("/find", params={"q": typed})
        assert page.status_code == 200, typed
        assert "Nothing is known as" in page.text, typed


async def test_other_services_are_asked_only_where_nothing_is_known_and_are_named_where_they_do_not_answer(
    browser: AsyncClient, asked: list[dict[str, str]]
) -> None:
    await browser.get("/find", params={"q": "PO-1"})
    assert asked == []
    page = (await browser.get("/find", params={"q": "HB-99107"})).text
    assert {"supplier_reference": "HB-99107", "limit": "20"} in asked
    assert "No answer from the mailboxes of library systems" in page


async def test_the_beginning_of_an_order_number_is_enough(browser: AsyncClient, dashboard: Hearing) -> None:
    await dashboard.hears(placed(at=MORNING).model_copy(update={"order_number": "SFK-2026-0042"}), version=1)
    assert await led_to(browser, "SFK-2026") == f"/orders/{ORDER}"


async def test_texts_of_others_are_shown_as_texts(browser: AsyncClient) -> None:
    page = (await browser.get("/find", params={"q": "<script>alert(1)</script>"})).text
    assert "<script>alert" not in page


async def test_a_search_that_finds_more_than_it_shows_says_so(browser: AsyncClient, dashboard: Hearing) -> None:
    order = placed()
    (line,) = order.lines
    orders = []
    for place in range(50):
        copies = tuple(copy.model_copy(update={"copy_id": number(2_000 + place)}) for copy in line.copies[:1])
        again = line.model_copy(update={"line_key": f"{LINE}-{place}", "copies": copies})
        named = {"order_id": number(3_000 + place), "order_number": f"PO-1{place}", "lines": (again,)}
        orders.append(order.model_copy(update=named))
    await dashboard.hears(*orders)
    page = (await browser.get("/find", params={"q": PIRANESI})).text
    assert "50 things or more found" in page
    assert "Not all are shown" in page
