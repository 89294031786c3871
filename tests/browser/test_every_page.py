"""Every page that links lead to can be used by everybody, on a screen of any width, by day and by night."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page

from tests.browser.accessible import ANY_RULE, COLOURS, axe_script, faults, violations
from tests.browser.chromium import DESK, PHONE, WIDE, Look, chromium, needs_chromium, seat, take_look
from tests.browser.crawling import enough_waits, kind_of, pages_from
from tests.browser.letters import post_letters, unpack_a_damaged_book
from tests.browser.system import bad_day

pytestmark = [pytest.mark.long, pytest.mark.processes, needs_chromium]

# What the desk does not link to while nothing of its kind waits.
_STARTS = ("/", "/messages", "/dead-letters", "/proposals", "/receive", "/find?q=Heart")
# Without a page of one of these kinds, links are missing or the day was not bad enough: nothing would be proved of it.
_KINDS = frozenset(
    [
        "/",
        "/work",
        "/work?kind=quarantined",
        "/work/decision/*",
        "/find?q",
        "/orders/*",
        "/copies/*",
        "/messages",
        "/messages/*/*",
        "/files/*",
        "/dead-letters",
        "/proposals",
        "/proposals/*",
        "/deliveries",
        "/deliveries/*",
        "/receive",
        "/receive/*",
        "/suppliers",
        "/suppliers/*",
        "/rules",
        "/rules/ordering",
        "/catalogue",
        "/catalogue/*",
        "/money",
        "/invoices/*",
        "/funds",
        "/trends",
        "/changes",
        "/audit",
    ]
)
# The dark changes colours alone, the same on each width; a phone changes where things are, a wide screen how long lines are.
_LOOKS: tuple[tuple[Look, dict[str, Any] | None], ...] = (
    (Look(DESK, "light"), ANY_RULE),
    (Look(DESK, "dark"), COLOURS),
    (Look(WIDE, "dark"), None),
    (Look(PHONE, "dark"), None),
    (Look(PHONE, "light"), ANY_RULE),
)


async def test_no_page_shuts_anybody_out() -> None:
    axe = await axe_script()
    found: dict[str, list[str]] = {}
    kinds: set[str] = set()
    async with bad_day() as stack, chromium() as browser, seat(browser, stack.endpoints.dashboard, "Ada") as page:
        await post_letters(stack)
        await unpack_a_damaged_book(stack)
        await enough_waits(page, "propos", "file")
        complaints = _complaints_of(page)
        async for address, answer in pages_from(page, _STARTS):
            kinds.add(kind_of(address))
            told = [] if answer is not None and answer.ok else [f"status {answer.status if answer else 'none'}"]
            if answer is None or "text/html" not in answer.headers.get("content-type", ""):
                told.append("is no page")
            else:
                told += await _seen_by_all(page, axe)
            told += complaints
            complaints.clear()
            if told:
                found[address] = told
    assert not found, found
    assert kinds >= _KINDS, sorted(_KINDS - kinds)


async def _seen_by_all(page: Page, axe: str) -> list[str]:
    """Returns what is wrong with the page that a browser shows, in each look at it."""
    await page.evaluate(axe)
    told = []
    for look, rules in _LOOKS:
        await take_look(page, look)
        wrong = [*await faults(page), *(await violations(page, rules) if rules else [])]
        told += [f"{look.width} {look.scheme}: {each}" for each in wrong]
    return told


def _complaints_of(page: Page) -> list[str]:
    """Returns the list that grows by what the browser itself complains of, such as a script that the policy forbids."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints
