"""Finds every kind of page by following links from the desk, as a person could."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterable
from urllib.parse import urljoin, urlsplit

from playwright.async_api import Page, Response, expect

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\b97[89]\d{10}\b|SB-[0-9A-Z]+")
_NAMED = re.compile(r"(/messages|/suppliers|/dead-letters|/receive|/files)/[^/?]+")
_LINKS = "() => [...document.querySelectorAll('a[href]')].map(one => one.getAttribute('href'))"
_TELLING = frozenset({"kind", "q", "preview"})
# Of each kind of page one is looked at: what differs from one thing to the next is mostly text.
_OF_A_KIND = 1
_MOST_PAGES = 120
_COMES_MILLISECONDS = 120_000


def kind_of(address: str) -> str:
    """Returns the kind of page: its path, with stars for ids and names, and those filters that make it another page.

    Other filters, and the place in a list, leave the page as it is: its rows are others.
    """
    parts = urlsplit(address)
    path = _NAMED.sub(r"\1/*", _ID.sub("*", parts.path))
    pairs = {pair if pair.startswith("kind=") else pair.partition("=")[0] for pair in parts.query.split("&") if pair}
    names = sorted(pair for pair in pairs if pair.partition("=")[0] in _TELLING)
    return path + (f"?{'&'.join(names)}" if names else "")


async def enough_waits(page: Page, *more: str) -> None:
    """Returns when the work list has what an ordinary bad day brings, and `more`, as its headings call it."""
    await page.goto("/work")
    for kind in ("quarantine", "decision", "invoice", "discrepanc", *more):
        # The page is not loaded again: the list shows by itself what comes.
        await expect(page.get_by_role("heading", level=2).filter(has_text=kind)).not_to_have_count(0, timeout=_COMES_MILLISECONDS)


async def pages_from(page: Page, starts: Iterable[str]) -> AsyncIterator[tuple[str, Response | None]]:
    """Yields the address and answer of each page that links lead to from `starts`, while the browser shows it."""
    waiting = deque(starts)
    seen = set(waiting)
    kinds: Counter[str] = Counter()
    while waiting and kinds.total() < _MOST_PAGES:
        address = waiting.popleft()
        kind = kind_of(address)
        if kinds[kind] >= _OF_A_KIND:
            continue
        kinds[kind] += 1
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
