"""The other five jobs of a day: those about services and suppliers. See test_ten_jobs.py. The last one leaves a supplier dead."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta

import pytest
from playwright.async_api import Browser, expect
from pydantic import SecretStr
from sqlalchemy import text

from local.stack import Stack
from shared.clock import SystemClock
from shared.db.engine import create_engine
from tests.browser.chromium import Clicks, needs_chromium, seat
from tests.browser.owners import Found, found, found_all, owner
from tests.waiting import until

pytestmark = [pytest.mark.long, pytest.mark.processes, pytest.mark.asyncio(loop_scope="module"), needs_chromium]

_MOST_CLICKS = 3
_CONSORTIUM = "Eastern Counties Book Consortium"
_DEAD = 3
_NOTICED_SECONDS = 15
_SEEN_SECONDS = 5
_REASON = "The supplier has none left"


async def test_a_copy_is_moved_to_another_supplier(system: Stack, browser: Browser) -> None:
    order, line = await until(lambda: _waiting_line(system))
    async with seat(browser, system.endpoints.dashboard, "Olu") as page:
        await page.goto("/work")
        clicks = Clicks(page)
        await page.get_by_role("searchbox").fill(line["line_key"])
        await clicks.press("Enter")
        await page.get_by_label("Move to another supplier").select_option(label=_CONSORTIUM)
        await page.locator("#why-act").fill(_REASON)
        await clicks.click("button", "See what a move does")
        await clicks.click("button", f"Move them to {_CONSORTIUM}")
        await expect(page.get_by_role("status").first).to_contain_text(f"The move to {_CONSORTIUM} has begun")
        moved = await found(system, "orders", f"/v1/orders/{order['order_id']}")
    (left,) = [each for each in moved["lines"] if each["line_key"] == line["line_key"]]
    placed_anew = any(each["replaces_line_key"] == line["line_key"] for each in moved["lines"])
    assert placed_anew or left["copies"][0]["cancel_requested"] or left["copies"][0]["state"] == "cancelled"
    assert clicks.number <= _MOST_CLICKS


async def test_a_rule_is_changed_from_next_monday(system: Stack, browser: Browser) -> None:
    monday = _next_monday(SystemClock().today())
    async with seat(browser, system.endpoints.dashboard, "Ada") as page:
        await page.goto("/work")
        clicks = Clicks(page)
        await clicks.click("link", "Rules")
        await clicks.click("link", "Change ordering for everything else")
        await page.get_by_label("Supplier").select_option(label=_CONSORTIUM)
        await expect(page.get_by_label("First day")).to_have_value(monday.isoformat())
        await page.get_by_label("Reason").fill("Their contract begins")
        await clicks.click("button", "Save the rule")
        await expect(page.get_by_role("status").first).to_contain_text(f"The rule applies from {monday.day} {monday:%B %Y} on")
        await expect(page.get_by_role("definition").first).to_contain_text(_CONSORTIUM)
    rules = await found_all(system, "orders", "/v1/sourcing-rules")
    (rule,) = [each for each in rules if each["valid_from"] == monday.isoformat()]
    assert (rule["supplier_id"], rule["branch"], rule["material"], rule["created_by"]) == ("consortium", None, None, "ada")
    assert clicks.number <= _MOST_CLICKS


async def test_a_group_of_dead_letters_is_replayed(system: Stack, browser: Browser) -> None:
    async with _titles_refused(system):
        await _change_titles(system)
        await until(lambda: _letters(system, "dead"))
    async with seat(browser, system.endpoints.dashboard, "Operations") as page:
        await page.goto("/work")
        clicks = Clicks(page)
        await clicks.click("link", re.compile("gave up after"))
        await expect(page.get_by_role("heading", level=1)).to_contain_text(f"{_DEAD} events that were given up")
        await clicks.click("checkbox", re.compile(f"^All {_DEAD} of this cause"))
        await page.get_by_label("Reason").fill("The table takes such titles again")
        await clicks.click("button", "Replay")
        await expect(page.get_by_role("heading", level=1)).to_contain_text(f"{_DEAD} of {_DEAD} done")
    assert await _letters(system, "replayed")
    assert await _known_titles(system) == _DEAD
    assert clicks.number <= _MOST_CLICKS


async def test_a_supplier_that_died_is_seen_at_once(system: Stack, browser: Browser) -> None:
    async with seat(browser, system.endpoints.dashboard, "Olu") as page:
        dead = re.compile("suppliers? that cannot be reached")
        named = page.get_by_role("list", name="Now").get_by_role("listitem").filter(has_text=dead).filter(has_text=_CONSORTIUM)
        await expect(named).to_have_count(0)
        await system.processes["consortium-simulator"].stop()
        began = time.monotonic()
        # The page is not loaded again: it shows this by itself.
        await expect(named).to_have_count(1, timeout=_NOTICED_SECONDS * 1_000)
        assert time.monotonic() - began < _NOTICED_SECONDS
        clicks, began = Clicks(page), time.monotonic()
        await page.goto("/")
        await expect(page.get_by_role("list", name="Now").get_by_role("listitem").first).to_contain_text(_CONSORTIUM)
        await expect(page.get_by_role("heading", level=1)).to_contain_text("a person now")
        assert time.monotonic() - began < _SEEN_SECONDS
        await clicks.click("link", dead)
        await expect(page.get_by_role("main")).to_contain_text(_CONSORTIUM)
    assert clicks.number <= _MOST_CLICKS


async def _waiting_line(system: Stack) -> tuple[Found, Found] | None:
    """Returns a line of one copy that the bookseller has not got, with its order; None while there is none."""
    for summary in await found_all(system, "orders", "/v1/orders?limit=100&supplier_id=national"):
        order = await found(system, "orders", f"/v1/orders/{summary['order_id']}")
        for line in order["lines"]:
            states = [copy["state"] for copy in line["copies"]]
            if line["supplier_id"] == "national" and states == ["back_ordered"]:
                return order, line
    return None


def _next_monday(today: date) -> date:
    return today + timedelta(days=7 - today.weekday())


@asynccontextmanager
async def _titles_refused(system: Stack) -> AsyncIterator[None]:
    """While this is open, the dashboard's database refuses some titles.

    No service of a healthy system refuses an event that it takes later; this stands for a fault of ours that is put right.
    """
    rule = "annotated_titles_are_refused"
    await _in_read_model(system, f"ALTER TABLE title ADD CONSTRAINT {rule} CHECK (title NOT LIKE '%, annotated')")
    try:
        yield
    finally:
        await _in_read_model(system, f"ALTER TABLE title DROP CONSTRAINT {rule}")


async def _in_read_model(system: Stack, statement: str) -> None:
    engine = create_engine(SecretStr(system.postgres.url("dashboard")))
    try:
        async with engine.begin() as connection:
            await connection.execute(text(statement))
    finally:
        await engine.dispose()


async def _known_titles(system: Stack) -> int:
    engine = create_engine(SecretStr(system.postgres.url("dashboard")))
    try:
        async with engine.begin() as connection:
            statement = text("SELECT count(*) FROM title WHERE title LIKE '%, annotated'")
            return int((await connection.execute(statement)).scalar_one())
    finally:
        await engine.dispose()


async def _change_titles(system: Stack) -> None:
    """Fixes the title of some books in the catalogue, as a cataloguer does."""
    async with owner(system, "catalogue") as catalogue:
        titles = (await catalogue.get(f"/v1/titles?limit={_DEAD}")).raise_for_status().json()["items"]
        for title in titles:
            fix = {"field": "title", "value": {"title": f"{title['title']}, annotated"}, "reason": "As on the title page"}
            (await catalogue.post(f"/v1/titles/{title['isbn']}/fixes", json=fix)).raise_for_status()


async def _letters(system: Stack, state: str) -> bool:
    letters = await found_all(system, "dashboard", f"/v1/dead-letters?state={state}", council=None)
    return len(letters) == _DEAD
