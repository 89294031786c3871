"""Goods of a closed branch are expected at the one that took over, whether they were advised before or after that."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from services.delivery.incoming import handlers
from services.delivery.republish import OWNER
from services.delivery.store import consignments
from shared.bus import to_envelope
from shared.contracts.base import Place
from shared.contracts.delivery import ConsignmentExpected, CopiesReceived, Leg
from shared.contracts.orders import OrderedLine, OrderPlaced
from shared.contracts.suppliers import CopyReference, DespatchAdvised
from tests.builders import (
    HUB,
    a_branch,
    a_branch_closed,
    a_despatch,
    a_despatched_line,
    a_parcel,
    a_route_changed,
    an_order_placed,
    an_ordered_line,
    unpacked_at,
)
from tests.services.delivery.conftest import Delivery
from tests.services.hearing import Hearing
from tests.services.plans import scans_of
from tests.services.read_model import ReadModel, check_feed, check_rebuild

IPSWICH, LOWESTOFT, BURY = a_branch("IPSW"), a_branch("LOWE"), a_branch("BURY")


def goods(line: OrderedLine, *numbers: int, named: str | None = None) -> DespatchAdvised:
    """A parcel for Ipswich with copies of a line."""
    copies = [CopyReference(copy_number=number, branch=named, barcode=f"B{number}") for number in numbers]
    return a_despatch(a_parcel(a_despatched_line(line, len(numbers), copies=copies)), deliver_to=IPSWICH)


def an_order(*branches: str) -> tuple[OrderPlaced, OrderedLine]:
    line = unpacked_at(an_ordered_line(branches=branches), None)
    return an_order_placed(line), line


async def barcodes_at(delivery: Delivery, place: str) -> list[list[str]]:
    """The barcodes of each consignment that is listed for a place."""
    listed = await delivery.consignments(place=place)
    wholes = [(await delivery.get(f"/v1/consignments/{one['consignment_id']}")).json() for one in listed]
    return [[copy["barcode"] for copy in whole["copies"]] for whole in wholes]


async def test_a_closing_reads_none_of_the_goods_that_came_before(delivery: Delivery) -> None:
    order, line = an_order("IPSW")
    await delivery.hears(order, goods(line, 1))
    copy_ids = [line.copies[0].copy_id]
    async with delivery.engine.begin() as connection:
        await connection.exec_driver_sql(
            "INSERT INTO consigned_item (item_id, consignment_id, copy_id, isbn, parcel_id, state) SELECT gen_random_uuid(), "
            "consignment_id, copy_id, isbn, parcel_id, 'received' FROM consigned_item, generate_series(1, 20000)"
        )
        await connection.exec_driver_sql("ANALYZE consigned_item")

        async def goods_on_the_way() -> None:
            assert await consignments.despatches_of(connection, copy_ids)
            assert await consignments.consignments_of(connection, copy_ids)

        scans = [scan for scan in await scans_of(connection, goods_on_the_way) if scan.table == "consigned_item"]
    assert [(scan.index, scan.rows) for scan in scans] == [("consigned_item_outstanding", 1)] * 2


@pytest.mark.parametrize("advised_first", [False, True])
@pytest.mark.parametrize("said", [None, IPSWICH])
async def test_goods_for_the_closed_branch_are_received_at_the_one_that_took_over(
    delivery: Delivery, *, advised_first: bool, said: Place | None
) -> None:
    line = unpacked_at(an_ordered_line(branches=["IPSW", "IPSW"]), said)
    order = an_order_placed(line)
    news = [a_branch_closed(order, BURY, IPSWICH), goods(line, 1, 2, named="IPSW")]
    await delivery.hears(order)
    for event in reversed(news) if advised_first else news:
        await delivery.hears(event)
    assert (await barcodes_at(delivery, "BURY"), await barcodes_at(delivery, "IPSW")) == ([["B1", "B2"]], [])
    here = await delivery.consignment(place="BURY")
    assert {copy["branch"] for copy in here["copies"]} == {"BURY"}
    assert "IPSW" in here["history"][-1]["detail"]
    assert here["history"][-1]["detail"].endswith("BURY takes over")
    await delivery.receives(here["consignment_id"], {"barcode": "B1"}, {"barcode": "B2"})
    (received,) = await delivery.published(CopiesReceived)
    assert (received.place.code, {copy.branch for copy in received.copies}, received.leg) == ("BURY", {"BURY"}, Leg.DIRECT)
    assert await delivery.discrepancies() == []


async def test_a_scan_at_the_closed_branch_says_where_the_goods_are_expected(delivery: Delivery) -> None:
    order, line = an_order("IPSW", "IPSW")
    await delivery.hears(order, goods(line, 1, 2))
    before = await delivery.consignment(place="IPSW")
    await delivery.hears(a_branch_closed(order, BURY, IPSWICH))
    here = await delivery.consignment(place="BURY")
    refused = await delivery.post_receipt(before["consignment_id"], {"scans": [{"barcode": "B1"}]})
    assert (refused.status_code, refused.json()["code"]) == (409, "consignment-moved")
    assert f"expected at BURY. Take them there, and scan them there in consignment {here['consignment_id']}" in refused.text
    shown = (await delivery.get(f"/v1/consignments/{before['consignment_id']}")).json()
    assert (shown["state"], shown["copies"], shown["moved_to_consignment_id"]) == ("closed", [], here["consignment_id"])
    assert [event.instead_of for event in await delivery.published(ConsignmentExpected)] == [None, UUID(shown["consignment_id"])]


async def test_what_was_received_before_stays_and_the_rest_goes_with_all_that_is_in_the_parcel(delivery: Delivery) -> None:
    order, line = an_order("IPSW", "IPSW")
    strange = a_despatched_line(an_ordered_line(isbn="9780141439600"), copies=[CopyReference(barcode="X1")])
    strange = strange.model_copy(update={"line_key": None})
    parcel = goods(line, 1, 2)
    await delivery.hears(order, parcel.model_copy(update={"parcels": (*parcel.parcels, a_parcel(strange, parcel_id="2"))}))
    before = await delivery.consignment(place="IPSW")
    await delivery.receives(before["consignment_id"], {"barcode": "B1"})
    await delivery.hears(a_branch_closed(order, BURY, IPSWICH))
    assert (await barcodes_at(delivery, "IPSW"), await barcodes_at(delivery, "BURY")) == ([["B1"]], [["B2", "X1"]])
    assert (await delivery.consignment(place="IPSW"))["state"] == "closed"
    here = await delivery.consignment(place="BURY")
    await delivery.receives(here["consignment_id"], {"barcode": "B2"}, {"barcode": "X1"})
    assert (await delivery.consignment(place="BURY"))["state"] == "closed"


async def test_what_a_hub_has_yet_to_send_on_and_what_is_in_the_van_goes_to_the_one_that_took_over(delivery: Delivery) -> None:
    order, line = an_order("IPSW", "IPSW", "LOWE")
    parcel = goods(line, 1, 2, 3).model_copy(update={"deliver_to": HUB})
    await delivery.hears(order, parcel)
    at_hub = await delivery.consignment(place="CSU")
    await delivery.receives(at_hub["consignment_id"], {"barcode": "B1"})
    await delivery.hears(a_branch_closed(order, BURY, IPSWICH))
    assert (await barcodes_at(delivery, "IPSW"), await barcodes_at(delivery, "BURY")) == ([], [["B1"]])
    await delivery.receives(at_hub["consignment_id"], {"barcode": "B2"}, {"barcode": "B3"})
    assert await barcodes_at(delivery, "LOWE") == [["B3"]]
    assert await barcodes_at(delivery, "BURY") == [["B1", "B2"]]
    here = await delivery.consignment(place="BURY")
    assert here["leg"] == "from_hub"
    await delivery.receives(here["consignment_id"], {"barcode": "B1"}, {"barcode": "B2"})
    assert await delivery.discrepancies() == []


async def test_goods_at_a_hub_that_was_right_before_and_a_changed_route_are_no_wrong_place(delivery: Delivery) -> None:
    line = unpacked_at(an_ordered_line(branches=["IPSW", "IPSW"]), HUB)
    order = an_order_placed(line)
    await delivery.hears(order, a_branch_closed(order, BURY, IPSWICH))
    old = goods(line, 1).model_copy(update={"deliver_to": HUB})
    new = goods(line, 2).model_copy(update={"deliver_to": BURY, "despatch_number": "D-2"})
    await delivery.hears(old, new)
    assert await delivery.discrepancies() == []


async def test_a_notice_that_arrives_again_after_the_closing_changes_nothing(delivery: Delivery) -> None:
    order, line = an_order("IPSW", "IPSW", "IPSW")
    first = goods(line, 1)
    await delivery.hears(order, first)
    await delivery.hears(a_branch_closed(order, BURY, IPSWICH))
    await delivery.hears(first.model_copy())
    assert await barcodes_at(delivery, "BURY") == [["B1"]]
    await delivery.hears(goods(line, 1, 2))
    assert await barcodes_at(delivery, "BURY") == [["B1", "B2"]]


async def test_a_branch_that_took_over_and_closes_hands_goods_on(delivery: Delivery) -> None:
    order, line = an_order("IPSW")
    await delivery.hears(order, goods(line, 1), a_branch_closed(order, BURY, IPSWICH))
    await delivery.hears(a_branch_closed(order, LOWESTOFT, IPSWICH, BURY))
    assert [await barcodes_at(delivery, place) for place in ("IPSW", "BURY", "LOWE")] == [[], [], [["B1"]]]
    ids = [event.consignment_id for event in await delivery.published(ConsignmentExpected)]
    for passed in ids[:2]:
        refused = await delivery.post_receipt(str(passed), {"scans": [{"barcode": "B1"}]})
        assert str(ids[2]) in refused.json()["detail"], "the last place is named"


async def test_a_branch_that_was_reopened_takes_over_from_the_one_that_took_over_from_it(delivery: Delivery) -> None:
    order, line = an_order("IPSW")
    await delivery.hears(order, goods(line, 1), a_branch_closed(order, BURY, IPSWICH))
    await delivery.hears(a_branch_closed(order, IPSWICH, IPSWICH, BURY))
    here = await delivery.consignment(place="IPSW")
    await delivery.receives(here["consignment_id"], {"barcode": "B1"})
    assert here["moved_to_consignment_id"] is None
    assert await barcodes_at(delivery, "BURY") == []


async def test_a_receipt_at_the_same_moment_is_counted_once_at_either_branch(delivery: Delivery) -> None:
    order, line = an_order("IPSW", "IPSW")
    await delivery.hears(order, goods(line, 1, 2))
    before = await delivery.consignment(place="IPSW")
    scan = {"scans": [{"barcode": "B1"}]}
    answer, _ = await asyncio.gather(
        delivery.post_receipt(before["consignment_id"], scan), delivery.hears(a_branch_closed(order, BURY, IPSWICH))
    )
    left = {"B2"} if answer.status_code == 201 else {"B1", "B2"}
    assert {barcode for barcodes in await barcodes_at(delivery, "BURY") for barcode in barcodes} == left


async def test_a_copy_whose_route_changes_after_its_branch_has_the_last_place(delivery: Delivery) -> None:
    order, line = an_order("IPSW")
    closed = a_branch_closed(order, BURY, IPSWICH)
    copy = line.copies[0].model_copy(update={"branch": BURY})
    later = an_order_placed(line.model_copy(update={"copies": (copy,)}), order_id=order.order_id)
    await delivery.hears(order, closed, a_route_changed(later, HUB))
    await delivery.hears(a_despatch(a_parcel(a_despatched_line(line)), deliver_to=LOWESTOFT))
    (found,) = await delivery.discrepancies()
    assert "was to be unpacked at CSU" in found["note"]


async def test_a_read_model_is_the_same_from_what_is_published_again(
    delivery: Delivery, read_model: ReadModel, evidence_model: ReadModel, feed_model: ReadModel
) -> None:
    order, line = an_order("IPSW", "IPSW")
    await delivery.hears(order, goods(line, 1, 2))
    before = await delivery.consignment(place="IPSW")
    await delivery.receives(before["consignment_id"], {"barcode": "B1"})
    delivery.clock.advance(timedelta(hours=1))
    await delivery.hears(a_branch_closed(order, BURY, IPSWICH))
    hearing = Hearing(delivery.engine, delivery.clock, handlers(delivery.clock))
    rows = await check_rebuild(hearing, OWNER, delivery.clock, read_model, evidence_model)
    assert {name: len(found) for name, found in rows.items()} == {
        "counted_in": 1,
        "consignment": 2,
        "consigned_copy": 2,
        "copy": 2,
    }
    known = [to_envelope(order, clock=delivery.clock, version=1)]
    await check_feed(hearing, OWNER, delivery.clock, feed_model, known=known)
