"""Finds every kind of page by following links from the desk, as a person could."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import AsyncIterator
from urllib.parse import urljoin, urlsplit

from playwright.async_api import Page, Response

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\b97[89]\d{10}\b")
_LINKS = "() => [...document.querySelectorAll('a[href]')].map(one => one.getAttribute('href'))"
# Pages of a kind differ by what they are about: several are looked at, not all.
_OF_A_KIND = 2
_MOST_PAGES = 160


def kind_of(address: str) -> str:
    """Returns the kind of page: its path, with ids, names and numbers left out, and the names of its filters."""
    parts = urlsplit(address)
    path = re.sub(r"(/messages|/suppliers|/dead-letters|/receive|/mailboxes)/[^/?]+", r"\\1/*", _ID.sub("*", parts.path))
    names = sorted({pair.partition("=")[0] for pair in parts.query.split("&") if pair})
    return path + (f"?{'&'.join(names)}" if names else "")


async def pages_from(page: Page, start: str) -> AsyncIterator[tuple[str, Response | None]]:
    """Yields the address and answer of each page that links lead to from `start`, while the browser shows it."""
    waiting, seen = deque([start]), {start}
    kinds: dict[str, int] = {}
    looked_at = 0
    while waiting and looked_at < _MOST_PAGES:
        address = waiting.popleft()
        kind = kind_of(address)
        if kinds.get(kind, 0) >= _OF_A_KIND:
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        looked_at += 1
        answer = await page.goto(address)
        yield address, answer
        for link in await page.evaluate(_LINKS):
            found = urljoin(page.url, link).partition("#")[0]
            path = urlsplit(found)
            inside = path.netloc == urlsplit(page.url).netloc
            if inside and found not in seen and not _is_download(path.path):
                seen.add(found)
                waiting.append(found)


def _is_download(path: str) -> bool:
    return path.endswith(("/raw", ".csv", "/export")) or "/kept-aside/" in path or path.startswith("/sign-")
