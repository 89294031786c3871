"""A place reports what it unpacked: copies are received once, and differences are reported."""

import asyncio
from datetime import timedelta

from shared.contracts.delivery import ConsignmentExpected, CopiesReceived, DiscrepancyFound, DiscrepancyKind, Leg
from shared.contracts.orders import OrderedLine
from shared.contracts.suppliers import CopyReference
from tests.builders import (
    HUB,
    ISBN,
    NORFOLK,
    UNKNOWN_ISBN,
    a_branch,
    a_despatch,
    a_despatched_line,
    a_parcel,
    an_order_placed,
    an_ordered_line,
)
from tests.services.delivery.conftest import Delivery, Json


async def _two_copies_on_the_way(delivery: Delivery) -> tuple[OrderedLine, str]:
    """Two copies for Ipswich, with barcodes B1 and B2; the line and the consignment's id."""
    line = an_ordered_line(branches=["IPSW", "IPSW"])
    named = [CopyReference(copy_number=1, barcode="B1"), CopyReference(copy_number=2, barcode="B2")]
    await delivery.hears(an_order_placed(line), a_despatch(a_parcel(a_despatched_line(line, 2, copies=named))))
    (consignment,) = await delivery.consignments()
    return line, consignment["consignment_id"]


async def test_scanned_copies_are_received_and_published(delivery: Delivery) -> None:
    line, consignment_id = await _two_copies_on_the_way(delivery)
    answer = await delivery.receives(consignment_id, {"barcode": "B2"})
    assert (answer["state"], answer["outstanding"]) == ("partly_received", 1)
    (event,) = await delivery.published(CopiesReceived)
    assert [(copy.copy_id, copy.barcode) for copy in event.copies] == [(line.copies[1].copy_id, "B2")]

    answer = await delivery.receives(consignment_id, {"line_key": line.line_key})
    assert (answer["state"], answer["outstanding"], answer["discrepancies"]) == ("closed", 0, [])
    history = (await delivery.consignment())["history"]
    assert [(entry["action"], entry["actor"]) for entry in history[1:]] == [("receipt", "librarian")] * 2


async def test_a_copy_scanned_twice_counts_once(delivery: Delivery) -> None:
    _, consignment_id = await _two_copies_on_the_way(delivery)
    answer = await delivery.receives(consignment_id, {"barcode": "B1"}, {"barcode": "B1"})
    assert (answer["outstanding"], answer["already_counted"]) == (1, ["B1"])
    again = await delivery.receives(consignment_id, {"barcode": "B1"})
    assert (again["items"], again["discrepancies"], again["already_counted"]) == ([], [], ["B1"])
    assert len(await delivery.published(CopiesReceived)) == 1


