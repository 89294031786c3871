"""The jobs of a day, done by signed-in people by what they see, and counted: at most three clicks from where they begin.

The others are in test_ten_jobs_and_suppliers.py. Typing, choosing in a field and scanning are no clicks; Enter in the
search box is one.
"""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, expect

from local.stack import Stack
from shared.clock import SystemClock
from tests.browser.chromium import Clicks, needs_chromium, seat
from tests.browser.owners import Found, found, found_all, parcels
from tests.waiting import until

pytestmark = [pytest.mark.long, pytest.mark.processes, pytest.mark.asyncio(loop_scope="module"), needs_chromium]

_MOST_CLICKS = 3
_ANSWERED_WITHIN = timedelta(seconds=20)
_AWAY_MILLISECONDS = 10_000
_REASON = "Compared with the order by hand"


async def test_a_copy_is_found_by_its_barcode_and_its_path_read(system: Stack, browser: Browser) -> None:
    copy = (await until(lambda: parcels(system, least=1)))[0]["copies"][0]
    async with seat(browser, system.endpoints.dashboard, "Vera") as page:
        await page.goto("/work")
        clicks = Clicks(page)
        await page.get_by_role("searchbox").fill(copy["barcode"])
        await clicks.press("Enter")
        path = page.get_by_role("list", name="Path of the copy")
        await expect(path.locator("[aria-current=step]")).to_contain_text("Despatched")
        await expect(path).to_contain_text("At the branch")
        assert urlsplit(page.url).path == f"/copies/{copy['copy_id']}"
    assert clicks.number <= _MOST_CLICKS


async def test_a_wrong_reference_is_mapped_and_its_message_replayed(system: Stack, browser: Browser) -> None:
    async with seat(browser, system.endpoints.dashboard, "Operations") as page:
        await page.goto("/work")
        clicks = Clicks(page)
        await clicks.click("link", re.compile(r"^(despatch|response): .*order … .*not known here"))
        await clicks.click("link", re.compile("^The message"))
        await expect(page.locator("#map")).to_contain_text("nothing would be held any more")
        await page.locator("#map").get_by_label("Reason").fill(_REASON)
        message = urlsplit(page.url).path.rpartition("/")[2]
        await clicks.click("button", "Map and replay")
        await expect(page.get_by_role("status").first).to_contain_text("is read as")
        kept = await until(lambda: _message_in(system, message, "applied"))
        await page.reload()
        await expect(page.get_by_role("heading", level=1)).not_to_contain_text("quarantine")
    assert kept["order_ids"]
    assert clicks.number <= _MOST_CLICKS


async def test_a_sending_of_unknown_outcome_is_released(system: Stack, browser: Browser) -> None:
    await until(lambda: _only_lasting_doubts(system), limit=170)
    async with seat(browser, system.endpoints.dashboard, "Olu") as page:
        await page.goto("/work")
        clicks = Clicks(page)
        await clicks.click("link", re.compile("no answer to putting"))
        first = page.get_by_role("rowheader").get_by_role("link", name=re.compile("^Order message")).first
        message = str(await first.get_attribute("href")).rpartition("/")[2]
        if await page.get_by_role("rowheader").count() > 1:
            await clicks.click("checkbox", re.compile("^Tick Order message"))
        await page.get_by_label("Reason").fill("They have it: asked Ms Hart on the phone")
        await clicks.click("button", "It has it: count as sent")
        await expect(page.get_by_role("heading", level=1)).to_contain_text("1 of 1 done")
    assert (await found(system, "supplier-national", f"/v1/messages/{message}"))["state"] == "sent"
    assert clicks.number <= _MOST_CLICKS


