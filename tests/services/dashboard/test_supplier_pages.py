"""The pages of suppliers, as people at them see whether each is reached, and what they can do about it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from httpx import AsyncClient

from services.dashboard.app import create_app
from services.dashboard.domain.visitors import Role
from services.dashboard.settings import DashboardSettings
from services.dashboard.usecases.asking import Services
from shared.clock import ManualClock
from shared.contracts.reachability import SupplierReachable, SupplierUnreachable
from shared.contracts.suppliers import SupplierAnnounced
from shared.http.calls import Api
from tests.fixtures.tokens import Tokens
from tests.services.dashboard.counterparts import SUPPLIER, PlayedConnection, evidence
from tests.services.dashboard.signing_in import sign_in
from tests.services.dashboard.test_change_pages import text_of
from tests.services.hearing import Hearing
from tests.services.serving import calling

PAGE = f"/suppliers/{SUPPLIER}"
REASON = "their line is being repaired"


@pytest.fixture
def exchange() -> PlayedConnection:
    """The exchange of the supplier."""
    return PlayedConnection()


@pytest.fixture
async def browser(
    settings: DashboardSettings, clock: ManualClock, tokens: Tokens, exchange: PlayedConnection
) -> AsyncIterator[AsyncClient]:
    """The browser of an admin of all councils."""
    apis = {"evidence": Api("http://evidence", httpx.ASGITransport(evidence()))}
    services = Services(apis, {SUPPLIER: Api("http://exchange", httpx.ASGITransport(exchange.app()))})
    async with calling(create_app(settings, clock, services=services)) as client:
        await sign_in(client, tokens, council=None)
        yield client


def unreachable(clock: ManualClock, *, opened_by: str = "") -> SupplierUnreachable:
    now = clock.now()
    return SupplierUnreachable(supplier_id=SUPPLIER, since=now, noticed_at=now, reason="no route", waiting=4, opened_by=opened_by)


async def text(browser: AsyncClient, path: str) -> str:
    answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    return text_of(answer.text)


async def test_a_supplier_that_is_reached_is_a_card_with_its_rhythm_and_figures(browser: AsyncClient) -> None:
    shown = await text(browser, "/suppliers")

    assert "All 1 supplier reached" in shown
    assert "Northern Books reached" in shown
    assert "3 messages (order 3)" in shown
    assert "at least every 3 days, weekends apart" in shown
    assert "Received within 28 days 81 %" in shown


async def test_a_supplier_that_is_not_reached_is_what_the_page_says_first(
    browser: AsyncClient, exchange: PlayedConnection
) -> None:
    exchange.standing, exchange.reason = "unreachable", "connection refused"

    shown = await text(browser, "/suppliers")

    assert "Northern Books: not reached" in shown.partition("What to do")[0]
    assert "connection refused" in shown


async def test_events_say_that_a_supplier_is_not_reached_while_its_exchange_is_away(
    browser: AsyncClient, exchange: PlayedConnection, dashboard: Hearing, clock: ManualClock
) -> None:
    exchange.down = True
    await dashboard.hears(unreachable(clock))
    shown = await text(browser, "/suppliers")
    assert "no route" in shown
    assert "4 messages" in shown

    await dashboard.hears(SupplierReachable(supplier_id=SUPPLIER, reached_at=clock.now()))
    assert "no route" not in await text(browser, "/suppliers")


async def test_a_supplier_that_is_not_reached_is_on_the_work_list_until_it_is(
    browser: AsyncClient, dashboard: Hearing, clock: ManualClock
) -> None:
    await dashboard.hears(unreachable(clock))
    assert "1 supplier that cannot be reached" in await text(browser, "/work")
    assert "there is no way to it through the network" in await text(browser, "/work?kind=unreachable")

    clock.advance(timedelta(seconds=5))
    await dashboard.hears(SupplierReachable(supplier_id=SUPPLIER, reached_at=clock.now()))
    assert "there is no way" not in await text(browser, "/work")


async def test_a_supplier_is_called_by_its_name_as_soon_as_its_exchange_stated_one(
    browser: AsyncClient, dashboard: Hearing, clock: ManualClock
) -> None:
    await dashboard.hears(unreachable(clock))
    assert f"Supplier {SUPPLIER}" in await text(browser, f"/work/unreachable/{SUPPLIER}")
    await dashboard.hears(SupplierAnnounced(supplier_id=SUPPLIER, name="Tideway Books", announced_at=clock.now()))

    assert "Tideway Books" in await text(browser, "/work?kind=unreachable")
    shown = await text(browser, f"/work/unreachable/{SUPPLIER}")
    assert "Supplier Tideway Books" in shown
    assert SUPPLIER not in shown.split()


async def test_news_of_a_supplier_that_arrive_late_change_nothing(
    browser: AsyncClient, exchange: PlayedConnection, dashboard: Hearing, clock: ManualClock
) -> None:
    exchange.down = True
    old = unreachable(clock)
    clock.advance(timedelta(minutes=5))
    await dashboard.hears(SupplierReachable(supplier_id=SUPPLIER, reached_at=clock.now()), old)

    assert "no route" not in await text(browser, "/suppliers")


async def test_the_page_of_a_supplier_says_what_it_can_and_cannot_do(browser: AsyncClient) -> None:
    shown = await text(browser, PAGE)

    assert "can takes cancellations" in shown
    assert "cannot takes another place of delivery: open copies keep the place" in shown
    assert "sign in as a person of that council" in shown


async def test_the_curve_of_arrivals_has_its_words_and_its_table(browser: AsyncClient) -> None:
    page = (await browser.get(PAGE)).text

    assert 'aria-label="Share of copies that arrived: 20 % within 7 days, 81 % within 28 days, 97 % within 90 days."' in page
    assert "28 days 81 % 73 to 89 %" in text_of(page)


async def test_what_the_last_test_of_the_connection_found_is_shown_as_text(browser: AsyncClient) -> None:
    page = (await browser.get(PAGE)).text

    assert "connect to port 22: &lt;b&gt;refused&lt;/b&gt;" in page
    assert "<b>refused</b>" not in page


@pytest.mark.parametrize(("doing", "asked"), [("test", "connection-test"), ("open", "circuit/open"), ("close", "circuit/close")])
async def test_an_admin_of_all_councils_acts_with_a_reason(
    browser: AsyncClient, exchange: PlayedConnection, doing: str, asked: str
) -> None:
    answer = await browser.post(PAGE, data={"doing": doing, "reason": REASON})

    assert answer.status_code == 303
    assert exchange.done == [(asked, {"reason": REASON})]


async def test_a_person_of_a_council_reads_why_the_connection_is_not_theirs_to_stop(
    browser: AsyncClient, exchange: PlayedConnection, tokens: Tokens
) -> None:
    exchange.staff_only = True
    await sign_in(browser, tokens)

    shown = await text(browser, PAGE)
    assert "The connection serves every council" in shown
    assert "Stop all calls" not in shown


async def test_an_operator_stops_no_calls(browser: AsyncClient, exchange: PlayedConnection, tokens: Tokens) -> None:
    await sign_in(browser, tokens, role=Role.VIEWER, council=None)

    answer = await browser.post(PAGE, data={"doing": "open", "reason": REASON})

    assert answer.status_code == 403
    assert exchange.done == []


async def test_a_supplier_without_an_exchange_has_no_page(browser: AsyncClient) -> None:
    assert (await browser.get("/suppliers/nobody")).status_code == 404