async def test_a_receipt_sent_again_gets_the_first_answer(delivery: Delivery) -> None:
    _, consignment_id = await _two_copies_on_the_way(delivery)
    body = {"scans": [{"barcode": "B1"}, {"barcode": "X9"}]}
    first = await delivery.post_receipt(consignment_id, body, key="k-1")
    second = await delivery.post_receipt(consignment_id, body, key='"k-1"')
    assert second.json() == first.json()
    assert (second.status_code, second.headers["Idempotent-Replayed"]) == (201, "true")
    assert len(await delivery.published(CopiesReceived)) == 1
    assert (await delivery.get(first.headers["location"])).json() == first.json()
    assert (await delivery.get(first.headers["location"], council=NORFOLK)).json()["code"] == "no-such-receipt"

    other = await delivery.post_receipt(consignment_id, {"complete": True}, key="k-1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


async def test_receipts_at_the_same_moment_take_turns(delivery: Delivery) -> None:
    line, consignment_id = await _two_copies_on_the_way(delivery)
    body = {"scans": [{"line_key": line.line_key}]}
    answers = await asyncio.gather(*(delivery.post_receipt(consignment_id, body, key=f"k-{n % 3}") for n in range(6)))
    assert {answer.status_code for answer in answers} == {201}
    received = [copy.copy_id for event in await delivery.published(CopiesReceived) for copy in event.copies]
    assert sorted(received) == sorted(copy.copy_id for copy in line.copies)
    assert [row["kind"] for row in await delivery.discrepancies()] == ["surplus"]


async def test_a_complete_receipt_reports_what_did_not_arrive_as_short(delivery: Delivery) -> None:
    line, consignment_id = await _two_copies_on_the_way(delivery)
    answer = await delivery.receives(consignment_id, {"barcode": "B1", "condition": "damaged"}, complete=True)
    assert answer["state"] == "closed"
    found = {event.kind: event for event in await delivery.published(DiscrepancyFound)}
    damaged, short = found[DiscrepancyKind.DAMAGED].consigned_copy, found[DiscrepancyKind.SHORT].consigned_copy
    assert damaged is not None
    assert short is not None
    assert (damaged.copy_id, short.copy_id) == (line.copies[0].copy_id, line.copies[1].copy_id)
    assert await delivery.published(CopiesReceived) == []


async def test_what_was_not_advised_is_wrong_and_more_than_advised_is_surplus(delivery: Delivery) -> None:
    _, consignment_id = await _two_copies_on_the_way(delivery)
    scans: list[Json] = [
        {"isbn": ISBN, "quantity": 3},
        {"isbn": UNKNOWN_ISBN, "quantity": 2},
        {"barcode": "X9"},
        {"barcode": "X9"},
    ]
    answer = await delivery.receives(consignment_id, *scans)
    kinds = sorted((row["kind"], row["isbn"], row["quantity"], row["barcode"]) for row in answer["discrepancies"])
    assert kinds == [("surplus", ISBN, 1, None), ("wrong_item", "", 1, "X9"), ("wrong_item", UNKNOWN_ISBN, 2, None)]
    again = await delivery.receives(consignment_id, {"barcode": "X9"})
    assert again["discrepancies"] == []


async def test_a_missing_copy_can_be_replaced_and_the_late_one_is_then_surplus(delivery: Delivery) -> None:
    line, consignment_id = await _two_copies_on_the_way(delivery)
    await delivery.receives(consignment_id, {"barcode": "B1"}, complete=True)
    replacement = a_despatch(a_parcel(a_despatched_line(line, copies=[CopyReference(barcode="B3")])), number="D-2")
    delivery.clock.advance(timedelta(days=1))
    await delivery.hears(replacement)

    newest = (await delivery.consignments())[0]
    assert [event.copies[0].copy_id for event in await delivery.published(ConsignmentExpected)][1:] == [line.copies[1].copy_id]
    await delivery.receives(newest["consignment_id"], {"barcode": "B3"})
    late = await delivery.receives(consignment_id, {"barcode": "B2"})
    assert [row["kind"] for row in late["discrepancies"]] == ["surplus"]
    received = [copy.copy_id for event in await delivery.published(CopiesReceived) for copy in event.copies]
    assert received == [copy.copy_id for copy in line.copies]


async def test_a_missing_copy_that_turns_up_late_is_received(delivery: Delivery) -> None:
    line, consignment_id = await _two_copies_on_the_way(delivery)
    await delivery.receives(consignment_id, complete=True)
    await delivery.receives(consignment_id, {"barcode": "B2"})
    (event,) = await delivery.published(CopiesReceived)
    assert event.copies[0].copy_id == line.copies[1].copy_id


async def test_copies_travel_through_the_hub_in_two_legs(delivery: Delivery) -> None:
    line = an_ordered_line(branches=["IPSW", "BSE", "IPSW"])
    await delivery.hears(an_order_placed(line), a_despatch(a_parcel(a_despatched_line(line, 3)), deliver_to=HUB))
    hub = await delivery.consignment(leg="to_hub")
    assert [copy["branch"] for copy in hub["copies"]] == ["IPSW", "BSE", "IPSW"]

    await delivery.receives(hub["consignment_id"], {"isbn": ISBN, "quantity": 2})
    await delivery.receives(hub["consignment_id"], {"isbn": ISBN, "quantity": 1})
    ipswich = await delivery.consignment(leg="from_hub", place="IPSW")
    bury = await delivery.consignment(leg="from_hub", place="BSE")
    assert [copy["copy_id"] for copy in ipswich["copies"]] == [str(line.copies[n].copy_id) for n in (0, 2)]
    assert [copy["copy_id"] for copy in bury["copies"]] == [str(line.copies[1].copy_id)]

    await delivery.receives(ipswich["consignment_id"], {"isbn": ISBN, "quantity": 2})
    await delivery.receives(bury["consignment_id"], complete=True)
    events = await delivery.published(CopiesReceived)
    assert [(event.leg, event.place.code, len(event.copies)) for event in events] == [
        (Leg.TO_HUB, "CSU", 2),
        (Leg.TO_HUB, "CSU", 1),
        (Leg.FROM_HUB, "IPSW", 2),
    ]
    onward = [(event.leg, event.place.code) for event in await delivery.published(ConsignmentExpected)]
    assert onward == [(Leg.TO_HUB, "CSU"), (Leg.FROM_HUB, "BSE"), (Leg.FROM_HUB, "IPSW"), (Leg.FROM_HUB, "IPSW")]
    assert {event.key() for event in events} == {"eastern/D-1"}
    (short,) = await delivery.discrepancies()
    assert (short["kind"], short["copy_id"]) == ("short", str(line.copies[1].copy_id))


async def test_a_council_never_sees_or_changes_what_is_anothers(delivery: Delivery) -> None:
    _, consignment_id = await _two_copies_on_the_way(delivery)
    await delivery.receives(consignment_id, complete=True)
    for path in ("/v1/consignments", "/v1/discrepancies"):
        assert (await delivery.get(path, council=NORFOLK)).json()["items"] == []
    one = await delivery.get(f"/v1/consignments/{consignment_id}", council=NORFOLK)
    receipt = await delivery.post_receipt(consignment_id, {"complete": True}, council=NORFOLK)
    assert [one.status_code, receipt.status_code] == [404, 404]
    assert receipt.json()["code"] == "no-such-consignment"


async def test_all_faults_of_a_receipt_are_reported_at_once(delivery: Delivery) -> None:
    _, consignment_id = await _two_copies_on_the_way(delivery)
    scans = [{"barcode": "B1"}, {}, {"isbn": "9780141439519"}, {"barcode": "B2", "quantity": 2}]
    answer = await delivery.post_receipt(consignment_id, {"scans": [*scans, {"barcode": "B1", "condition": "wet"}]})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    pointers = [fault["pointer"] for fault in answer.json()["errors"]]
    assert pointers == ["/scans/1", "/scans/2/isbn", "/scans/3", "/scans/4/condition"]


async def test_a_scanner_s_line_break_is_no_part_of_a_barcode_and_no_other_hidden_character_is_taken(delivery: Delivery) -> None:
    _, consignment_id = await _two_copies_on_the_way(delivery)
    received = await delivery.receives(consignment_id, {"barcode": "B1\r\n"})
    assert [item["barcode"] for item in received["items"]] == ["B1"]
    for hidden in ("\x00", "\t", "\u200b"):
        answer = await delivery.post_receipt(consignment_id, {"scans": [{"barcode": f"B{hidden}2"}]})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/scans/0/barcode")


async def test_an_empty_receipt_and_one_without_a_key_are_refused(delivery: Delivery) -> None:
    _, consignment_id = await _two_copies_on_the_way(delivery)
    assert (await delivery.post_receipt(consignment_id, {})).status_code == 422
    keyless = await delivery.post_receipt(consignment_id, {"complete": True}, key=" ")
    assert (keyless.status_code, keyless.json()["code"]) == (400, "idempotency-key-required")


async def test_a_token_that_may_only_read_cannot_receive(delivery: Delivery) -> None:
    _, consignment_id = await _two_copies_on_the_way(delivery)
    unsigned = await delivery.client.get("/v1/consignments")
    assert unsigned.status_code == 401
    path = f"/v1/consignments/{consignment_id}/receipts"
    answer = await delivery.client.post(path, headers=delivery.reader() | {"Idempotency-Key": "k"}, json={"complete": True})
    assert answer.status_code == 403


async def test_a_list_is_paged_without_repeating_or_skipping(delivery: Delivery) -> None:
    line = an_ordered_line(branches=["IPSW"] * 5)
    await delivery.hears(an_order_placed(line))
    for number in range(5):
        await delivery.hears(a_despatch(a_parcel(a_despatched_line(line)), number=f"D-{number}", deliver_to=a_branch()))
    seen: list[str] = []
    query = {"limit": "2"}
    while True:
        page = (await delivery.get("/v1/consignments", query)).json()
        seen += [row["despatch_number"] for row in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert sorted(seen) == [f"D-{number}" for number in range(5)]
    assert (await delivery.get("/v1/consignments", {"cursor": "nonsense"})).status_code == 400


async def test_lists_are_narrowed_by_their_filters(delivery: Delivery) -> None:
    _, consignment_id = await _two_copies_on_the_way(delivery)
    await delivery.receives(consignment_id, {"barcode": "B1"}, {"barcode": "X9"}, complete=True)
    for fits in ({"state": "closed"}, {"place": "IPSW"}, {"supplier_id": "eastern"}, {"leg": "direct"}):
        assert len(await delivery.consignments(**fits)) == 1
    for differs in ({"state": "expected"}, {"place": "BSE"}, {"supplier_id": "other"}, {"leg": "to_hub"}):
        assert await delivery.consignments(**differs) == []
    assert [row["kind"] for row in await delivery.discrepancies(kind="short")] == ["short"]
    assert len(await delivery.discrepancies(consignment_id=consignment_id, supplier_id="eastern")) == 2
    assert await delivery.discrepancies(supplier_id="other") == []
