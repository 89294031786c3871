"""Waits for a condition with a time limit, so that no test sleeps for a guessed time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from shared.backoff import Backoff

T = TypeVar("T")

# Only a failing test waits this long; a busy machine needs more time than expected.
_LIMIT_SECONDS = 60.0
# What comes soon is noticed soon; what takes seconds is not asked for twenty times in each.
_FIRST_PAUSE_SECONDS = 0.02
_LONGEST_PAUSE_SECONDS = 0.25


async def eventually(condition: Callable[[], bool], *, limit: float = _LIMIT_SECONDS) -> None:
    """Returns as soon as `condition` holds. Raises TimeoutError if it does not hold within `limit` seconds."""
    async with asyncio.timeout(limit):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in other processes
            await asyncio.sleep(0.01)


async def until(ask: Callable[[], Awaitable[T | None]], *, limit: float = _LIMIT_SECONDS) -> T:
    """Returns the first answer of `ask` that is true or not empty, such as of a query. Raises TimeoutError if none comes."""
    # What is waited for is asked about by this test alone, so its pauses are not spread.
    pause = Backoff(_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS, spread=False)
    async with asyncio.timeout(limit):
        while not (answer := await ask()):  # noqa: ASYNC110 - what is waited for happens in other processes
            await asyncio.sleep(pause.next())
    return answer
