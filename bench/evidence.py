"""Measures evidence at national size: building the facts from events, the time of each page, and the memory of the process.

    python -m bench.evidence            # 100,000 copies
    python -m bench.evidence 1000000    # a million need 4 GB of disk

150 councils order from 3 suppliers (`lives.py`). Events are handled in batches of 500, as from Kafka; making them is not
measured. The bare consumer of the same run takes the same batches apart into events, and does nothing with these. A page is read
and rendered as for a caller; p95 is over 20 councils, or the slowest of 3 readings for all councils together.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bench.lives import COUNCILS, DAYS, FIRST_DAY, lives
from local.machine.postgres import Postgres
from services.evidence.api import Answering
from services.evidence.domain.asking import Asked, By
from services.evidence.domain.facts import GatheredCopies
from services.evidence.incoming import handlers, subscription
from services.evidence.reports import report_html
from shared.bus import dispatch, on, to_envelope
from shared.clock import ManualClock
from shared.contracts.base import Event
from shared.db.engine import create_engine
from shared.db.migrations import upgrade_to_head
from shared.messaging.envelope import Envelope

_BATCH = 500
_CLOCK = ManualClock(datetime.combine(FIRST_DAY, datetime.min.time(), UTC) + timedelta(days=DAYS + 30))
_ANSWERING = Answering(_CLOCK, "Europe/London")
_ASKED_COUNCILS, _TIMES_FOR_ALL = 20, 3

Page = Callable[[AsyncConnection, Asked], Awaitable[object]]


async def _nothing(*_: object) -> None:
    return None


async def build(engine: AsyncEngine, copies: int) -> tuple[int, float, float]:
    """Builds the facts; returns how many events, and the seconds of our consumer and of the bare one."""
    ours, bare = (
        subscription().handle,
        dispatch([on(each.event, _nothing, keeps_state=True) for each in handlers(GatheredCopies())]),
    )
    count, seconds, of_bare = 0, 0.0, 0.0
    happened = iter(lives(copies))
    while batch := _batch(happened):
        begin = time.perf_counter()
        async with engine.begin() as connection:
            await ours(connection, batch)
        middle = time.perf_counter()
        async with engine.begin() as connection:
            await bare(connection, batch)
        count, seconds, of_bare = count + len(batch), seconds + middle - begin, of_bare + time.perf_counter() - middle
    async with engine.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text("VACUUM ANALYZE"))
    return count, seconds, of_bare


def _batch(happened: Iterator[tuple[Event, int]]) -> Sequence[Envelope]:
    return [to_envelope(event, clock=_CLOCK, version=version) for event, version in islice(happened, _BATCH)]


async def _measures(connection: AsyncConnection, asked: Asked) -> object:
    return (await _ANSWERING.measures(connection, asked)).model_dump_json()


async def _costs(connection: AsyncConnection, asked: Asked) -> object:
    return (await _ANSWERING.costs(connection, asked)).model_dump_json()


async def _report(connection: AsyncConnection, asked: Asked) -> object:
    return report_html(await _ANSWERING.report(connection, asked))


_PAGES: dict[str, Page] = {"measures": _measures, "costs": _costs, "report": _report}


async def _p95(engine: AsyncEngine, page: Page, by: By, councils: Sequence[str | None]) -> float:
    """Returns the seconds in which all but one of twenty readings are answered."""
    seconds = []
    for council in councils:
        asked = Asked(council, FIRST_DAY, FIRST_DAY + timedelta(days=DAYS), by)
        begin = time.perf_counter()
        async with engine.connect() as connection:
            await page(connection, asked)
        seconds.append(time.perf_counter() - begin)
    return sorted(seconds)[max(0, round(0.95 * len(seconds)) - 1)]


async def measure(copies: int) -> None:
    """Prints everything."""
    with tempfile.TemporaryDirectory(prefix="stockbridge-bench-") as folder:
        postgres = Postgres(Path(folder) / "postgres")
        await postgres.start()
        try:
            engine = create_engine(SecretStr(await postgres.create_database("evidence")))
            await upgrade_to_head(engine, "services.evidence")
            await _print_all(engine, copies)
            await engine.dispose()
        finally:
            await postgres.stop()


async def _print_all(engine: AsyncEngine, copies: int) -> None:
    count, seconds, bare = await build(engine, copies)
    print(f"{copies:,} copies, {len(COUNCILS)} councils, {count:,} events")
    print(f"facts built at {count / seconds:,.0f} events/s; the bare consumer {count / bare:,.0f} events/s")
    print(f"largest memory so far: {_memory()}")
    for name, page in _PAGES.items():
        for by in By:
            one = await _p95(engine, page, by, COUNCILS[:_ASKED_COUNCILS])
            every = await _p95(engine, page, by, [None] * _TIMES_FOR_ALL)
            print(f"{name:8} by {by.value:8} one council {one:6.2f} s   all councils {every:6.2f} s")
    print(f"largest memory: {_memory()}")


def _memory() -> str:
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("copies", nargs="?", type=int, default=100_000)
    asyncio.run(measure(parser.parse_args().copies))
