"""A supplier's notice becomes consignments, once, and nothing in it is dropped."""

from datetime import date

import pytest

from services.delivery.store.tables import metadata
from shared.contracts.delivery import ConsignmentExpected, CopiesReceived, DiscrepancyFound, DiscrepancyKind, Leg
from shared.contracts.orders import CopyState, LinesAdded
from shared.contracts.suppliers import CopyReference, DespatchedLine
from shared.db.migrations import differences
from shared.messaging.errors import Poison, RetryLater
from shared.messaging.tables import metadata as messaging
from shared.sourcing.change_store import metadata as approval
from tests.builders import (
    HUB,
    ISBN,
    NORFOLK,
    OTHER_ISBN,
    SUFFOLK,
    UNKNOWN_ISBN,
    a_branch,
    a_despatch,
    a_despatched_line,
    a_line_progressed,
    a_parcel,
    an_order_placed,
    an_ordered_line,
)
from tests.services.delivery.conftest import Delivery


async def test_the_migrated_database_has_exactly_the_tables_of_the_code(delivery: Delivery) -> None:
    async with delivery.engine.connect() as connection:
        assert await connection.run_sync(differences, [metadata, approval, messaging]) == []


async def test_a_despatch_to_a_branch_becomes_a_direct_consignment(delivery: Delivery) -> None:
    line = an_ordered_line(branches=["IPSW", "IPSW"])
    order = an_order_placed(line)
    await delivery.hears(order, a_despatch(a_parcel(a_despatched_line(line, 2))))

    whole = await delivery.consignment()
    assert (whole["leg"], whole["state"], whole["place"]["code"]) == ("direct", "expected", "IPSW")
    assert {copy["copy_id"] for copy in whole["copies"]} == {str(copy.copy_id) for copy in line.copies}
    assert [entry["action"] for entry in whole["history"]] == ["advised"]
    (event,) = await delivery.published(ConsignmentExpected)
    assert event.leg is Leg.DIRECT
    assert event.council == SUFFOLK
    assert [copy.copy_id for copy in event.copies] == [copy.copy_id for copy in line.copies]
    assert event.key() == "eastern/D-1"


async def test_goods_redirected_to_another_branch_are_received_there_for_the_branch_that_ordered_them(delivery: Delivery) -> None:
    line = an_ordered_line(branches=["IPSW"])
    despatch = a_despatch(a_parcel(a_despatched_line(line))).model_copy(update={"deliver_to": a_branch("LOWE")})
    await delivery.hears(an_order_placed(line), despatch)

    whole = await delivery.consignment()
    assert (whole["leg"], whole["place"]["code"], whole["copies"][0]["branch"]) == ("direct", "LOWE", "IPSW")
    await delivery.receives(whole["consignment_id"], {"line_key": line.line_key})
    (event,) = await delivery.published(CopiesReceived)
    assert [copy.copy_id for copy in event.copies] == [line.copies[0].copy_id]


@pytest.mark.parametrize("cancelled_last", [True, False])
async def test_the_last_news_of_a_copy_in_a_batch_counts(delivery: Delivery, cancelled_last: bool) -> None:
    line = an_ordered_line(branches=["IPSW"])
    order = an_order_placed(line)
    states = (CopyState.HELD, CopyState.CANCELLED) if cancelled_last else (CopyState.CANCELLED, CopyState.HELD)
    await delivery.hears(order, *(a_line_progressed(order, line, state, copies=line.copies) for state in states))
    await delivery.hears(a_despatch(a_parcel(a_despatched_line(line))))
    found = await delivery.discrepancies()
    assert [one["kind"] for one in found] == (["surplus"] if cancelled_last else [])


async def test_one_title_on_two_lines_is_two_copies_to_unpack(delivery: Delivery) -> None:
    first, second = an_ordered_line(branches=["IPSW"]), an_ordered_line(branches=["IPSW"])
    await delivery.hears(an_order_placed(first, second))
    await delivery.hears(
        a_despatch(a_parcel(a_despatched_line(second)), a_parcel(a_despatched_line(first), parcel_id="350123450000000021"))
    )

    expected = {str(copy.copy_id) for line in (first, second) for copy in line.copies}
    assert {copy["copy_id"] for copy in (await delivery.consignment())["copies"]} == expected
    assert await delivery.published(DiscrepancyFound) == []


