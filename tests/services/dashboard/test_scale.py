"""The overview reads counts and what waits for a person, not all copies. `python -m bench` measures the same with a million."""

import pytest
from sqlalchemy import text

from bench.filling import COUNCIL, fill_read_model
from services.dashboard.usecases.overview import read_overview
from tests.services.hearing import Hearing
from tests.services.plans import scans_of

_COPIES = 6_000
# Of the filled tables: 200 copies are missing or damaged, and some dozens of each other kind wait for a person.
_MOST_READ = {"copy": 800, "consigned_copy": 200, "cancellation": 100, "decision": 100, "sending": 50, "invoice": 100}


@pytest.mark.parametrize("council", [None, COUNCIL], ids=["all councils", "one council"])
async def test_the_overview_reads_what_waits_and_not_what_is_settled(dashboard: Hearing, council: str | None) -> None:
    await fill_read_model(dashboard.engine, _COPIES)
    async with dashboard.engine.connect() as connection:
        # As with a million copies: in small tables PostgreSQL would rather read everything.
        await connection.execute(text("SET LOCAL enable_seqscan = off"))
        scans = await scans_of(connection, lambda: read_overview(connection, council, dashboard.clock))
        overview = await read_overview(connection, council, dashboard.clock)
    assert overview.totals.ordered == (_COPIES if council is None else _COPIES // 8)
    read = {table: sum(scan.rows for scan in scans if scan.table == table) for table in _MOST_READ}
    assert {table: rows for table, rows in read.items() if rows > _MOST_READ[table]} == {}, scans
    assert {scan.table for scan in scans if scan.kind == "Seq Scan"} & _MOST_READ.keys() == set()
