"""Measures the way of an event to the screen: from the producer's first byte until an open page has it, as `static/live.js` asks.

Events come at random, two or three a second, so that the pause between two of the page's requests counts. No browser runs: what
one adds, reading and exchanging some kilobytes of HTML, is not measured.
"""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from random import Random
from urllib.parse import urlencode
from uuid import UUID

import httpx
from aiokafka import AIOKafkaProducer

from bench.seat import Seat
from bench.table import Row, p95
from shared.bus import to_envelope
from shared.clock import SystemClock
from shared.contracts.waiting import DeadLetterChanged
from shared.ids import new_id

_EVENTS, _BETWEEN_SECONDS = 100, 0.4
_LIMIT_MS, _LONGEST_SECONDS = 1_000.0, 30.0
_REASON = "the bench gave it up"
# The list begins with what waits longest, so that each further event is its first line.
_LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
_PAGE = f"/work/group?{urlencode({'kind': 'dead_letter', 'cause': _REASON})}"
_PAUSE = re.compile(r"LEAST_PAUSE = ([\d_]+)")
_SCRIPT = {"HX-Request": "true", "Sec-Fetch-Mode": "cors"}


@dataclass(slots=True)
class _Screen:
    """An open page. `sent`: when each event that is not shown yet was given to the producer; `took`: how long others took."""

    seat: Seat
    pause: float
    sent: dict[UUID, float] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)
    _told: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self) -> None:
        """Notes each change that the server tells."""
        wait = httpx.Timeout(10.0, read=None)
        async with (
            httpx.AsyncClient(base_url=self.seat.address, headers=self.seat.cookie, timeout=wait) as client,
            client.stream("GET", "/live") as told,
        ):
            async for line in told.aiter_lines():
                if line == "event: changed":
                    self._told.set()

    async def refresh(self) -> None:
        """Asks for the page after each change, not sooner than the pause allows, and looks what is on it now."""
        while True:
            await self._told.wait()
            self._told.clear()
            begun = time.perf_counter()
            answered = await asyncio.to_thread(self.seat.get, _PAGE, _SCRIPT)
            now = time.perf_counter()
            shown = [each for each in self.sent if str(each).encode() in answered.body]
            self.took.extend(1e3 * (now - self.sent.pop(each)) for each in shown)
            await asyncio.sleep(max(0.0, begun + self.pause - time.perf_counter()))


async def measure_showing(broker: str, seat: Seat) -> Row:
    """Returns the row: the 95th percentile of milliseconds against a second; the claim has the median too."""
    found = _PAUSE.search(files("services.dashboard").joinpath("static", "live.js").read_text())
    if found is None:
        raise RuntimeError("live.js states no LEAST_PAUSE")
    pause = int(found[1]) / 1e3
    screen = _Screen(seat, pause)
    open_page = [asyncio.create_task(screen.listen()), asyncio.create_task(screen.refresh())]
    try:
        await _happen(broker, screen)
        async with asyncio.timeout(_LONGEST_SECONDS):
            while screen.sent:  # noqa: ASYNC110 - the other side is a broker
                await asyncio.sleep(0.05)
    finally:
        for task in open_page:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    half = sorted(screen.took)[len(screen.took) // 2]
    claim = (
        f"event of a topic to an open page that asks at most every {pause:g} s: p95 of {len(screen.took)} (p50 {half:,.0f} ms)"
    )
    return Row(claim, p95(screen.took), _LIMIT_MS, "ms", 1.0, higher=False)


async def _happen(broker: str, screen: _Screen) -> None:
    producer, random = AIOKafkaProducer(bootstrap_servers=broker, acks="all"), Random(1)
    await producer.start()
    try:
        for number in range(_EVENTS):
            await asyncio.sleep(random.uniform(0, 2 * _BETWEEN_SECONDS))
            one = DeadLetterChanged(
                council=None,
                service="catalogue",
                dead_letter_id=new_id(),
                consumer="catalogue",
                reason=_REASON,
                dead_at=_LONG_AGO - timedelta(days=number),
            )
            given = to_envelope(one, clock=SystemClock())
            headers = [(name, value.encode()) for name, value in given.headers.items()]
            screen.sent[one.dead_letter_id] = time.perf_counter()
            await producer.send_and_wait(given.topic, key=given.key.encode(), value=given.data, headers=headers)
    finally:
        await producer.stop()
