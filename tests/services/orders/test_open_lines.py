"""`/v1/open-lines`: what a supplier still owes, in pages and as one table, so that another supplier can quote on it."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bench.filling import COUNCIL, fill_order_book
from services.orders.store.open_lines import OpenLine, OpenLinesFilter, open_lines_of
from shared.contracts.delivery import Leg
from shared.http.tables import as_csv, csv_rows
from tests.services.orders.conftest import Orders
from tests.services.orders.goods import answered, line_of, received
from tests.services.orders.switched import Switches
from tests.services.plans import scans_of


def an_order(number: str, **other: Any) -> dict[str, Any]:
    """An order of one line with copies for both branches; those for Lowestoft are of the consortium."""
    copies = [
        {"branch": "IPSW", "fund": "FIC"},
        {"branch": "LOWE", "fund": "FIC", "quantity": 2, "sequence": "ANF", "shelfmark": "F", "servicing": ["BJ", "BC"]},
        {"branch": "LOWE", "fund": "REF"},
    ]
    line = {"line_number": 7, "isbn": "9780141439518", "title": "=Emma", "author": "Austen", "copies": copies}
    return {"order_number": number, "lines": [{**line, "unit_price": {"minor": 899}, **other}]}


async def table(orders: Orders, query: str = "supplier_id=consortium") -> list[dict[str, str]]:
    headers = {**orders.headers, "Accept": "text/csv"}
    answer = await orders.client.get(f"/v1/open-lines?{query}", headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8"), answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


async def pages(orders: Orders, query: str = "supplier_id=consortium", limit: int = 1) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = await orders.get(f"/v1/open-lines?{query}&limit={limit}{cursor}")
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"


async def test_a_line_says_all_that_another_supplier_needs_to_quote_on_it(orders: Orders) -> None:
    placed = await orders.placed(an_order("SFK-1"))
    (line,) = await pages(orders)
    of_line = ("order_number", "line_number", "isbn", "title", "author", "material", "unit_price", "ordered_at")
    emma = ("SFK-1", 7, "9780141439518", "=Emma", "Austen", "book", {"minor": 899, "currency": "GBP"}, placed["placed_at"])
    assert tuple(line[name] for name in of_line) == emma
    fields = ("branch", "branch_name", "quantity", "fund", "sequence", "shelfmark", "servicing", "promised_on")
    assert [tuple(part[name] for name in fields) for part in line["copies"]] == [
        ("LOWE", "Lowestoft Library", 2, "FIC", "ANF", "F", ["BJ", "BC"], None),
        ("LOWE", "Lowestoft Library", 1, "REF", "", "", [], None),
    ]


async def test_the_table_has_the_same_and_no_text_that_a_spreadsheet_would_calculate(orders: Orders) -> None:
    placed = await orders.placed(an_order("SFK-1"))
    first, second = await table(orders)
    assert (first["title"], first["unit_price"], first["currency"], first["servicing"]) == ("'=Emma", "8.99", "GBP", "BJ BC")
    assert [(row["branch"], row["quantity"], row["fund"]) for row in (first, second)] == [
        ("LOWE", "2", "FIC"),
        ("LOWE", "1", "REF"),
    ]
    assert first["ordered_on"] == placed["placed_at"][:10]


async def test_only_what_is_still_wanted_from_the_supplier_is_in_it(orders: Orders) -> None:
    _, cancelled, arrived = [await orders.placed(an_order(f"SFK-{number}")) for number in range(3)]
    sent = (
        answered(cancelled, line_of(cancelled, "consortium", 7), "222"),
        received(arrived, line_of(arrived, "consortium", 7), Leg.DIRECT),
    )
    await orders.hear(*sent)
    assert [line["order_number"] for line in await pages(orders)] == ["SFK-0"]
    await Switches(orders).begun(open_copies="cancel", to_supplier=None)
    assert (await pages(orders), await table(orders)) == ([], [])


async def test_branch_and_material_narrow_it_and_other_councils_see_nothing(orders: Orders) -> None:
    await orders.placed(an_order("SFK-1"))
    await orders.placed(an_order("SFK-2", material="film"))
    assert [line["order_number"] for line in await pages(orders, "supplier_id=consortium&material=film")] == ["SFK-2"]
    assert await pages(orders, "supplier_id=consortium&branch=IPSW") == []
    assert len(await pages(orders, "supplier_id=national&branch=IPSW")) == 2
    assert await table(orders.of_council("GB-NFK")) == []


async def test_a_supplier_must_be_named(orders: Orders) -> None:
    answer = await orders.client.get("/v1/open-lines", headers=orders.headers)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/query/supplier_id")


@pytest.mark.parametrize("limit", [1, 2, 200])
async def test_pages_of_any_size_and_the_table_have_the_same_lines_each_once(orders: Orders, limit: int) -> None:
    placed = [await orders.placed(an_order(f"SFK-{number}")) for number in range(5)]
    listed = [line["line_key"] for line in await pages(orders, limit=limit)]
    assert sorted(listed) == sorted(line_of(order, "consortium", 7)["line_key"] for order in placed)
    # Each line has two entries of copies.
    assert [row["line_key"] for row in await table(orders)] == [key for key in listed for _ in range(2)]


async def test_a_table_of_several_parts_has_each_line_once(orders: Orders) -> None:
    copies = [{"branch": "LOWE", "fund": "FIC"}]
    lines = [{"line_number": number, "isbn": "9780141439518", "copies": copies} for number in range(1, 402)]
    await orders.placed({"order_number": "SFK-1", "lines": lines})
    assert [int(row["line_number"]) for row in await table(orders)] == list(range(1, 402))


@pytest.fixture
async def filled(orders: Orders) -> AsyncEngine:
    """The order book with 250 orders of one council, a tenth of whose copies are open."""
    await fill_order_book(orders.engine, 10_000)
    return orders.engine


async def test_a_page_follows_the_supplier_s_orders_by_index_and_ends_where_it_is_full(filled: AsyncEngine) -> None:
    async with filled.connect() as connection:
        # As with a million copies: in small tables PostgreSQL would rather read everything and sort it.
        for setting in ("enable_seqscan", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin"):
            await connection.execute(text(f"SET LOCAL {setting} = off"))
        rare = OpenLinesFilter(COUNCIL, "rare")
        found: list[OpenLine] = []

        async def page() -> None:
            found.extend(await open_lines_of(connection, rare, after=None, limit=5))

        scans = await scans_of(connection, page)
        read = {table: sum(scan.rows for scan in scans if scan.table == table) for table in ("order_state", "order_line", "copy")}
        assert len(found) == 5
        assert [scan for scan in scans if "Seq Scan" in scan.kind] == []
        assert max(read.values()) <= 12 * len(found) + 10, (read, scans)
        after = found[-1].keys
        following = await open_lines_of(connection, rare, after=after, limit=1_000)
        whole = await open_lines_of(connection, rare, after=None, limit=1_000)
    assert [line.keys for line in found + following] == [line.keys for line in whole]


@given(st.lists(st.lists(st.text("ab,\"\n\r =-+@'", max_size=5), min_size=1, max_size=3), max_size=6))
@settings(max_examples=50)
def test_a_table_sent_in_parts_is_the_table(rows: list[list[str]]) -> None:
    parts = as_csv(["heading"], rows[:2]) + csv_rows(rows[2:])
    assert parts == as_csv(["heading"], rows)
