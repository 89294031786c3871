"""The pages as a browser sees them."""

import re

from httpx import AsyncClient

from shared.clock import ManualClock
from shared.contracts.delivery import DiscrepancyKind
from shared.contracts.orders import CopyState
from shared.contracts.suppliers import SendOutcome
from tests.fixtures.tokens import Tokens
from tests.services.dashboard.facts import FIRST, asking, discrepancy, placed, progressed, quarantined, queried, quieted, sent
from tests.services.dashboard.signing_in import sign_in
from tests.services.hearing import Hearing, number


async def enter(client: AsyncClient, tokens: Tokens, council: str | None = None) -> AsyncClient:
    """A browser of somebody who signed in."""
    await sign_in(client, tokens, "dashboard:read", council=council)
    return client


async def test_the_first_line_says_that_all_is_in_order(client: AsyncClient, tokens: Tokens) -> None:
    page = (await (await enter(client, tokens)).get("/")).text
    assert "All in order" in page


async def test_the_page_says_what_is_wrong_and_what_to_do(client: AsyncClient, tokens: Tokens, dashboard: Hearing) -> None:
    await dashboard.hears(placed(), version=1)
    await dashboard.hears(progressed(CopyState.DAMAGED, FIRST), version=2)
    await dashboard.hears(quarantined(reason="<script>alert(1)</script>"), discrepancy(DiscrepancyKind.DAMAGED, FIRST))
    page = (await (await enter(client, tokens)).get("/")).text
    assert "2 things need a person now, 1 more today" in page
    assert re.search(r"<strong>1</strong> message in quarantine", page)
    assert "replay or discard" in page
    assert "Piranesi" in page
    page = (await client.get(f"/work/quarantined/{number(400)}")).text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>" not in page


async def test_what_waits_is_linked_to_where_it_is_settled(client: AsyncClient, tokens: Tokens, dashboard: Hearing) -> None:
    await dashboard.hears(quarantined(), quieted(), queried())
    page = (await (await enter(client, tokens)).get("/")).text
    assert "1 thing needs a person now, 2 more today" in page
    assert '<a href="/work/group?kind=quarantined&amp;cause=' in page
    assert '<a href="/work/group?kind=quiet&amp;cause=despatch">' in page
    assert "2 queried invoices" not in page
    page = (await client.get(f"/work/invoice/{number(700)}")).text
    assert f'<a href="/invoices/{number(700)}">' in page
    assert "Line 1: costs 9.99, ordered at 8.99" in page


async def test_codes_are_shown_in_plain_words(client: AsyncClient, tokens: Tokens, dashboard: Hearing) -> None:
    await dashboard.hears(placed(), version=1)
    await dashboard.hears(progressed(CopyState.MISSING, FIRST), version=2)
    await dashboard.hears(sent(SendOutcome.UNKNOWN), discrepancy(DiscrepancyKind.SHORT, FIRST))
    page = (await (await enter(client, tokens)).get("/work")).text
    assert "may not have arrived: the connection broke" in page
    assert "did not arrive</a>" in page


async def test_a_decision_about_a_price_is_shown_with_the_price(
    client: AsyncClient, tokens: Tokens, dashboard: Hearing, clock: ManualClock
) -> None:
    await dashboard.hears(placed(at=clock.now()), version=1)
    await dashboard.hears(asking("The supplier states GBP 12.99; GBP 8.99 was ordered.", at=clock.now()), version=2)
    page = (await (await enter(client, tokens)).get("/")).text
    assert "1 thing needs a person today" in page
    page = (await client.get("/work/decision/SB-1")).text
    assert "The supplier states GBP 12.99; GBP 8.99 was ordered." in page
    assert f'<a href="/orders/{number(100)}">PO-1</a>' in page


async def test_a_councils_session_shows_that_council(client: AsyncClient, tokens: Tokens, dashboard: Hearing) -> None:
    await dashboard.hears(placed(), version=1)
    page = (await (await enter(client, tokens, council="GB-NFK")).get("/")).text
    assert "GB-NFK" in page
    assert "harbour-books" not in page


async def test_the_policy_allows_nothing_inline_and_the_page_has_nothing_inline(client: AsyncClient, tokens: Tokens) -> None:
    answer = await (await enter(client, tokens)).get("/")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "style=" not in answer.text
    assert "onclick" not in answer.text
    for name in ("style.css", "live.js", "htmx.min.js", "idiomorph.min.js", "icon.svg"):
        assert f"/static/{name}" in answer.text
        assert (await client.get(f"/static/{name}")).status_code == 200


async def test_the_overview_is_available_as_json(client: AsyncClient, tokens: Tokens, dashboard: Hearing) -> None:
    await dashboard.hears(placed(), quarantined(), queried(), version=1)
    body = (await client.get("/v1/overview")).json()
    assert body["totals"] == {"ordered": 2, "outstanding": 2, "received": 0, "refused": 0, "cancelled": 0}
    assert body["suppliers"][0]["states"] == {"ordered": 2}
    assert body["troubles"]["invoices"][0]["total"] == {"minor": 123_456, "currency": "GBP"}
    assert [need["kind"] for need in body["needs"]] == ["quarantined", "overdue_ordered", "invoices"]
    norfolk = (await client.get("/v1/overview", headers=tokens.headers("dashboard:read", council="GB-NFK"))).json()
    assert norfolk["suppliers"] == []
    assert (await client.get("/v1/overview", headers=tokens.headers("orders:read"))).status_code == 403


async def test_the_cookie_opens_pages_and_not_the_api(client: AsyncClient, tokens: Tokens) -> None:
    assert (await (await enter(client, tokens)).get("/v1/overview")).status_code == 401


async def test_the_events_are_described(client: AsyncClient) -> None:
    assert (await client.get("/asyncapi.json")).json()["asyncapi"] == "3.0.0"
