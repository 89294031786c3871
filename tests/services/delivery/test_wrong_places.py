"""Goods at another place than the delivery rules said are reported, and travel on to their branch all the same."""

import pytest

from services.delivery.incoming import handlers
from services.delivery.republish import OWNER
from shared.contracts.base import Place
from shared.contracts.delivery import ConsignmentExpected, CopiesReceived, CopyMisdirected, DiscrepancyFound, Leg
from shared.contracts.orders import OrderedLine
from shared.contracts.suppliers import CopyReference
from tests.builders import (
    HUB,
    a_branch,
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
from tests.services.read_model import ReadModel, check_rebuild

IPSWICH, LOWESTOFT = a_branch("IPSW"), a_branch("LOWE")


def goods_for(line: OrderedLine, *numbers: int) -> list[CopyReference]:
    return [CopyReference(copy_number=number, barcode=f"B{number}") for number in numbers]


@pytest.mark.parametrize(
    ("said", "advised"),
    [
        (None, LOWESTOFT),
        (None, HUB),
        (IPSWICH, IPSWICH),
        (HUB, HUB),
        (HUB.model_copy(update={"gln": "5012345670201"}), HUB.model_copy(update={"code": "EC-1", "gln": "5012345670201"})),
    ],
)
async def test_goods_at_the_place_that_was_said_or_where_none_was_said_are_no_discrepancy(
    delivery: Delivery, said: Place | None, advised: Place
) -> None:
    line = unpacked_at(an_ordered_line(branches=["IPSW"]), said)
    await delivery.hears(an_order_placed(line), a_despatch(a_parcel(a_despatched_line(line)), deliver_to=advised))
    assert await delivery.discrepancies() == []
    assert await delivery.published(CopyMisdirected) == []


async def test_goods_for_the_branch_that_come_to_the_hub_are_at_the_wrong_place_and_go_on_from_there(delivery: Delivery) -> None:
    line = unpacked_at(an_ordered_line(branches=["IPSW"]), IPSWICH)
    despatch = a_despatch(a_parcel(a_despatched_line(line, copies=goods_for(line, 1))), deliver_to=HUB)
    await delivery.hears(an_order_placed(line), despatch)
    (found,) = await delivery.discrepancies()
    assert (found["kind"], found["copy_id"], found["place"]) == ("wrong_place", str(line.copies[0].copy_id), "CSU")
    assert "was to be unpacked at IPSW" in found["note"]
    (event,) = await delivery.published(CopyMisdirected)
    assert (event.place, event.deliver_to, event.consigned_copy.barcode) == (HUB, IPSWICH, "B1")
    assert await delivery.published(DiscrepancyFound) == []

    (at_hub,) = await delivery.consignments()
    await delivery.receives(at_hub["consignment_id"], {"barcode": "B1"})
    onward = await delivery.consignment(leg="from_hub")
    assert (onward["place"]["code"], onward["copies"][0]["barcode"]) == ("IPSW", "B1")
    assert len(await delivery.discrepancies()) == 1


@pytest.mark.parametrize("together", [False, True])
async def test_goods_are_expected_where_the_last_change_of_the_route_says(delivery: Delivery, *, together: bool) -> None:
    line = unpacked_at(an_ordered_line(branches=["IPSW", "IPSW"]), HUB)
    order = an_order_placed(line)
    news = [order, a_route_changed(order, IPSWICH), a_route_changed(order)]
    for batch in [news] if together else [[event] for event in news]:
        await delivery.hears(*batch)
    old = a_despatch(a_parcel(a_despatched_line(line, copies=goods_for(line, 1))), deliver_to=HUB)
    new = a_despatch(a_parcel(a_despatched_line(line, copies=goods_for(line, 2))), number="D-2", deliver_to=IPSWICH)
    await delivery.hears(old, new, a_route_changed(an_order_placed(an_ordered_line())))
    (found,) = await delivery.discrepancies()
    assert (found["kind"], found["copy_id"], found["place"]) == ("wrong_place", str(line.copies[0].copy_id), "CSU")


async def test_goods_for_another_branch_that_come_to_a_branch_go_on_from_it_as_from_a_hub(delivery: Delivery) -> None:
    line = unpacked_at(an_ordered_line(branches=["IPSW", "LOWE"]), IPSWICH, LOWESTOFT)
    parcel = a_parcel(a_despatched_line(line, 2, copies=goods_for(line, 1, 2)))
    await delivery.hears(an_order_placed(line), a_despatch(parcel, deliver_to=LOWESTOFT))
    assert [found["copy_id"] for found in await delivery.discrepancies()] == [str(line.copies[0].copy_id)]
    stays, passes = await delivery.consignment(leg="direct"), await delivery.consignment(leg="to_hub")
    assert [stays["copies"][0]["branch"], passes["copies"][0]["branch"]] == ["LOWE", "IPSW"]
    assert {stays["place"]["code"], passes["place"]["code"]} == {"LOWE"}

    await delivery.receives(passes["consignment_id"], {"barcode": "B1"})
    onward = await delivery.consignment(leg="from_hub")
    assert onward["place"]["code"] == "IPSW"
    await delivery.receives(onward["consignment_id"], {"barcode": "B1"})
    received = [(event.leg, event.place.code) for event in await delivery.published(CopiesReceived)]
    assert received == [(Leg.TO_HUB, "LOWE"), (Leg.FROM_HUB, "IPSW")]


async def test_goods_for_the_hub_that_come_straight_to_their_branch_have_arrived(delivery: Delivery) -> None:
    line = unpacked_at(an_ordered_line(branches=["IPSW"]), HUB)
    await delivery.hears(an_order_placed(line), a_despatch(a_parcel(a_despatched_line(line)), deliver_to=IPSWICH))
    whole = await delivery.consignment()
    assert (whole["leg"], [one["kind"] for one in await delivery.discrepancies()]) == ("direct", ["wrong_place"])
    await delivery.receives(whole["consignment_id"], {"line_key": line.line_key})
    assert [event.leg for event in await delivery.published(ConsignmentExpected)] == [Leg.DIRECT]


async def test_a_notice_that_arrives_again_and_goods_that_replace_others_report_a_copy_once(delivery: Delivery) -> None:
    line = unpacked_at(an_ordered_line(branches=["IPSW"]), IPSWICH)
    first = a_despatch(a_parcel(a_despatched_line(line)), deliver_to=HUB)
    await delivery.hears(an_order_placed(line), first)
    await delivery.hears(first.model_copy())
    whole = await delivery.consignment()
    await delivery.receives(whole["consignment_id"], complete=True)
    again = a_despatch(a_parcel(a_despatched_line(line), parcel_id="350123450000000021"), deliver_to=HUB)
    await delivery.hears(again)
    kinds = sorted(one["kind"] for one in await delivery.discrepancies())
    assert kinds == ["short", "wrong_place"]
    assert len((await delivery.consignment())["copies"]) == 2


async def test_goods_that_name_no_copy_are_for_one_that_is_to_be_unpacked_there(delivery: Delivery) -> None:
    line = unpacked_at(an_ordered_line(branches=["IPSW", "LOWE"]), IPSWICH, HUB)
    await delivery.hears(an_order_placed(line), a_despatch(a_parcel(a_despatched_line(line)), deliver_to=HUB))
    assert (await delivery.consignment())["copies"][0]["branch"] == "LOWE"
    assert await delivery.discrepancies() == []


async def test_a_read_model_knows_the_wrong_place_from_what_is_published_again(delivery: Delivery, read_model: ReadModel) -> None:
    line = unpacked_at(an_ordered_line(branches=["IPSW"]), IPSWICH)
    await delivery.hears(an_order_placed(line), a_despatch(a_parcel(a_despatched_line(line)), deliver_to=LOWESTOFT))
    rows = await check_rebuild(
        Hearing(delivery.engine, delivery.clock, handlers(delivery.clock)), OWNER, delivery.clock, read_model
    )
    (found,) = rows["discrepancy"]
    assert "wrong_place" in found
