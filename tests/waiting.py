"""Waits for a condition with a limit, so that no test sleeps for a time that somebody guessed."""

import asyncio
from collections.abc import Callable


async def eventually(condition: Callable[[], bool], *, limit: float = 60.0) -> None:
    """Return as soon as `condition` holds; TimeoutError when it does not within `limit` seconds."""
    async with asyncio.timeout(limit):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in other processes
            await asyncio.sleep(0.01)
