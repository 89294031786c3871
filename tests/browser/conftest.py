"""One running system and one browser for all tests of a module."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser

from local.stack import Stack
from tests.browser.chromium import chromium
from tests.browser.system import bad_day


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def system() -> AsyncIterator[Stack]:
    """A system on a bad day."""
    async with bad_day() as stack:
        yield stack


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """The machine's Chromium."""
    async with chromium() as browser:
        yield browser
