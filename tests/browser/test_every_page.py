"""Every page that links lead to can be used by everybody, on a screen of any width, by day and by night."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from local.stack import Stack
from tests.browser.accessible import axe_script, faults, violations
from tests.browser.chromium import DESK, PHONE, Look, chromium, needs_chromium, seat
from tests.browser.crawling import kind_of, pages_from
from tests.browser.system import bad_day

pytestmark = [pytest.mark.long, pytest.mark.processes, pytest.mark.asyncio(loop_scope="module"), needs_chromium]

# Fewer kinds of pages than these would mean that links are missing, not that pages are good.
_KINDS = 12
_LOOKS = {
    "desk by day": Look(DESK, "light"),
    "desk by night": Look(DESK, "dark"),
    "phone by day": Look(PHONE, "light"),
    "phone by night": Look(PHONE, "dark"),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def system() -> AsyncIterator[Stack]:
    """One system for all looks."""
    async with bad_day() as stack:
        yield stack


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all looks."""
    async with chromium() as browser:
        yield browser


@pytest.mark.parametrize("look", _LOOKS.values(), ids=list(_LOOKS))
async def test_no_page_shuts_anybody_out(system: Stack, browser: Browser, look: Look) -> None:
    axe = await axe_script()
    found: dict[str, list[str]] = {}
    kinds: set[str] = set()
    async with seat(browser, system.endpoints.dashboard, "Ada", look) as page:
        complaints = _complaints_of(page)
        async for address, answer in pages_from(page, "/"):
            kinds.add(kind_of(address))
            told = [] if answer is not None and answer.ok else [f"status {answer.status if answer else 'none'}"]
            if answer is not None and "text/html" not in answer.headers.get("content-type", ""):
                told.append("is no page")
            else:
                told += await faults(page) + await violations(page, axe)
            told += complaints[:]
            complaints.clear()
            if told:
                found[address] = told
    assert found == {}
    assert len(kinds) >= _KINDS, kinds


def _complaints_of(page: Page) -> list[str]:
    """Returns the list that grows by what the browser itself complains of, such as a script that the policy forbids."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints
