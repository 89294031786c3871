"""Waits for a condition with a limit, so that no test sleeps for a time that somebody guessed."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

# Only a failure takes as long: a busy machine needs more time than anybody would guess.
_LIMIT_SECONDS = 60.0


async def eventually(condition: Callable[[], bool], *, limit: float = _LIMIT_SECONDS) -> None:
    """Return as soon as `condition` holds; TimeoutError when it does not within `limit` seconds."""
    async with asyncio.timeout(limit):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in other processes
            await asyncio.sleep(0.01)


async def until(ask: Callable[[], Awaitable[T | None]], *, limit: float = _LIMIT_SECONDS) -> T:
    """The first answer that is true or not empty, for what has to be asked of a database or a service; else TimeoutError."""
    async with asyncio.timeout(limit):
        while not (answer := await ask()):  # noqa: ASYNC110 - what is waited for happens in other processes
            await asyncio.sleep(0.05)
    return answer
