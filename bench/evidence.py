"""Measures evidence at national size: building the facts from events, the time of each page, and memory.

    python -m bench.evidence                            # 100,000 copies
    python -m bench.evidence 1000000                    # a million need 4 GB of disk
    python -m bench.evidence 1000000 --folder FOLDER    # keeps the database there, and measures only pages if it is there already

150 councils order from 3 suppliers (`lives.py`), and two of three state what their work costs. Events are handled in batches of
500, as from Kafka; making them is not measured. The bare consumer of the same run takes the same batches apart into events, and
does nothing with these. A page is read and rendered as for a caller; p95 is over 20 councils, or the slowest of 3 readings for
all councils together. Processor seconds, the mean of a page's, are those of this process and of PostgreSQL: other programs on the
machine change them less than the time. Memory is the largest proportional set size of either. This process also makes the events.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path

import psutil
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bench.lives import COUNCILS, DAYS, FIRST_DAY, lives
from bench.peaks import peaks_of
from local.machine.postgres import Postgres
from services.evidence.api import Answering
from services.evidence.domain.asking import Asked, By
from services.evidence.domain.cost_models import Activity, CostModel, Effort
from services.evidence.domain.facts import GatheredCopies
from services.evidence.incoming import handlers, subscription
from services.evidence.reports import report_html
from services.evidence.usecases.costing import set_model
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
_DATABASE = "evidence"
_EFFORTS = dict.fromkeys(Activity, Effort(Decimal("2.5"), 1_850, "council"))

Page = Callable[[AsyncConnection, Asked], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds that 95 of 100 readings took at most, and the mean of their processor seconds."""

    p95: float
    processor: float


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
    return count, seconds, of_bare


def _batch(happened: Iterator[tuple[Event, int]]) -> Sequence[Envelope]:
    return [to_envelope(event, clock=_CLOCK, version=version) for event, version in islice(happened, _BATCH)]


async def _state_costs(engine: AsyncEngine) -> None:
    """States the costs of work of two councils of three, from two days on."""
    stated = [council for number, council in enumerate(COUNCILS) if number % 3]
    async with engine.begin() as connection:
        for council in stated:
            for first in (FIRST_DAY, FIRST_DAY + timedelta(days=DAYS // 2)):
                await set_model(connection, CostModel(council, first, None, "GBP", _EFFORTS, "bench", _CLOCK.now()), None)


async def _tidy(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text("VACUUM ANALYZE"))


async def _measures(connection: AsyncConnection, asked: Asked) -> object:
    return (await _ANSWERING.measures(connection, asked)).model_dump_json()


async def _costs(connection: AsyncConnection, asked: Asked) -> object:
    return (await _ANSWERING.costs(connection, asked)).model_dump_json()


async def _report(connection: AsyncConnection, asked: Asked) -> object:
    return report_html(await _ANSWERING.report(connection, asked))


async def _handling(connection: AsyncConnection, asked: Asked) -> object:
    return (await _ANSWERING.handling(connection, asked)).model_dump_json()


# By switch, a question needs one, and is about few copies.
_GROUPED = tuple(by for by in By if by is not By.SWITCH)
_PAGES: dict[str, tuple[Page, Sequence[By]]] = {
    "measures": (_measures, _GROUPED),
    "costs": (_costs, _GROUPED),
    "report": (_report, _GROUPED),
    "handling": (_handling, (By.ROUTE,)),
}


async def _took(engine: AsyncEngine, server: int, page: Page, by: By, councils: Sequence[str | None]) -> Took:
    seconds, processor = [], _processor_seconds(server)
    for council in councils:
        asked = Asked(council, FIRST_DAY, FIRST_DAY + timedelta(days=DAYS), by)
        begin = time.perf_counter()
        async with engine.connect() as connection:
            await page(connection, asked)
        seconds.append(time.perf_counter() - begin)
    p95 = sorted(seconds)[max(0, round(0.95 * len(seconds)) - 1)]
    return Took(p95, (_processor_seconds(server) - processor) / len(seconds))


def _processor_seconds(server: int) -> float:
    """Returns those of this process, of the server and of all its children, past ones too."""
    postgres = psutil.Process(server)
    spent = sum(postgres.cpu_times()[:4])
    return time.process_time() + spent + sum(sum(child.cpu_times()[:2]) for child in postgres.children())


async def measure(copies: int, folder: Path) -> None:
    """Prints everything."""
    postgres = Postgres(folder / "postgres")
    await postgres.start()
    try:
        assert postgres.pid is not None
        await _print_all(postgres, postgres.pid, copies)
    finally:
        await postgres.stop()


async def _print_all(postgres: Postgres, server: int, copies: int) -> None:
    is_built = await postgres.has_database(_DATABASE)
    engine = create_engine(SecretStr(postgres.url(_DATABASE) if is_built else await postgres.create_database(_DATABASE)))
    if not is_built:
        await upgrade_to_head(engine, "services.evidence")
        await _print_building(engine, server, copies)
    await _print_pages(engine, server)
    await engine.dispose()


async def _print_building(engine: AsyncEngine, server: int, copies: int) -> None:
    with peaks_of({"service": os.getpid(), "PostgreSQL": server}) as peaks:
        count, seconds, bare = await build(engine, copies)
    await _state_costs(engine)
    await _tidy(engine)
    print(f"{copies:,} copies, {len(COUNCILS)} councils, {count:,} events; load of the machine {os.getloadavg()[1]:.1f}")
    print(f"facts built at {count / seconds:,.0f} events/s; the bare consumer {count / bare:,.0f} events/s")
    print(f"largest memory while building: {_in_words(peaks)}")


async def _print_pages(engine: AsyncEngine, server: int) -> None:
    with peaks_of({"service": os.getpid(), "PostgreSQL": server}) as peaks:
        for name, (page, groupings) in _PAGES.items():
            for by in groupings:
                one = await _took(engine, server, page, by, COUNCILS[:_ASKED_COUNCILS])
                every = await _took(engine, server, page, by, [None] * _TIMES_FOR_ALL)
                print(f"{name:8} by {by.value:8} one council {_shown(one)}   all councils {_shown(every)}", flush=True)
    print(f"largest memory while answering: {_in_words(peaks)}; load of the machine {os.getloadavg()[1]:.1f}")


def _shown(took: Took) -> str:
    return f"{took.p95:6.2f} s (processor {took.processor:5.2f} s)"


def _in_words(peaks: dict[str, float]) -> str:
    return ", ".join(f"{name} {size:,.0f} MiB" for name, size in peaks.items())


def main() -> None:
    """Measures in the folder that is named, or in one that is removed afterwards."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("copies", nargs="?", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="where the database is kept")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="stockbridge-bench-") as passing:
        asyncio.run(measure(chosen.copies, chosen.folder or Path(passing)))


if __name__ == "__main__":
    main()
