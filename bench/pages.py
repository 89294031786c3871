"""`python -m bench.pages`: pages of the dashboard with 1,000,000 copies and 20,000 waiting things, each beside its bare queries.

A page is a request over the loopback to a process of its own. Its bare queries are the same statements with the same values,
sent by the driver on one warm connection, with nothing before, between and after them. Both take turns.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

import asyncpg
from pydantic import SecretStr

from bench.filling import COUNCIL, fill_read_model, fill_waiting
from bench.seat import Desk, Seat, Statement
from bench.showing import measure_showing
from bench.table import Row, markdown, p95
from local.brokers.tansu import Tansu
from local.machine.postgres import Postgres
from shared.clock import SystemClock
from shared.db.engine import create_engine
from shared.db.migrations import upgrade_to_head
from shared.logs import configure_logs

_COPIES, _WAITING = 1_000_000, 20_000
_ROUNDS, _WARMING = 200, 10
_LIMIT = 2.0
_MOST_MEGABYTES = 250.0
_MEGABYTE = 1_000_000
_SHOWN = (200, 303)


@dataclass(frozen=True, slots=True)
class _Page:
    """A page in words, its address, and who looks at it: a person of a council, or of all."""

    words: str
    path: str
    council: str | None


async def measure(folder: Path) -> list[Row]:
    """Returns rows of the table; `folder` is for the database of the run. Filling it takes half of the time."""
    postgres, broker = Postgres(folder / "postgres", durable=False), Tansu(folder / "broker.log")
    await asyncio.gather(postgres.start(), broker.start())
    try:
        url = await postgres.create_database("dashboard")
        await _fill(url)
        return await measure_filled(url, folder, broker.bootstrap)
    finally:
        await asyncio.gather(postgres.stop(), broker.stop())


async def measure_filled(url: str, folder: Path, broker: str) -> list[Row]:
    """Returns rows for the read model of a database that is filled."""
    desk = Desk(url, folder, broker=broker)
    async with desk.running():
        bare = await asyncpg.connect(url.replace("+asyncpg", ""))
        seats = {council: await desk.sign_in(council) for council in (COUNCIL, None)}
        rows = [await _measured(desk, seats[page.council], page, bare) for page in await _pages(bare)]
        rows.append(await measure_showing(broker, seats[None]))
        await bare.close()
        for seat in seats.values():
            seat.leave()
        rows.append(
            Row("memory of the dashboard's process after that", desk.memory / _MEGABYTE, _MOST_MEGABYTES, "MB", 1.0, higher=False)
        )
    return rows


async def _fill(url: str) -> None:
    engine = create_engine(SecretStr(url))
    try:
        await upgrade_to_head(engine, "services.dashboard")
        await fill_read_model(engine, _COPIES)
        await fill_waiting(engine, _WAITING, SystemClock().now())
    finally:
        await engine.dispose()


async def _pages(bare: asyncpg.Connection) -> list[_Page]:
    """Returns the pages that read the read model alone. Those of orders and messages ask other services besides."""
    copy = await _one(bare, "SELECT copy_id, barcode, order_number, isbn FROM copy WHERE council = $1 AND state = 'received'")
    waits = "kind = 'invoice' AND council = $1 AND waits_since IS NOT NULL"
    thing = await _one(bare, f"SELECT kind, cause, item FROM work WHERE {waits} ORDER BY item DESC")
    group = urlencode({"kind": thing["kind"], "cause": thing["cause"]})
    volume = copy["isbn"].replace("isbn-", "volume")
    of_both = {
        "desk": "/",
        "work list": "/work",
        "work list, of a supplier": "/work?supplier=supplier-1",
        "things of a group": f"/work/group?{group}",
        "trends of 28 days": "/trends",
        "trends of a year": "/trends?days=365",
    }
    of_council = {
        "the frame of all pages, with nothing in it": "/find",
        "a thing that waits": f"/work/{thing['kind']}/{thing['item']}",
        "search: 50 titles by a word": "/find?q=title",
        "search: one title by a word, to its page": f"/find?q={volume}",
        "search: number of an order, to its page": f"/find?q={copy['order_number']}",
        "search: a barcode, to its page": f"/find?q={copy['barcode']}",
        "trends of 90 days": "/trends?days=90",
    }
    # A council's copy is on the page as the order book has it; this is what the read model has.
    of_all = {"a copy": f"/copies/{copy['copy_id']}"}
    both = [_Page(words, path, council) for words, path in of_both.items() for council in (COUNCIL, None)]
    return [
        *both,
        *(_Page(words, path, COUNCIL) for words, path in of_council.items()),
        *(_Page(words, path, None) for words, path in of_all.items()),
    ]


async def _one(bare: asyncpg.Connection, query: str) -> asyncpg.Record:
    row = await bare.fetchrow(f"{query} LIMIT 1", COUNCIL)
    if row is None:
        raise RuntimeError(f"the read model has nothing for: {query}")
    return row


async def _measured(desk: Desk, seat: Seat, page: _Page, bare: asyncpg.Connection) -> Row:
    statements = await desk.statements(seat, page.path)
    ours, theirs = [], []
    for number in range(_WARMING + _ROUNDS):
        begin = time.perf_counter()
        answered = seat.get(page.path)
        between = time.perf_counter()
        await _sent_bare(bare, statements)
        end = time.perf_counter()
        if answered.status not in _SHOWN:
            raise RuntimeError(f"{page.path} answered {answered.status}")
        if number >= _WARMING:
            ours.append(1e6 * (between - begin))
            theirs.append(1e6 * (end - between))
    whose = "all councils" if page.council is None else "one council"
    count = f"{len(statements)} statement" + ("s" if len(statements) > 1 else "")
    halves = f"p50 {median(ours) / 1e3:.1f} and {median(theirs) / 1e3:.1f} ms"
    return Row(f"{page.words}, {whose}: p95, beside its {count} ({halves})", p95(ours), p95(theirs), "µs", _LIMIT, higher=False)


async def _sent_bare(bare: asyncpg.Connection, statements: Sequence[Statement]) -> None:
    for statement, values in statements:
        await bare.fetch(statement, *values)


def main() -> None:
    """Measures, and prints the table."""
    configure_logs("bench", "WARNING")
    with tempfile.TemporaryDirectory(prefix="stockbridge-bench-") as folder:
        print(markdown(asyncio.run(measure(Path(folder)))))


if __name__ == "__main__":
    main()
