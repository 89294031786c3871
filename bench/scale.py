"""Measures what pages cost with 1,000,000 copies against 10,000: the overview of the dashboard, and lists of the order book."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bench.filling import COUNCIL, RARE_SUPPLIER, fill_order_book, fill_read_model
from bench.table import Row
from local.machine.postgres import Postgres
from services.dashboard.usecases.overview import read_overview
from services.orders.store.reading import OrderFilter, list_orders, state_counts
from shared.clock import SystemClock
from shared.contracts.orders import CopyState
from shared.db.engine import create_engine
from shared.db.migrations import upgrade_to_head

_FEW, _MANY = 10_000, 1_000_000
_ROUNDS = 31
_PAGE = 50
_CLOCK = SystemClock()

Page = Callable[[AsyncConnection], Awaitable[object]]
Fill = Callable[[AsyncEngine, int], Awaitable[None]]


async def _overview(connection: AsyncConnection) -> object:
    return await read_overview(connection, None, _CLOCK)


async def _overview_of_council(connection: AsyncConnection) -> object:
    return await read_overview(connection, COUNCIL, _CLOCK)


def _orders(**wanted: Any) -> Page:
    async def page(connection: AsyncConnection) -> object:
        rows = await list_orders(connection, OrderFilter(COUNCIL, **wanted), after=None, limit=_PAGE)
        return await state_counts(connection, [row.order_id for row in rows])

    return page


_OVERVIEWS = {"overview of all councils": _overview, "overview of one council": _overview_of_council}
# States and suppliers that only the oldest orders have: the last place where a list that begins with the newest would look.
_LISTS = {
    "list of orders by attention": _orders(attention=True),
    "list of orders by a state": _orders(state=CopyState.MISSING),
    "list of orders by a supplier": _orders(supplier_id=RARE_SUPPLIER),
}


async def measure(folder: Path) -> list[Row]:
    """Returns rows of the table; `folder` is for the databases of the run. Filling them takes most of the time."""
    postgres = Postgres(folder / "postgres", durable=False)
    await postgres.start()
    try:
        return [
            *await _growth(postgres, "services.dashboard", fill_read_model, _OVERVIEWS),
            *await _growth(postgres, "services.orders", fill_order_book, _LISTS),
        ]
    finally:
        await postgres.stop()


async def _growth(postgres: Postgres, package: str, fill: Fill, pages: Mapping[str, Page]) -> list[Row]:
    few, many = [await _filled(postgres, package, fill, copies) for copies in (_FEW, _MANY)]
    try:
        costs = {claim: await _costs(few, many, page) for claim, page in pages.items()}
    finally:
        await few.dispose()
        await many.dispose()
    return [
        Row(f"{claim} with {_MANY:,} copies against {_FEW:,}", ours, yardstick, "µs", 2.0, higher=False)
        for claim, (ours, yardstick) in costs.items()
    ]


async def _filled(postgres: Postgres, package: str, fill: Fill, copies: int) -> AsyncEngine:
    name = f"{package.rsplit('.', 1)[1]}_{copies}"
    engine = create_engine(SecretStr(await postgres.create_database(name)))
    await upgrade_to_head(engine, package)
    await fill(engine, copies)
    return engine


async def _costs(few: AsyncEngine, many: AsyncEngine, page: Page) -> tuple[float, float]:
    """Returns the median microseconds of a page with many copies and with few; they take turns."""
    spent: dict[AsyncEngine, list[float]] = {many: [], few: []}
    async with few.connect() as one, many.connect() as other:
        for _ in range(_ROUNDS):
            for engine, connection in ((few, one), (many, other)):
                begin = time.perf_counter()
                await page(connection)
                spent[engine].append(1e6 * (time.perf_counter() - begin))
    return median(spent[many]), median(spent[few])
