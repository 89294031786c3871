"""Drives the machine's Chromium as people use the pages: at a desk or on a phone, in daylight or in the dark.

Owns how a browser is started and a person signs in. Must not know what pages show.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

import pytest
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

# Without these, Chromium asks hosts of its maker at each start; as root it needs the first one.
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_LIMIT_MILLISECONDS = 60_000
expect.set_options(timeout=_LIMIT_MILLISECONDS)
DESK, PHONE, WIDE = 1280, 390, 2560
_HEIGHT = 900
_PATH = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
needs_chromium = pytest.mark.skipif(_PATH is None, reason="needs Chromium: on Debian, `apt-get install chromium`")


@dataclass(frozen=True, slots=True)
class Look:
    """How a person looks at pages."""

    width: int = DESK
    scheme: Literal["light", "dark"] = "light"


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Yields a browser that ends at the end."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=_PATH, args=_ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def seat(browser: Browser, dashboard: str, person: str, look: Look = Look()) -> AsyncIterator[Page]:
    """Yields the desk of a person who has signed in with a click at the local provider. `person`: the name on that button."""
    context = await browser.new_context(
        base_url=dashboard, viewport={"width": look.width, "height": _HEIGHT}, color_scheme=look.scheme
    )
    context.set_default_timeout(_LIMIT_MILLISECONDS)
    try:
        page = await context.new_page()
        await page.goto("/")
        await page.get_by_role("button", name=person).click()
        await page.wait_for_url(f"{dashboard}/")
        yield page
    finally:
        await context.close()


async def take_look(page: Page, look: Look) -> None:
    """Shows a page as another look at it would, without asking for it again."""
    await page.emulate_media(color_scheme=look.scheme)
    await page.set_viewport_size({"width": look.width, "height": _HEIGHT})


class Clicks:
    """Counts the clicks of a person who does a job, and the keys that activate something. Typing and scanning are not counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.number = 0

    async def click(
        self, role: Literal["link", "button", "checkbox"], name: str | re.Pattern[str], *, within: Locator | None = None
    ) -> None:
        """Clicks the first that is called so, in the part of the page that `within` is."""
        self.number += 1
        await (within or self.page.locator("body")).get_by_role(role, name=name).first.click()

    async def press(self, key: str) -> None:
        """Presses a key."""
        self.number += 1
        await self.page.keyboard.press(key)

    async def scan(self, code: str) -> None:
        """Types as a scanner does: wherever the focus is, quickly, and ended by Enter."""
        await self.page.keyboard.type(code)
        await self.page.keyboard.press("Enter")
