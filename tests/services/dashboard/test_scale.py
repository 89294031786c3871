"""The overview reads counts and what waits for a person, not all copies. `python -m bench` measures the same with a million."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from bench.filling import COUNCIL, fill_read_model
from services.dashboard.domain.searching import Sought
from services.dashboard.domain.visitors import Role, Visitor
from services.dashboard.domain.work import WorkKind
from services.dashboard.usecases.finding import find
from services.dashboard.usecases.overview import read_overview
from services.dashboard.usecases.worklist import Filters, read_groups, read_things
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


_WAITING = """
INSERT INTO work (kind, item, council, supplier_id, cause, began_at, ended_at)
SELECT 'quarantined', n::text, 'GB-' || n % 4, 'harbour-books', 'cause ' || n % 5, timestamptz '2026-03-01Z' + n * interval '1s',
    CASE WHEN n % 2 = 0 THEN timestamptz '2026-03-03Z' END
FROM generate_series(1, 4000) AS n
"""


@pytest.mark.parametrize("council", [None, "GB-1"], ids=["all councils", "one council"])
async def test_the_work_list_reads_counts_and_of_each_cause_the_oldest(dashboard: Hearing, council: str | None) -> None:
    async with dashboard.engine.begin() as connection:
        await connection.execute(text(_WAITING))
        # Else PostgreSQL does so by itself at some moment, and plans with other figures from then on.
        await connection.execute(text("ANALYZE work, work_count"))
    async with dashboard.engine.connect() as connection:
        await connection.execute(text("SET LOCAL enable_seqscan = off"))
        now = dashboard.clock.now()
        wanted = Filters().wanted(_visitor(council), now)
        scans = await scans_of(connection, lambda: read_groups(connection, wanted))
        groups = await read_groups(connection, wanted)
        page = replace(wanted, kind=WorkKind.QUARANTINED, cause="cause 1")
        scans += await scans_of(connection, lambda: read_things(connection, page, None))
    assert sum(group.number for group in groups) == (2_000 if council is None else 1_000)
    assert sum(scan.rows for scan in scans if scan.table == "work") < 300, scans


def _visitor(council: str | None) -> Visitor:
    return Visitor("o.perez", "O. Perez", council, Role.OPERATOR, frozenset(), token="", form_key="")


async def test_a_search_reads_by_indexes_alone(dashboard: Hearing) -> None:
    await fill_read_model(dashboard.engine, _COPIES)
    async with dashboard.engine.connect() as connection:
        await connection.execute(text("SET LOCAL enable_seqscan = off"))
        for typed in ("PO-8", "SB-20", "BC-45", "INV-40", "DN-2", "isbn-8", "isbn8", "title", "PO-800", "nothing"):
            scans = await scans_of(connection, lambda typed=typed: find(connection, COUNCIL, Sought.of(typed)))  # type: ignore[misc]
            assert [scan.table for scan in scans if scan.kind == "Seq Scan"] == [], typed
            assert sum(scan.rows for scan in scans) < 1_000, (typed, scans)
