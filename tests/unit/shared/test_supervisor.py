"""A part of a process ends only when it is stopped."""

import asyncio
from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from shared.backoff import Backoff
from shared.clock import ManualClock
from shared.messaging.status import PartState, PartStatus
from shared.supervisor import keep_going


class Scripted:
    """A part whose runs behave as listed, one after the other; after the last it counts as stopped."""

    def __init__(self, clock: ManualClock, *runs: Callable[[], object]) -> None:
        self.status = PartStatus("scripted", clock)
        self.runs = list(runs)

    async def run(self) -> None:
        while self.runs:
            self.runs.pop(0)()


async def _kept_going(part: Scripted, pause: float = 0.001) -> None:
    await keep_going(part.status.name, part.run, Backoff(pause, pause), on_failure=part.status.failed)


def _stray() -> None:
    """What the Kafka client raises when it gives up one of its own requests."""
    raise asyncio.CancelledError


def _fault() -> None:
    raise ZeroDivisionError


@pytest.mark.parametrize("ending", [_stray, _fault])
async def test_what_a_part_did_not_foresee_does_not_end_it(ending: Callable[[], None], clock: ManualClock) -> None:
    seen: list[PartState] = []
    part = Scripted(clock, ending, lambda: seen.append(part.status.state))
    with capture_logs() as logs:
        await asyncio.wait_for(_kept_going(part), 5)
    assert seen == [PartState.FAILED], "it ran again, and its status showed the failure meanwhile"
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["part failed and starts again"]


async def test_a_part_that_was_stopped_is_not_run_again(clock: ManualClock) -> None:
    part = Scripted(clock)
    await asyncio.wait_for(_kept_going(part, pause=60), 5)
    assert part.status.state is PartState.STARTING


async def test_cancelling_the_keeper_ends_the_part(clock: ManualClock) -> None:
    class Endless(Scripted):
        async def run(self) -> None:
            await asyncio.Event().wait()

    keeper = asyncio.create_task(_kept_going(Endless(clock)))
    await asyncio.sleep(0)
    keeper.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(keeper, 5)
