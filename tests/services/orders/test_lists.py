"""Lists of orders: what they are found by is kept right by the database, and a page reads little more than it shows."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bench.filling import COUNCIL, RARE_SUPPLIER, fill_order_book
from services.orders.store.reading import OrderFilter, list_orders, state_counts
from shared.contracts.orders import CopyState
from tests.services.migrating import migrated, rows_of
from tests.services.orders.conftest import Orders, an_order
from tests.services.plans import scans_of

_PAGE = 20
_KEPT = "SELECT order_id, supplier_id, state, council, placed_at, copies FROM order_state"
_COUNTED = """
SELECT o.order_id, l.supplier_id, c.state, o.council, o.placed_at, count(*)
FROM copy c, order_line l, purchase_order o WHERE c.line_key = l.line_key AND l.order_id = o.order_id GROUP BY 1, 2, 3
"""
_ASKING = "SELECT order_id FROM purchase_order WHERE asking"
_ASKED = "SELECT DISTINCT order_id FROM order_line WHERE attention <> ''"


async def _assert_kept(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        assert await rows_of(connection, _KEPT) == await rows_of(connection, _COUNTED)
        assert await rows_of(connection, _ASKING) == await rows_of(connection, _ASKED)


async def test_counting_a_batch_of_copies_reads_no_whole_table(orders: Orders) -> None:
    """A plan that reads whole tables makes placing orders slower with every order in the book."""
    for number in range(4):
        await orders.placed(an_order(f"SFK-{number}"))
    read_whole = """
        SELECT relname FROM pg_stat_xact_user_tables
        WHERE seq_scan > 0 AND relname IN ('order_line', 'purchase_order', 'order_state')
    """
    async with orders.engine.begin() as connection:
        again = """
            INSERT INTO copy
                (copy_id, order_id, line_key, copy_number, branch_code, fund, sequence, shelfmark, servicing, state)
            SELECT gen_random_uuid(), order_id, line_key, copy_number + 100,
                branch_code, fund, sequence, shelfmark, servicing, state
            FROM copy
        """
        await connection.execute(text(again))
        await connection.execute(text("UPDATE copy SET state = 'cancelled'"))
        assert await rows_of(connection, read_whole) == []
    await _assert_kept(orders.engine)


async def test_states_and_questions_of_orders_are_kept_whatever_happens_to_copies_and_lines(orders: Orders) -> None:
    for number in range(4):
        await orders.placed(an_order(f"SFK-{number}"))
    await _assert_kept(orders.engine)
    chance = Random(1)
    async with orders.engine.connect() as connection:
        copies = [row[0] for row in await rows_of(connection, "SELECT copy_id FROM copy")]
        lines = [row[0] for row in await rows_of(connection, "SELECT line_key FROM order_line")]
    for _ in range(30):
        moved = [{"id": copy_id, "state": chance.choice(list(CopyState)).value} for copy_id in chance.sample(copies, 5)]
        asked = [{"key": key, "text": chance.choice(["", "Decide", "Ask"])} for key in chance.sample(lines, 3)]
        async with orders.engine.begin() as connection:
            await connection.execute(text("UPDATE copy SET state = :state WHERE copy_id = :id"), moved)
            await connection.execute(text("UPDATE order_line SET attention = :text WHERE line_key = :key"), asked)
        await _assert_kept(orders.engine)
    async with orders.engine.begin() as connection:
        await connection.execute(text("UPDATE copy SET state = 'received', barcode = NULL"))
        await connection.execute(text("UPDATE order_line SET attention = ''"))
    await _assert_kept(orders.engine)


async def test_an_order_of_two_suppliers_is_listed_once(orders: Orders) -> None:
    placed = [(await orders.placed(an_order(f"SFK-{number}")))["order_id"] for number in range(3)]
    for narrowed in (
        "state=ordered",
        "supplier_id=consortium",
        "state=ordered&supplier_id=national",
        "state=ordered&attention=false",
    ):
        listed: list[str] = []
        cursor = ""
        while len(listed) < 9:
            page = await orders.get(f"/v1/orders?{narrowed}&limit=2{cursor}")
            listed += [item["order_id"] for item in page["items"]]
            if page["next_cursor"] is None:
                break
            cursor = f"&cursor={page['next_cursor']}"
        assert sorted(listed) == sorted(placed), narrowed
        assert page["items"][0]["copies"] == {"ordered": 4}


async def test_orders_are_listed_by_days_of_the_council_and_by_moments(orders: Orders) -> None:
    orders.clock.advance(datetime(2026, 6, 30, 22, 59, tzinfo=UTC) - orders.clock.now())
    await orders.placed(an_order("SFK-JUNE"))
    orders.clock.advance(timedelta(minutes=1))
    await orders.placed(an_order("SFK-JULY"))

    async def listed(query: str) -> list[str]:
        return [one["order_number"] for one in (await orders.get(f"/v1/orders?{query}"))["items"]]

    assert await listed("placed_from=2026-07-01") == await listed("placed_from=2026-06-30T23:00:00Z") == ["SFK-JULY"]
    assert await listed("placed_before=2026-07-01") == ["SFK-JUNE"]
    assert await listed("placed_from=2026-06-30&placed_before=2026-07-02") == ["SFK-JULY", "SFK-JUNE"]
    answer = await orders.client.get("/v1/orders?placed_from=2026-06-30T23:00:00", headers=orders.headers)
    assert (answer.status_code, "%2B" in answer.json()["errors"][0]["detail"]) == (422, True)


async def test_suppliers_are_listed_in_pages_by_id(orders: Orders) -> None:
    first = await orders.get("/v1/suppliers?limit=1")
    last = await orders.get(f"/v1/suppliers?limit=1&cursor={first['next_cursor']}")
    assert [one["supplier_id"] for page in (first, last) for one in page["items"]] == ["consortium", "national"]
    assert last["next_cursor"] is None


@pytest.fixture
async def filled(orders: Orders) -> AsyncEngine:
    """The order book with 250 orders of one council, the newest of which have no copy missing."""
    await fill_order_book(orders.engine, 10_000)
    return orders.engine


_LISTS: dict[str, dict[str, Any]] = {
    "all": {},
    "that ask": {"attention": True},
    "that do not ask": {"attention": False},
    "by a state that only the oldest have": {"state": CopyState.MISSING},
    "by a state that most have": {"state": CopyState.RECEIVED},
    "by a state that none has": {"state": CopyState.DAMAGED},
    "by a supplier of the oldest": {"supplier_id": RARE_SUPPLIER},
    "by a supplier of most": {"supplier_id": "supplier-1"},
    "by an unknown supplier": {"supplier_id": "nobody"},
    "by number": {"order_number": "PO-9"},
}


async def test_a_page_reads_little_more_than_it_shows(filled: AsyncEngine) -> None:
    async with filled.connect() as connection:
        # As with a million copies: in small tables PostgreSQL would rather read everything and sort it.
        for setting in ("enable_seqscan", "enable_bitmapscan"):
            await connection.execute(text(f"SET LOCAL {setting} = off"))
        for name, wanted in _LISTS.items():
            shown: list[UUID] = []

            async def page(wanted: dict[str, Any] = wanted, shown: list[UUID] = shown) -> None:
                rows = await list_orders(connection, OrderFilter(COUNCIL, **wanted), after=None, limit=_PAGE)
                shown += [row.order_id for row in rows]
                await state_counts(connection, shown)

            scans = await scans_of(connection, page)
            # The order, its row for a state or a supplier, and its counts: it has at most a few states.
            assert sum(scan.rows for scan in scans) <= 8 * len(shown) + 10, (name, scans)


_BEFORE = (
    "INSERT INTO purchase_order SELECT md5(n::text)::uuid, 'GB-SFK', 'PO-' || n, 'key-' || n, '', now(), 'test', 1 "
    "FROM generate_series(1, 3) AS n",
    "INSERT INTO order_line (line_key, order_id, line_number, supplier_id, isbn, title, author, material, attention) "
    "SELECT 'SB-' || n, md5(((n + 1) / 2)::text)::uuid, n, 'supplier-' || n % 2, 'i', '', '', '', "
    "CASE n WHEN 3 THEN 'Decide' ELSE '' END FROM generate_series(1, 6) AS n",
    "INSERT INTO copy (copy_id, order_id, line_key, copy_number, branch_code, fund, sequence, shelfmark, servicing, state) "
    "SELECT md5('c' || n)::uuid, md5(((n % 6 + 2) / 2)::text)::uuid, 'SB-' || n % 6 + 1, 1, 'IPSW', 'FIC', '', '', '{}', "
    "(ARRAY['sent', 'received'])[n % 2 + 1] FROM generate_series(1, 20) AS n",
)


async def test_the_migration_counts_what_is_there(database_url: str) -> None:
    async with migrated(database_url, "services.orders", before="0009", rows=_BEFORE) as engine:
        await _assert_kept(engine)
        async with engine.connect() as connection:
            assert len(await rows_of(connection, _KEPT)) == 6
            assert len(await rows_of(connection, _ASKING)) == 1
