"""Sending as a library's job does that is run again until everything was taken: what was not confirmed is sent once more."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import asyncssh

from local.simulators.library.files import File
from local.simulators.library.library import Library

LOST = (OSError, asyncssh.Error, TimeoutError)
_PAUSE_SECONDS = 0.5
# The real ones look every few minutes; each look is a login, which costs the other side more than a file.
_FETCH_SECONDS = 4.0


@dataclass
class Sent:
    """How many files were confirmed, and how often the connection was lost meanwhile."""

    files: int = 0
    lost: int = 0


async def send_until_taken(library: Library, files: Iterable[File], sent: Sent, *, renamed: bool = False) -> None:
    """Sends files until each was confirmed, however often the other side is away."""
    waiting = deque(files)

    def unconfirmed() -> Iterator[File]:
        while waiting:
            yield waiting[0]
            # Asked for the next one: this one was taken.
            waiting.popleft()
            sent.files += 1

    while waiting:
        try:
            await library.post.send(unconfirmed(), renamed=renamed)
        except LOST:
            sent.lost += 1
            await asyncio.sleep(_PAUSE_SECONDS)


async def keep_fetching(library: Library) -> None:
    """Fetches answers until cancelled, however often the other side is away."""
    while True:
        with contextlib.suppress(*LOST):
            await library.fetch()
        await asyncio.sleep(_FETCH_SECONDS)
