"""`python -m bench.table_sizes`: how much every table grows with each ordered copy, measured on a stack's own rows.

A table of few rows has mostly empty pages, so its rows are measured in a copy of it that has them many times over, with the
same indexes. What the run leaves empty is not listed.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from local.stack import Stack, StackOptions
from local.stack.options import SimulatorOptions
from local.stack.programs import PROCESSES, database_of
from shared.db.engine import create_engine
from tests.faults.order_file import some_orders
from tests.faults.play import playing

_ORDERS = 12
_ROWS = 4_000
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY 1"
_INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = :table"
_COPIES_ORDERED = "SELECT count(*) FROM copy"


@dataclass(frozen=True, slots=True)
class Growth:
    """Rows of a table for each ordered copy, and bytes of a row with its part of the indexes."""

    database: str
    table: str
    rows_per_copy: float
    bytes_per_row: float


async def measure(folder: Path) -> list[Growth]:
    """Plays orders through to receipt and invoice, and measures every table that has rows then."""
    simulators = SimulatorOptions(national_invoices="despatch", late_delay=1.0, release_delay=1.0, invoice_delay=1.0)
    async with Stack(StackOptions(folder, simulators=simulators)) as stack, playing(stack) as play:
        await play.place(some_orders("SIZE", _ORDERS))
        await play.rest()
        copies = (await play.databases.rows("orders", _COPIES_ORDERED))[0]["count"]
        found: list[Growth] = []
        for process in PROCESSES:
            engine = create_engine(SecretStr(stack.postgres.url(database_of(process))))
            async with engine.begin() as connection:
                tables = list((await connection.execute(text(_TABLES))).scalars())
                sizes = [(table, await _size(connection, table)) for table in tables]
                await connection.rollback()
            await engine.dispose()
            found += [Growth(process, table, rows / copies, size) for table, (rows, size) in sizes if rows]
        return found


async def _size(connection: AsyncConnection, table: str) -> tuple[int, float]:
    """Returns the number of rows, and the bytes of one."""
    rows = (await connection.execute(text(f'SELECT count(*) FROM "{table}"'))).scalar_one()
    if not rows:
        return 0, 0.0
    times = -(-_ROWS // rows)
    await connection.execute(text(f'CREATE TABLE measured (LIKE "{table}")'))
    await connection.execute(text(f'INSERT INTO measured SELECT t.* FROM "{table}" AS t, generate_series(1, {times})'))
    for index in _indexes(list((await connection.execute(text(_INDEXES), {"table": table})).scalars())):
        await connection.execute(text(index))
    size = (await connection.execute(text("SELECT pg_total_relation_size('measured')"))).scalar_one()
    await connection.execute(text("DROP TABLE measured"))
    return rows, size / (rows * times)


def _indexes(definitions: list[str]) -> Iterator[str]:
    """Yields the same indexes for the copy: not unique, and without compression of equal keys, for the real keys differ."""
    for number, definition in enumerate(definitions):
        made = re.sub(r"^CREATE (UNIQUE )?INDEX \S+ ON \S+", f"CREATE INDEX measured_{number} ON measured", definition)
        if " USING btree " in made:
            columns, _, condition = made.partition(" WHERE ")
            made = f"{columns} WITH (deduplicate_items = off)" + (f" WHERE {condition}" if condition else "")
        yield made


def main() -> None:
    """Prints one line for each table, the ones that grow most first, with their size after a million copies."""
    with tempfile.TemporaryDirectory(prefix="stockbridge-sizes-") as folder:
        found = asyncio.run(measure(Path(folder)))
    for growth in sorted(found, key=lambda one: (one.database, -one.rows_per_copy * one.bytes_per_row)):
        gigabytes = growth.rows_per_copy * growth.bytes_per_row / 1_000
        print(
            f"{growth.database:22} {growth.table:20} {growth.rows_per_copy:8.2f} rows a copy"
            f"{growth.bytes_per_row:9.0f} bytes a row{gigabytes:9.2f} GB a million copies"
        )


if __name__ == "__main__":
    main()
