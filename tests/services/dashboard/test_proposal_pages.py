"""The pages of proposed orders over a real order book: what waits, what is missing, and ordering or declining it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID

import pytest
from httpx import Response

from services.dashboard.settings import DashboardSettings
from shared.clock import ManualClock
from shared.contracts.selections import SelectedCopy, SelectedLine, SelectionReceived
from tests.fixtures.tokens import Tokens
from tests.services.dashboard.desk import WHY, Desk, open_desk
from tests.services.dashboard.signing_in import sign_in
from tests.services.orders.goods import NOW
from tests.services.serving import Kept


@pytest.fixture
async def desk(
    settings: DashboardSettings, database_from: Callable[[str], str], tokens: Tokens, clock: ManualClock, kept: Kept
) -> AsyncIterator[Desk]:
    """A supplier has proposed two copies of one title; the second copy is not described."""
    line = SelectedLine(
        reference="SEL-1/1",
        isbn="9780141439518",
        title="<b>Pride</b> and Prejudice",
        quantity=2,
        copies=(SelectedCopy(branch="IPSW", fund="FIC", sequence="ANF"),),
    )
    selection = SelectionReceived(
        council="GB-SFK", supplier_id="national", message_id=UUID(int=5), selection_number="SEL-1", received_at=NOW, lines=(line,)
    )
    async with open_desk(settings, database_from, tokens, clock, kept) as desk:
        await desk.orders.hear(selection)
        yield desk


async def proposal(desk: Desk) -> dict[str, Any]:
    one: dict[str, Any]
    (one,) = (await desk.orders.get("/v1/proposals"))["items"]
    return one


async def page_of(desk: Desk) -> str:
    return f"/proposals/{(await proposal(desk))['proposal_id']}"


async def accepts(desk: Desk, **fields: Any) -> Response:
    filled = {"order_number": "SFK-9", "title": ["0"], "branch": ["IPSW", "IPSW"], "fund": ["FIC", "FIC"], **fields}
    return await desk.browser.post(f"{await page_of(desk)}/accept", data=filled, follow_redirects=True)


async def test_what_waits_is_listed_and_what_is_missing_is_said(desk: Desk) -> None:
    listed = (await desk.browser.get("/proposals")).text
    assert "1 proposed order waits for you" in listed
    page = (await desk.browser.get(await page_of(desk))).text
    assert "must be corrected first" in page
    assert "<strong>Title 1, copy 2:</strong>" in page
    assert "<b>Pride</b>" not in page


async def test_it_is_ordered_as_it_was_completed(desk: Desk) -> None:
    answer = await accepts(desk)
    assert "Ordered as SFK-9." in answer.text
    assert f'href="/orders/{(await proposal(desk))["order_id"]}"' in answer.text
    order = await desk.orders.read((await proposal(desk))["order_id"])
    copies = [(copy["branch"], copy["fund"], copy["sequence"]) for line in order["lines"] for copy in line["copies"]]
    assert copies == [("IPSW", "FIC", "ANF"), ("IPSW", "FIC", "")]
    assert [line["quote_reference"] for line in order["lines"]] == ["SEL-1/1"]


async def test_what_is_still_missing_is_refused_in_words(desk: Desk) -> None:
    answer = await accepts(desk, branch=["IPSW", "NOWHERE"])
    assert "Nothing was changed." in answer.text
    assert (await proposal(desk))["state"] == "open"


async def test_it_is_declined_with_a_reason(desk: Desk) -> None:
    answer = await desk.browser.post(f"{await page_of(desk)}/decline", data={"reason": WHY}, follow_redirects=True)
    assert "is declined" in answer.text
    assert WHY in answer.text


async def test_a_proposal_is_one_councils(desk: Desk, tokens: Tokens) -> None:
    address = await page_of(desk)
    await sign_in(desk.browser, tokens, council="GB-NFK")
    assert (await desk.browser.get(address)).status_code == 404
    await sign_in(desk.browser, tokens, council=None)
    assert "belong to one council" in (await desk.browser.get("/proposals")).text
