"""The counter in a real browser: a scanner types, the network goes away for a while, and everything is counted once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from playwright.async_api import Page, expect

from services.dashboard.domain.visitors import Role
from tests.browser.chromium import PHONE, chromium, needs_chromium
from tests.builders import ISBN, OTHER_ISBN, UNKNOWN_ISBN
from tests.fixtures.tokens import Tokens
from tests.services.dashboard.counter import PARCEL, a_parcel_for
from tests.services.dashboard.signing_in import sign_in
from tests.services.dashboard.strands import Way
from tests.services.delivery.conftest import Delivery
from tests.services.endpoint import serving
from tests.waiting import until

pytestmark = [pytest.mark.long, pytest.mark.processes, needs_chromium]

BOOKS = (ISBN, OTHER_ISBN, UNKNOWN_ISBN, "9780199535569")
_AWAY_MILLISECONDS = 10_000
_PATIENCE_MILLISECONDS = 45_000


@asynccontextmanager
async def _phone(desk: FastAPI, counter: AsyncClient) -> AsyncIterator[Page]:
    """The page of Ipswich's counter on a phone, with the session of the browser that is signed in."""
    async with serving(desk) as port, chromium() as browser:
        url = f"http://127.0.0.1:{port}"
        context = await browser.new_context(base_url=url, viewport={"width": PHONE, "height": 900})
        await context.add_cookies([{"name": one.name, "value": one.value or "", "url": url} for one in counter.cookies.jar])
        page = await context.new_page()
        await page.goto("/receive/IPSW")
        yield page


async def _scans(page: Page, code: str, end: str = "Enter") -> None:
    """Types as a scanner does: wherever the focus is, quickly, and ended by a key."""
    await page.keyboard.type(code)
    await page.keyboard.press(end)


async def _said(page: Page, words: str) -> None:
    await expect(page.locator("#answer")).to_contain_text(words)


async def _all_sent(page: Page) -> None:
    await expect(page.locator("#unsent")).to_be_hidden(timeout=_PATIENCE_MILLISECONDS)
    await expect(page.locator("#offline")).to_be_hidden(timeout=_PATIENCE_MILLISECONDS)


async def _states(delivery: Delivery) -> dict[str, str]:
    return {copy["barcode"]: copy["state"] for copy in (await delivery.consignment())["copies"]}


async def _has_received(delivery: Delivery, number: int) -> bool:
    return list((await _states(delivery)).values()).count("received") == number


async def test_a_parcel_is_received_with_one_book_damaged_while_the_network_is_away(
    counter: AsyncClient, desk: FastAPI, delivery: Delivery, tokens: Tokens
) -> None:
    await a_parcel_for(delivery, "IPSW", *BOOKS)
    await sign_in(counter, tokens, role=Role.OPERATOR, subject="j.archer")
    async with _phone(desk, counter) as page:
        await _scans(page, PARCEL)
        await _said(page, "Parcel with 4 to unpack")
        await _scans(page, "B1")
        await _said(page, "Received")
        await page.context.set_offline(True)
        await _scans(page, "B2", "Tab")
        await page.get_by_role("button", name="Damaged").click()
        await _said(page, "Damaged")
        await page.get_by_label("Note").fill("cover torn")
        await page.get_by_label("Note").press("Enter")
        await _scans(page, "B3")
        await page.get_by_role("button", name="spine label").click()
        await _said(page, "servicing to be put right")
        await _scans(page, "B3")
        await _said(page, "Already received")
        await expect(page.locator("#unsent")).to_contain_text("not sent yet")
        await page.wait_for_timeout(_AWAY_MILLISECONDS)
        await expect(page.locator("#offline")).to_contain_text("No contact")
        await page.context.set_offline(False)
        await _all_sent(page)
        await _scans(page, "X9")
        await page.get_by_role("button", name="Report it with this delivery").click()
        await _said(page, "Keep it aside")
        await page.get_by_role("button", name="Finish this parcel").click()
        await page.get_by_role("button", name="Report 1 as missing").click()
        await _said(page, "1 missing")
        await expect(page.locator('[data-barcode="B4"] .tag')).to_have_text("missing")
        await _all_sent(page)
    assert await _states(delivery) == {"B1": "received", "B2": "damaged", "B3": "received", "B4": "missing"}
    whole = await delivery.consignment()
    assert [receipt["already_counted"] for receipt in whole["receipts"]] == [[]] * len(whole["receipts"])
    assert {copy["settled_by"] for copy in whole["copies"]} == {"j.archer"}
    notes = {row["kind"]: row["note"] for row in await delivery.discrepancies()}
    assert notes == {"damaged": "cover torn", "servicing": "", "short": "", "wrong_item": "not advised: X9"}


async def test_scans_outlive_a_reload_and_two_tabs_send_them_once(
    counter: AsyncClient, desk: FastAPI, delivery: Delivery, tokens: Tokens, way: Way
) -> None:
    await a_parcel_for(delivery, "IPSW", *BOOKS)
    await sign_in(counter, tokens, role=Role.OPERATOR)
    async with _phone(desk, counter) as page:
        way.is_down = True
        for code in ("B1", "B2", "B3"):
            await _scans(page, code)
            await _said(page, "Received")
        await expect(page.locator("#offline")).to_be_visible()
        await page.reload()
        assert "cannot be reached" in await page.inner_text("main")
        way.is_down = False
        other = await page.context.new_page()
        await page.reload()
        await other.goto("/receive/IPSW")
        await until(lambda: _has_received(delivery, 3))
        await _all_sent(other)
    assert set((await _states(delivery)).values()) == {"received", "outstanding"}
    whole = await delivery.consignment()
    assert sum(len(receipt["items"]) for receipt in whole["receipts"]) == 3
    assert [receipt["already_counted"] for receipt in whole["receipts"]] == [[]] * len(whole["receipts"])


async def test_another_person_s_scans_wait_until_somebody_says_whose_they_are(
    counter: AsyncClient, desk: FastAPI, delivery: Delivery, tokens: Tokens
) -> None:
    await a_parcel_for(delivery, "IPSW", ISBN, OTHER_ISBN)
    await sign_in(counter, tokens, role=Role.OPERATOR, subject="j.archer")
    async with _phone(desk, counter) as page:
        await page.context.set_offline(True)
        await _scans(page, "B1")
        await _said(page, "Received")
        await sign_in(counter, tokens, role=Role.OPERATOR, subject="m.okafor")
        url = page.url.removesuffix("/receive/IPSW")
        cookies = [{"name": one.name, "value": one.value or "", "url": url} for one in counter.cookies.jar]
        await page.context.clear_cookies()
        await page.context.set_offline(False)
        await expect(page.locator("#offline")).to_contain_text("no longer signed in", timeout=_PATIENCE_MILLISECONDS)
        await page.context.add_cookies(cookies)  # type: ignore[arg-type]
        await expect(page.locator("#others")).to_contain_text("j.archer", timeout=_PATIENCE_MILLISECONDS)
        assert set((await _states(delivery)).values()) == {"outstanding"}
        await page.get_by_role("button", name="Send them in my name").click()
        await expect(page.locator("#others")).to_be_hidden(timeout=_PATIENCE_MILLISECONDS)
        await _all_sent(page)
    (copy,) = [one for one in (await delivery.consignment())["copies"] if one["state"] == "received"]
    assert copy["settled_by"] == "m.okafor"