async def test_a_despatch_before_its_order_is_put_off_and_leaves_nothing(delivery: Delivery) -> None:
    line = an_ordered_line()
    despatch = a_despatch(a_parcel(a_despatched_line(line)))
    with pytest.raises(RetryLater, match="nothing is known yet"):
        await delivery.hears(despatch)
    assert await delivery.consignments() == []

    await delivery.hears(an_order_placed(line))
    await delivery.hears(despatch)
    assert len(await delivery.consignments()) == 1


async def test_a_despatch_before_its_line_was_added_to_a_known_order_is_put_off(delivery: Delivery) -> None:
    first, second = an_ordered_line(supplier="eastern"), an_ordered_line(supplier="western")
    order = an_order_placed(first)
    await delivery.hears(order)
    despatch = a_despatch(a_parcel(a_despatched_line(second, order=order)), supplier="western")
    with pytest.raises(RetryLater, match="nothing is known yet"):
        await delivery.hears(despatch)
    assert await delivery.consignments() == []

    await delivery.hears(LinesAdded(**{**dict(order), "lines": (second,)}, added_at=order.placed_at, reason="moved"))
    await delivery.hears(despatch)
    (goods,) = (await delivery.consignment())["copies"]
    assert goods["copy_id"] == str(second.copies[0].copy_id)


async def test_the_same_despatch_again_has_no_second_effect(delivery: Delivery) -> None:
    line = an_ordered_line(branches=["IPSW", "IPSW"])
    await delivery.hears(an_order_placed(line))
    for barcode in (None, "B0001"):
        copies = [CopyReference(copy_number=1, barcode=barcode)]
        await delivery.hears(a_despatch(a_parcel(a_despatched_line(line, copies=copies))))

    assert len((await delivery.consignment())["copies"]) == 1
    assert len(await delivery.published(ConsignmentExpected)) == 1
    assert await delivery.discrepancies() == []


async def test_goods_of_another_day_under_the_same_number_are_goods_even_when_the_first_are_closed(delivery: Delivery) -> None:
    line = an_ordered_line(branches=["IPSW", "IPSW"])
    notices = [a_despatch(a_parcel(a_despatched_line(line)), stated_on=date(2026, 3, day)) for day in (2, 3)]
    await delivery.hears(an_order_placed(line), notices[0])
    await delivery.receives((await delivery.consignment())["consignment_id"], {"line_key": line.line_key})

    await delivery.hears(notices[1], notices[0])

    consignment = await delivery.consignment()
    assert (consignment["state"], [copy["state"] for copy in consignment["copies"]]) == (
        "partly_received",
        ["received", "outstanding"],
    )
    assert [copy.copy_id for event in await delivery.published(ConsignmentExpected) for copy in event.copies] == [
        copy.copy_id for copy in line.copies
    ]


async def test_a_barcode_is_given_to_one_copy_and_the_second_is_reported_with_both_named(delivery: Delivery) -> None:
    line = an_ordered_line(branches=["IPSW", "IPSW", "IPSW"])
    one, two = ([CopyReference(barcode="B1")] * count for count in (1, 2))
    await delivery.hears(an_order_placed(line), a_despatch(a_parcel(a_despatched_line(line, 2, copies=two))))
    await delivery.hears(a_despatch(a_parcel(a_despatched_line(line, copies=one)), number="D-2"))

    ids = [each["consignment_id"] for each in await delivery.consignments()]
    items = [copy for each in ids for copy in (await delivery.get(f"/v1/consignments/{each}")).json()["copies"]]
    assert sorted(str(copy["barcode"]) for copy in items) == ["B1", "None", "None"]
    notes = sorted(found["note"] for found in await delivery.discrepancies())
    assert notes == [
        f"barcode B1 was given to copy {number} of line {line.line_key}, but copy 1 of line {line.line_key} has it"
        for number in (2, 3)
    ]


async def test_further_parcels_of_a_despatch_join_its_consignment(delivery: Delivery) -> None:
    line = an_ordered_line(branches=["IPSW", "IPSW"])
    first = a_parcel(a_despatched_line(line), parcel_id="P1")
    second = a_parcel(a_despatched_line(line), parcel_id="P2")
    await delivery.hears(an_order_placed(line), a_despatch(first))
    await delivery.hears(a_despatch(first, second))

    assert [copy["parcel_id"] for copy in (await delivery.consignment())["copies"]] == ["P1", "P2"]
    assert [len(event.copies) for event in await delivery.published(ConsignmentExpected)] == [1, 1]