async def test_an_offered_substitute_is_decided(system: Stack, browser: Browser) -> None:
    async with seat(browser, system.endpoints.dashboard, "Olu") as page:
        await page.goto("/work")
        clicks = Clicks(page)
        await clicks.click("link", re.compile("^Decide on the substitute"))
        await clicks.click("link", re.compile("^The order"))
        card = page.get_by_role("article").filter(has=page.get_by_role("button", name="Accept it")).first
        await expect(card).to_contain_text("Offered")
        decision = str(await card.get_attribute("id")).removeprefix("decision-")
        await card.get_by_label("Reason").fill(_REASON)
        await clicks.click("button", "Accept it")
        await expect(page.get_by_role("status").first).to_contain_text("Accepted")
        order = await found(system, "orders", f"/v1{urlsplit(page.url).path}")
    (decided,) = [each for line in order["lines"] for each in line["decisions"] if each["decision_id"] == decision]
    assert (decided["state"], decided["decided_by"], decided["reason"]) == ("accepted", "olu", _REASON)
    assert clicks.number <= _MOST_CLICKS


async def test_a_queried_invoice_is_accepted(system: Stack, browser: Browser) -> None:
    async with seat(browser, system.endpoints.dashboard, "Olu") as page:
        await page.goto("/work")
        clicks = Clicks(page)
        await clicks.click("link", re.compile("its price is not the ordered one"))
        await clicks.click("link", re.compile("^The invoice"))
        await page.get_by_label("Reason").fill(_REASON)
        await clicks.click("button", "Accept")
        await expect(page.get_by_role("status").first).to_contain_text("ccepted")
        invoice = await found(system, "orders", f"/v1{urlsplit(page.url).path}")
    assert (invoice["state"], invoice["history"][-1]["actor"]) == ("matched", "olu")
    assert clicks.number <= _MOST_CLICKS


async def test_a_parcel_with_a_damaged_book_is_received_while_the_network_is_away(system: Stack, browser: Browser) -> None:
    parcel = (await until(lambda: parcels(system, least=2)))[0]
    number, damaged = parcel["copies"][0]["parcel_id"], parcel["copies"][1]["barcode"]
    async with seat(browser, system.endpoints.dashboard, "Olu") as page:
        await page.goto("/receive")
        clicks = Clicks(page)
        await clicks.click("link", parcel["place"]["name"])
        await page.wait_for_url("**/receive/*")
        await clicks.scan(number)
        await expect(page.locator("#answer")).to_contain_text("Parcel with")
        await page.context.set_offline(True)
        await clicks.scan(damaged)
        await clicks.click("button", "Damaged")
        await expect(page.locator("#answer")).to_contain_text("Damaged")
        await clicks.click("button", "All are here", within=page.get_by_role("region", name=f"Parcel {number}"))
        await expect(page.locator("#unsent")).to_contain_text("not sent yet")
        await page.wait_for_timeout(_AWAY_MILLISECONDS)
        await page.context.set_offline(False)
        await expect(page.locator("#unsent")).to_be_hidden(timeout=45_000)
    whole = await found(system, "delivery", f"/v1/consignments/{parcel['consignment_id']}")
    states = {copy["barcode"]: copy["state"] for copy in whole["copies"]}
    assert states == {copy["barcode"]: "damaged" if copy["barcode"] == damaged else "received" for copy in parcel["copies"]}
    assert {copy["settled_by"] for copy in whole["copies"]} == {"olu"}
    assert [receipt["already_counted"] for receipt in whole["receipts"]] == [[]] * len(whole["receipts"])
    assert clicks.number <= _MOST_CLICKS


async def _message_in(system: Stack, message: str, state: str) -> Found | None:
    kept = await found(system, "supplier-national", f"/v1/messages/{message}", council=None)
    return kept if kept["state"] == state else None


async def _only_lasting_doubts(system: Stack) -> bool:
    """Whether orders are left of which nobody knows whether they arrived, long after an answer would have settled them."""
    sent = await found_all(system, "supplier-national", "/v1/messages?direction=out&kind=order&limit=100", council=None)
    before = (SystemClock().now() - _ANSWERED_WITHIN).isoformat()
    doubtful = [each for each in sent if each["state"] != "answered"]
    return bool(doubtful) and all(each["state"] == "unknown" and each["created_at"] < before for each in doubtful)
