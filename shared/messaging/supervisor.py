"""Restarts a relay or consumer after any error. Must not know what the part does."""

from __future__ import annotations

import asyncio
from typing import Protocol

import structlog

from shared.backoff import Backoff
from shared.messaging.status import PartState, PartStatus

log = structlog.get_logger(__name__)


class Part(Protocol):
    """A relay or a consumer."""

    status: PartStatus

    async def run(self) -> None:
        """Works until stopped."""


def asked_to_end() -> bool:
    """Returns whether the current task itself was cancelled.

    The Kafka client also raises CancelledError of its own inner tasks; that must not end our task.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def keep_going(part: Part, pause: Backoff) -> None:
    """Runs a part until it is stopped or this task is cancelled. After any other error, logs it and restarts the part."""
    while True:
        try:
            return await part.run()
        except (Exception, asyncio.CancelledError) as error:
            if asked_to_end():
                raise
            part.status.enter(PartState.FAILED, repr(error))
            log.exception("messaging part failed", part=part.status.name)
        await asyncio.sleep(pause.next())