async def test_goods_that_match_no_copy_are_kept_and_reported(delivery: Delivery) -> None:
    line = an_ordered_line()
    order = an_order_placed(line)
    stray = DespatchedLine(order_number="PO-1", isbn=UNKNOWN_ISBN, quantity=2)
    await delivery.hears(order, a_despatch(a_parcel(a_despatched_line(line, 3), stray)))

    copies = (await delivery.consignment())["copies"]
    assert len(copies) == 5
    assert sum(copy["copy_id"] is not None for copy in copies) == 1
    found = {event.kind: event for event in await delivery.published(DiscrepancyFound)}
    assert found[DiscrepancyKind.SURPLUS].quantity == 2
    assert found[DiscrepancyKind.WRONG_ITEM].isbn == UNKNOWN_ISBN
    assert all(event.consigned_copy is None for event in found.values())
    assert {row["kind"] for row in await delivery.discrepancies()} == {"surplus", "wrong_item"}


async def test_another_title_for_a_line_is_taken_and_queried(delivery: Delivery) -> None:
    line = an_ordered_line()
    goods = DespatchedLine(line_key=line.line_key, isbn=OTHER_ISBN, quantity=1)
    await delivery.hears(an_order_placed(line), a_despatch(a_parcel(goods)))

    (copy,) = (await delivery.consignment())["copies"]
    assert (copy["copy_id"], copy["isbn"]) == (str(line.copies[0].copy_id), OTHER_ISBN)
    (row,) = await delivery.discrepancies()
    assert (row["kind"], row["copy_id"]) == ("wrong_item", None)
    assert ISBN in row["note"]


async def test_a_cancelled_copy_gets_goods_only_when_nothing_else_matches(delivery: Delivery) -> None:
    line = an_ordered_line(branches=["IPSW", "IPSW"])
    order = an_order_placed(line)
    cancelled, open_copy = line.copies
    await delivery.hears(order, a_line_progressed(order, line, CopyState.CANCELLED, copies=[cancelled]))
    await delivery.hears(a_despatch(a_parcel(a_despatched_line(line)), number="D-1"))
    await delivery.hears(a_despatch(a_parcel(a_despatched_line(line)), number="D-2"))

    events = await delivery.published(ConsignmentExpected)
    assert [event.copies[0].copy_id for event in events] == [open_copy.copy_id, cancelled.copy_id]


async def test_a_despatch_for_two_councils_becomes_a_consignment_each(delivery: Delivery) -> None:
    ours, theirs = an_ordered_line(), an_ordered_line(branches=["NRW"])
    await delivery.hears(an_order_placed(ours), an_order_placed(theirs, council=NORFOLK))
    goods = a_parcel(a_despatched_line(ours), a_despatched_line(theirs))
    await delivery.hears(a_despatch(goods, council=None, deliver_to=HUB))

    whole = await delivery.consignment()
    assert [copy["line_key"] for copy in whole["copies"]] == [ours.line_key]
    (other,) = (await delivery.get("/v1/consignments", council=NORFOLK)).json()["items"]
    assert other["consignment_id"] != whole["consignment_id"]


async def test_an_order_number_that_two_councils_use_leads_to_the_council_of_the_despatch(delivery: Delivery) -> None:
    ours, theirs = an_ordered_line(), an_ordered_line()
    await delivery.hears(an_order_placed(theirs, council=NORFOLK), an_order_placed(ours))
    goods = DespatchedLine(order_number="PO-1", isbn=ISBN, quantity=1)
    await delivery.hears(a_despatch(a_parcel(goods)))

    assert [copy["line_key"] for copy in (await delivery.consignment())["copies"]] == [ours.line_key]


async def test_goods_of_an_unknown_council_are_dead_lettered(delivery: Delivery) -> None:
    goods = DespatchedLine(isbn=ISBN, quantity=1)
    with pytest.raises(Poison, match="neither a council nor an order"):
        await delivery.hears(a_despatch(a_parcel(goods), council=None))


async def test_a_despatch_of_absurd_size_is_dead_lettered(delivery: Delivery) -> None:
    line = an_ordered_line()
    with pytest.raises(Poison, match="at most 10000"):
        await delivery.hears(an_order_placed(line), a_despatch(a_parcel(a_despatched_line(line, 10**9))))


async def test_goods_with_only_an_isbn_are_for_the_branch_they_go_to(delivery: Delivery) -> None:
    line = an_ordered_line(branches=["BSE", "IPSW"])
    goods = DespatchedLine(isbn="0-14-143951-3", quantity=1)
    await delivery.hears(an_order_placed(line), a_despatch(a_parcel(goods), deliver_to=a_branch("IPSW")))

    (copy,) = (await delivery.consignment())["copies"]
    assert copy["copy_id"] == str(line.copies[1].copy_id)
