"""Records before goods: whether each title's record is served, at a consignment, at its receipt, and by supplier."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest

from services.delivery.app import PACKAGE
from services.delivery.incoming import handlers
from services.delivery.store import records
from shared.bus import to_statement
from shared.contracts.catalogue import TitleChanged
from shared.contracts.orders import OrderedLine
from tests.builders import (
    DVD,
    HUB,
    ISBN,
    NORFOLK,
    OTHER_ISBN,
    SUFFOLK,
    UNKNOWN_ISBN,
    a_branch,
    a_despatch,
    a_despatched_line,
    a_parcel,
    a_title_changed,
    an_order_placed,
    an_ordered_line,
)
from tests.fixtures.tokens import Tokens
from tests.services.delivery.conftest import Delivery, Json
from tests.services.hearing import Hearing
from tests.services.migrating import migrated, rows_of
from tests.services.plans import scans_of

_HOUR = timedelta(hours=1)
_MARCH = {"from": "2026-03-01", "to": "2026-03-31"}


def _served(delivery: Delivery, isbn: str = ISBN, version: int = 1) -> TitleChanged:
    """The catalogue serves a record from now on."""
    return a_title_changed(isbn, version=version, changed_at=delivery.clock.now())


async def _goods(delivery: Delivery, *isbns: str, council: str = SUFFOLK, supplier: str = "eastern", number: str = "D-1") -> str:
    """One copy of each title is on the way; the id of its consignment."""
    lines = [an_ordered_line(isbn, supplier=supplier, number=place) for place, isbn in enumerate(isbns, start=1)]
    await delivery.hears(an_order_placed(*lines, council=council, number=f"PO-{number}"))
    parcel = a_parcel(*map(a_despatched_line, lines))
    await delivery.hears(a_despatch(parcel, number=number, supplier=supplier, council=council))
    listed = (await delivery.get("/v1/consignments", council=council)).json()["items"]
    (found,) = [row["consignment_id"] for row in listed if row["despatch_number"] == number]
    return str(found)


async def _receives(delivery: Delivery, consignment_id: str, *isbns: str, council: str = SUFFOLK) -> Json:
    body = {"scans": [{"isbn": isbn} for isbn in isbns]}
    answer = await delivery.post_receipt(consignment_id, body, council=council)
    assert answer.status_code == 201, answer.text
    receipt: Json = answer.json()
    return receipt


async def _figures(delivery: Delivery, *, council: str = SUFFOLK, **period: str) -> list[Json]:
    answer = await delivery.get("/v1/records-before-goods", _MARCH | period, council=council)
    assert answer.status_code == 200, answer.text
    suppliers: list[Json] = answer.json()["suppliers"]
    return suppliers


async def test_a_consignment_shows_which_titles_have_no_served_record(delivery: Delivery) -> None:
    await delivery.hears(_served(delivery))
    await _goods(delivery, ISBN, OTHER_ISBN, UNKNOWN_ISBN)
    shown = (await delivery.consignment())["records"]
    assert shown == {"titles": 3, "served": 1, "missing": sorted([OTHER_ISBN, UNKNOWN_ISBN])}
    await delivery.hears(_served(delivery, OTHER_ISBN), _served(delivery, UNKNOWN_ISBN))
    (listed,) = await delivery.consignments()
    assert listed["records"] == {"titles": 3, "served": 3, "missing": []}


async def test_a_title_of_many_copies_is_one_title(delivery: Delivery) -> None:
    line = an_ordered_line(branches=["IPSW"] * 3)
    await delivery.hears(an_order_placed(line), a_despatch(a_parcel(a_despatched_line(line, 3))))
    (listed,) = await delivery.consignments()
    assert listed["records"] == {"titles": 1, "served": 0, "missing": [ISBN]}
    answer = await delivery.receives(listed["consignment_id"], {"isbn": ISBN, "quantity": 2})
    assert answer["records_missing"] == [{"isbn": ISBN, "quantity": 2}]


async def test_a_dvd_is_never_without_a_record(delivery: Delivery) -> None:
    consignment_id = await _goods(delivery, DVD)
    assert (await delivery.consignment())["records"] == {"titles": 0, "served": 0, "missing": []}
    assert (await _receives(delivery, consignment_id, DVD))["records_missing"] == []
    assert await _figures(delivery) == []


async def test_a_receipt_names_the_titles_without_a_served_record(delivery: Delivery) -> None:
    consignment_id = await _goods(delivery, OTHER_ISBN, ISBN, UNKNOWN_ISBN)
    await delivery.hears(_served(delivery, UNKNOWN_ISBN))
    answer = await _receives(delivery, consignment_id, OTHER_ISBN, ISBN, UNKNOWN_ISBN)
    assert answer["records_missing"] == [{"isbn": isbn, "quantity": 1} for isbn in sorted([ISBN, OTHER_ISBN])]


async def test_a_receipt_names_only_what_it_received(delivery: Delivery) -> None:
    consignment_id = await _goods(delivery, ISBN, OTHER_ISBN)
    damaged = {"isbn": OTHER_ISBN, "condition": "damaged"}
    answer = await delivery.receives(consignment_id, damaged, {"isbn": UNKNOWN_ISBN}, complete=True)
    assert {item["state"] for item in answer["items"]} == {"damaged", "missing"}
    assert answer["records_missing"] == []


async def test_a_receipt_sent_again_names_the_titles_that_had_no_record_at_first(delivery: Delivery) -> None:
    consignment_id = await _goods(delivery, ISBN)
    body = {"scans": [{"isbn": ISBN}]}
    first = await delivery.post_receipt(consignment_id, body, key="k-1")
    await delivery.hears(_served(delivery))
    again = await delivery.post_receipt(consignment_id, body, key="k-1")
    assert again.json() == first.json()
    assert again.json()["records_missing"] == [{"isbn": ISBN, "quantity": 1}]


async def test_a_later_event_of_a_title_does_not_move_the_time_of_its_record(delivery: Delivery) -> None:
    first = _served(delivery)
    delivery.clock.advance(_HOUR)
    await delivery.hears(first, _served(delivery, version=2))
    delivery.clock.advance(_HOUR)
    third = _served(delivery, version=3)
    await delivery.hears(third)
    hearing = Hearing(delivery.engine, delivery.clock, handlers(delivery.clock))
    await hearing.hears_envelopes([to_statement(third, clock=delivery.clock, version=3)])
    async with delivery.engine.connect() as connection:
        assert await rows_of(connection, "SELECT isbn, served_at FROM served_record") == [(ISBN, first.changed_at)]


async def test_a_title_published_again_counts_as_served(delivery: Delivery) -> None:
    hearing = Hearing(delivery.engine, delivery.clock, handlers(delivery.clock))
    await hearing.hears_envelopes([to_statement(_served(delivery), clock=delivery.clock)])
    await _goods(delivery, ISBN)
    assert (await delivery.consignment())["records"]["served"] == 1


async def test_a_record_served_after_the_receipt_was_not_before_the_goods(delivery: Delivery) -> None:
    await delivery.hears(_served(delivery))
    consignment_id = await _goods(delivery, ISBN, OTHER_ISBN, UNKNOWN_ISBN)
    delivery.clock.advance(5 * _HOUR)
    await _receives(delivery, consignment_id, ISBN, OTHER_ISBN, UNKNOWN_ISBN)
    delivery.clock.advance(_HOUR)
    await delivery.hears(_served(delivery, OTHER_ISBN))
    assert await _figures(delivery) == [
        {
            "supplier_id": "eastern",
            "titles": 3,
            "served_before": 1,
            "share_percent": 33,
            "median_lead_hours": 5,
            "longest_lead_hours": 5,
        }
    ]


async def test_leads_are_those_of_titles_with_a_record_before_their_goods(delivery: Delivery) -> None:
    await delivery.hears(_served(delivery))
    delivery.clock.advance(20 * _HOUR)
    await delivery.hears(_served(delivery, OTHER_ISBN))
    delivery.clock.advance(_HOUR)
    await delivery.hears(_served(delivery, UNKNOWN_ISBN))
    isbns = (ISBN, OTHER_ISBN, UNKNOWN_ISBN)
    consignment_id = await _goods(delivery, *isbns)
    delivery.clock.advance(2 * _HOUR)
    await _receives(delivery, consignment_id, *isbns)
    (figures,) = await _figures(delivery)
    assert (figures["share_percent"], figures["median_lead_hours"], figures["longest_lead_hours"]) == (100, 3, 23)


async def test_a_record_served_between_two_receipts_was_not_before_the_first(delivery: Delivery) -> None:
    first = await _goods(delivery, ISBN, number="D-1")
    second = await _goods(delivery, ISBN, number="D-2")
    await _receives(delivery, first, ISBN)
    delivery.clock.advance(_HOUR)
    await delivery.hears(_served(delivery))
    delivery.clock.advance(_HOUR)
    assert (await _receives(delivery, second, ISBN))["records_missing"] == []
    (figures,) = await _figures(delivery)
    assert (figures["titles"], figures["served_before"], figures["median_lead_hours"]) == (1, 0, None)


async def test_the_receipt_at_the_hub_is_the_first(delivery: Delivery) -> None:
    line = an_ordered_line()
    await delivery.hears(an_order_placed(line), a_despatch(a_parcel(a_despatched_line(line)), deliver_to=HUB))
    (to_hub,) = await delivery.consignments()
    await _receives(delivery, to_hub["consignment_id"], ISBN)
    delivery.clock.advance(_HOUR)
    await delivery.hears(_served(delivery))
    (onward,) = await delivery.consignments(leg="from_hub")
    assert onward["records"]["missing"] == []
    await _receives(delivery, onward["consignment_id"], ISBN)
    (figures,) = await _figures(delivery)
    assert (figures["titles"], figures["served_before"]) == (1, 0)


async def test_a_title_counts_on_the_councils_day_of_its_first_receipt(delivery: Delivery) -> None:
    first = await _goods(delivery, ISBN, number="D-1")
    second = await _goods(delivery, ISBN, number="D-2")
    await _receives(delivery, first, ISBN)
    day = delivery.clock.today().isoformat()
    delivery.clock.advance(timedelta(days=1))
    await _receives(delivery, second, ISBN)
    next_day = delivery.clock.today().isoformat()
    assert [row["titles"] for row in await _figures(delivery, **{"from": day, "to": day})] == [1]
    assert await _figures(delivery, **{"from": next_day, "to": next_day}) == []


async def test_a_council_sees_its_own_goods_and_operations_staff_see_those_of_all(delivery: Delivery, tokens: Tokens) -> None:
    suffolk = await _goods(delivery, ISBN, OTHER_ISBN, number="D-1")
    norfolk = await _goods(delivery, ISBN, council=NORFOLK, number="D-2")
    other = await _goods(delivery, UNKNOWN_ISBN, council=NORFOLK, supplier="western", number="D-3")
    await _receives(delivery, suffolk, ISBN, OTHER_ISBN)
    delivery.clock.advance(_HOUR)
    await delivery.hears(_served(delivery))
    delivery.clock.advance(_HOUR)
    assert (await _receives(delivery, norfolk, ISBN, council=NORFOLK))["records_missing"] == []
    assert len((await _receives(delivery, other, UNKNOWN_ISBN, council=NORFOLK))["records_missing"]) == 1

    def counts(rows: Sequence[Json]) -> list[tuple[object, ...]]:
        return [(row["supplier_id"], row["titles"], row["served_before"]) for row in rows]

    assert counts(await _figures(delivery)) == [("eastern", 2, 0)]
    assert counts(await _figures(delivery, council=NORFOLK)) == [("eastern", 1, 1), ("western", 1, 0)]
    everyone = tokens.headers("delivery:read", council=None)
    answer = await delivery.client.get("/v1/records-before-goods", headers=everyone, params=_MARCH)
    assert counts(answer.json()["suppliers"]) == [("eastern", 3, 1), ("western", 1, 0)]


@pytest.mark.parametrize(
    "period",
    [
        {},
        {"from": "2026-03-01"},
        {"from": "2026-03-02", "to": "2026-03-01"},
        {"from": "2026-03-01", "to": "9999-12-31"},
        {"from": "0001-01-01", "to": "2026-03-01"},
        {"from": "March", "to": "2026-03-01"},
    ],
)
async def test_a_period_that_is_none_is_refused(delivery: Delivery, period: dict[str, str]) -> None:
    assert (await delivery.get("/v1/records-before-goods", period)).status_code == 422


async def test_figures_need_the_scope_to_read_delivery(delivery: Delivery, tokens: Tokens) -> None:
    headers = tokens.headers("catalogue:read", council=SUFFOLK)
    assert (await delivery.client.get("/v1/records-before-goods", headers=headers, params=_MARCH)).status_code == 403


async def test_receipts_of_the_same_new_titles_at_once_all_succeed(delivery: Delivery) -> None:
    isbns = [ISBN, OTHER_ISBN, UNKNOWN_ISBN]
    consignments = [await _goods(delivery, *isbns, number=f"D-{number}") for number in range(4)]
    turned = [isbns, isbns[::-1]] * 2
    await asyncio.gather(
        *(_receives(delivery, consignment_id, *order) for consignment_id, order in zip(consignments, turned, strict=True))
    )
    (figures,) = await _figures(delivery)
    assert figures["titles"] == 3


async def test_the_figures_read_only_the_titles_of_the_period(delivery: Delivery) -> None:
    line: OrderedLine = an_ordered_line()
    await delivery.hears(an_order_placed(line), a_despatch(a_parcel(a_despatched_line(line)), deliver_to=a_branch()))
    (listed,) = await delivery.consignments()
    await _receives(delivery, listed["consignment_id"], ISBN)
    now = delivery.clock.now()
    async with delivery.engine.begin() as connection:
        await connection.exec_driver_sql(
            "INSERT INTO received_title SELECT 'GB-SFK', 'eastern', n::text, '2020-01-01' FROM generate_series(1, 20000) AS n"
        )
        await connection.exec_driver_sql("ANALYZE received_title")

        async def figures() -> None:
            await records.records_before_goods(connection, SUFFOLK, now - _HOUR, now + _HOUR)

        scans = [scan for scan in await scans_of(connection, figures) if scan.table == "received_title"]
    assert [(scan.index, scan.rows) for scan in scans] == [("received_title_period", 1)]


async def test_titles_received_before_the_migration_count(database_url: str) -> None:
    rows = [statement for number, day in ((1, 5), (2, 4)) for statement in _an_old_receipt(number, day)]
    async with migrated(database_url, PACKAGE, before="0003", rows=rows) as engine, engine.connect() as connection:
        found = await rows_of(connection, "SELECT council, supplier_id, isbn, received_at::date::text FROM received_title")
    assert found == [(SUFFOLK, "eastern", ISBN, "2026-03-04")]


def _an_old_receipt(number: int, day: int) -> list[str]:
    """A consignment and its receipt, in statements."""
    consignment_id = UUID(int=number)
    return [
        "INSERT INTO consignment "
        "(consignment_id, council, supplier_id, despatch_number, place_code, place, leg, state, created_at) VALUES "
        f"('{consignment_id}', '{SUFFOLK}', 'eastern', 'D-{number}', 'IPSW', '{{}}', 'direct', 'closed', now())",
        "INSERT INTO receipt (receipt_id, consignment_id, idempotency_key, digest, answer) VALUES "
        f"(gen_random_uuid(), '{consignment_id}', 'k', 'd', '{_old_answer(day)}')",
    ]


def _old_answer(day: int) -> str:
    """What was kept of a receipt before records were known: a book, a DVD, and a book that did not arrive."""
    items = [(ISBN, "received"), (DVD, "received"), (OTHER_ISBN, "missing")]
    listed = ", ".join(f'{{"isbn": "{isbn}", "state": "{state}"}}' for isbn, state in items)
    return f'{{"received_at": "2026-03-0{day}T12:00:00Z", "items": [{listed}]}}'
