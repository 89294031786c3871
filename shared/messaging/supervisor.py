"""Keeps a relay or consumer going, whatever ends it. Knows nothing of what the part does."""

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
        """Work until stopped."""


def asked_to_end() -> bool:
    """Whether the current task itself was cancelled.

    The Kafka client lets cancellations of its own inner tasks out; such a one must not be taken for the end of ours.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def keep_going(part: Part, pause: Backoff) -> None:
    """Run a part until it was stopped or this task is cancelled; what it did not foresee is logged whole, and it begins again."""
    while True:
        try:
            return await part.run()
        except (Exception, asyncio.CancelledError) as error:
            if asked_to_end():
                raise
            part.status.enter(PartState.FAILED, repr(error))
            log.exception("messaging part failed", part=part.status.name)
        await asyncio.sleep(pause.next())
