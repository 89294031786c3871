"""Restarts a part of a process after any error. Must not know what the part does."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog

from shared.backoff import Backoff

log = structlog.get_logger(__name__)

# How long a part may take to end what it began. The process waits for a second longer, then ends.
DRAIN_SECONDS = 14.0


def asked_to_end() -> bool:
    """Returns whether the current task itself was cancelled.

    The Kafka client also raises CancelledError of its own inner tasks; that must not end our task.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def keep_going(
    name: str,
    run: Callable[[], Awaitable[None]],
    pause: Backoff,
    *,
    on_failure: Callable[[BaseException], None] | None = None,
) -> None:
    """Runs a part until it is stopped (`run` returns) or this task is cancelled.

    After any other error, logs it, gives it to `on_failure` and restarts the part after a pause.
    """
    while True:
        try:
            return await run()
        except (Exception, asyncio.CancelledError) as error:
            if asked_to_end():
                raise
            if on_failure is not None:
                on_failure(error)
            log.exception("part failed and starts again", part=name)
        await asyncio.sleep(pause.next())


async def drained(work: asyncio.Task[None], ask_to_stop: Callable[[], None]) -> None:
    """Waits for the work of a part. Cancelled, it asks the work to stop and gives it `DRAIN_SECONDS` to end what it began."""
    try:
        await asyncio.shield(work)
    except asyncio.CancelledError:
        ask_to_stop()
        await asyncio.wait({work}, timeout=DRAIN_SECONDS)
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work
        raise
