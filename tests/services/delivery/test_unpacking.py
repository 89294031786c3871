"""What a place unpacks: faults of servicing, single parcels, what a scanned code is, and what arrives where."""

from datetime import timedelta
from uuid import uuid4

from shared.contracts.delivery import CopiesReceived, DiscrepancyFound, ServicingKind
from shared.contracts.orders import CopyState, OrderedLine
from shared.contracts.suppliers import CopyReference
from tests.builders import (
    HUB,
    ISBN,
    NORFOLK,
    OTHER_ISBN,
    UNKNOWN_ISBN,
    a_despatch,
    a_despatched_line,
    a_line_progressed,
    a_parcel,
    an_order_placed,
    an_ordered_line,
)
from tests.services.delivery.conftest import Delivery, Json

FIRST, SECOND = "350123450000000014", "350123450000000021"


async def _two_parcels(delivery: Delivery) -> tuple[OrderedLine, str]:
    """A copy in each of two parcels for Ipswich, with barcodes B1 and B2; the line and the consignment's id."""
    line = an_ordered_line(branches=["IPSW", "IPSW"])
    parcels = [
        a_parcel(a_despatched_line(line, copies=[CopyReference(copy_number=number, barcode=f"B{number}")]), parcel_id=sscc)
        for number, sscc in ((1, FIRST), (2, SECOND))
    ]
    await delivery.hears(an_order_placed(line), a_despatch(*parcels))
    (consignment,) = await delivery.consignments()
    return line, consignment["consignment_id"]


async def _scan(delivery: Delivery, code: str, place: str = "IPSW") -> Json:
    answer = await delivery.get("/v1/scans", {"place": place, "code": code})
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def test_a_copy_with_a_wrong_label_is_received_and_its_fault_is_kept_and_published(delivery: Delivery) -> None:
    line, consignment_id = await _two_parcels(delivery)
    faults = [{"kind": "spine_label", "note": "upside down"}, {"kind": "tag"}]
    answer = await delivery.receives(consignment_id, {"barcode": "B1", "servicing": faults, "note": "seen at the counter"})
    assert [(item["state"], len(item["servicing"])) for item in answer["items"]] == [("received", 2)]
    (event,) = await delivery.published(CopiesReceived)
    assert [fault.kind for fault in event.copies[0].servicing] == [ServicingKind.SPINE_LABEL, ServicingKind.TAG]
    assert await delivery.published(DiscrepancyFound) == []
    (found,) = await delivery.discrepancies(kind="servicing")
    assert (found["copy_id"], found["note"]) == (str(line.copies[0].copy_id), "seen at the counter")
    assert [fault["kind"] for fault in found["servicing"]] == ["spine_label", "tag"]
    copy = (await delivery.consignment())["copies"][0]
    assert (copy["settled_by"], copy["servicing"][0]["note"]) == ("librarian", "upside down")


async def test_faults_of_a_damaged_copy_are_refused(delivery: Delivery) -> None:
    _, consignment_id = await _two_parcels(delivery)
    scan = {"barcode": "B1", "condition": "damaged", "servicing": [{"kind": "jacket"}]}
    answer = await delivery.post_receipt(consignment_id, {"scans": [scan]})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-request")


async def test_a_finished_parcel_leaves_the_others_outstanding(delivery: Delivery) -> None:
    line, consignment_id = await _two_parcels(delivery)
    answer = await delivery.post_receipt(consignment_id, {"complete": True, "parcel_id": SECOND})
    assert (answer.json()["state"], answer.json()["outstanding"]) == ("partly_received", 1)
    (event,) = await delivery.published(DiscrepancyFound)
    assert event.consigned_copy is not None
    assert event.consigned_copy.copy_id == line.copies[1].copy_id
    assert (await delivery.post_receipt(consignment_id, {"parcel_id": SECOND})).status_code == 422


async def test_a_named_item_is_missing_once_with_its_note(delivery: Delivery) -> None:
    _, consignment_id = await _two_parcels(delivery)
    item_id = (await delivery.consignment())["copies"][1]["item_id"]
    missing = {"item_id": item_id, "condition": "missing", "note": "box was open"}
    answer = await delivery.receives(consignment_id, missing, missing)
    assert [(row["kind"], row["note"]) for row in answer["discrepancies"]] == [("short", "box was open")]
    assert answer["already_counted"] == ["B2"]
    refused = await delivery.post_receipt(consignment_id, {"scans": [{"barcode": "B1", "condition": "missing"}]})
    assert refused.status_code == 422
    late = await delivery.receives(consignment_id, {"barcode": "B2"})
    assert [item["state"] for item in late["items"]] == ["received"]


async def test_an_item_of_another_consignment_is_refused(delivery: Delivery) -> None:
    _, consignment_id = await _two_parcels(delivery)
    answer = await delivery.post_receipt(consignment_id, {"scans": [{"item_id": str(uuid4())}]})
    assert (answer.status_code, answer.json()["code"]) == (422, "no-such-item")
    assert (await delivery.consignment())["state"] == "expected"


async def test_a_scan_finds_the_copy_the_parcel_the_line_and_the_title(delivery: Delivery) -> None:
    line, _ = await _two_parcels(delivery)
    codes = {
        "B1": ("barcode", 1),
        "00" + FIRST: ("parcel", 1),
        FIRST: ("parcel", 1),
        line.line_key: ("line", 2),
        ISBN: ("title", 2),
    }
    found = {code: await _scan(delivery, code) for code in codes}
    assert {code: (one["kind"], len(one["goods"])) for code, one in found.items()} == codes
    assert {one["outcome"] for one in found.values()} == {"expected"}
    assert (await delivery.get("/v1/scans", {"place": "IPSW", "code": "B1"}, council=NORFOLK)).json()["outcome"] == "unknown"


async def test_a_scan_at_another_place_says_where_the_goods_belong(delivery: Delivery) -> None:
    _, consignment_id = await _two_parcels(delivery)
    found = await _scan(delivery, "B1", "LOWE")
    assert (found["outcome"], found["advice"]) == ("elsewhere", "It is expected at IPSW Library: send it there.")
    await delivery.receives(consignment_id, {"barcode": "B1"})
    assert (await _scan(delivery, "B1", "LOWE"))["outcome"] == "already"
    assert (await _scan(delivery, "B1"))["advice"] == "It was received here before. Nothing is counted again."


async def test_a_title_for_two_other_branches_is_not_guessed(delivery: Delivery) -> None:
    line = an_ordered_line(branches=["BURY", "LOWE"])
    await delivery.hears(an_order_placed(line))
    for number, copy in enumerate(line.copies, start=1):
        reference = CopyReference(copy_number=number)
        parcel = a_parcel(a_despatched_line(line, copies=[reference]))
        await delivery.hears(a_despatch(parcel, number=f"D-{number}", deliver_to=copy.branch))
    found = await _scan(delivery, ISBN)
    assert (found["outcome"], len(found["goods"])) == ("elsewhere", 2)
    assert "BURY Library, LOWE Library" in found["advice"]


async def test_a_scan_of_what_was_not_sent_was_cancelled_or_never_ordered_says_so(delivery: Delivery) -> None:
    waiting, cancelled = an_ordered_line(OTHER_ISBN), an_ordered_line()
    order = an_order_placed(waiting, cancelled)
    await delivery.hears(order, a_line_progressed(order, cancelled, CopyState.CANCELLED, copies=cancelled.copies))
    outcomes = [(await _scan(delivery, code))["outcome"] for code in (OTHER_ISBN, ISBN, UNKNOWN_ISBN, "X9")]
    assert outcomes == ["not_despatched", "not_wanted", "unknown", "unknown"]


async def test_a_late_copy_is_too_many_where_other_goods_came_for_it(delivery: Delivery) -> None:
    line, consignment_id = await _two_parcels(delivery)
    await delivery.receives(consignment_id, {"barcode": "B1"}, complete=True)
    assert (await _scan(delivery, "B2"))["outcome"] == "expected"
    replacement = a_despatched_line(line, copies=[CopyReference(barcode="B3")])
    await delivery.hears(a_despatch(a_parcel(replacement), number="D-2"))
    found = await _scan(delivery, "B2")
    assert found["outcome"] == "already"
    assert "too many" in found["advice"]


async def test_a_place_lists_what_it_has_to_unpack_and_what_it_unpacked_today(delivery: Delivery) -> None:
    _, consignment_id = await _two_parcels(delivery)
    await delivery.receives(consignment_id, {"barcode": "B1"})
    today = delivery.clock.today().isoformat()
    path, since = "/v1/expected-items", {"place": "IPSW", "settled_from": today}
    outstanding = (await delivery.get(path, {"place": "IPSW"})).json()["items"]
    assert [(item["barcode"], item["consignment_id"]) for item in outstanding] == [("B2", consignment_id)]
    first = (await delivery.get(path, {**since, "limit": "1"})).json()
    rest = (await delivery.get(path, {**since, "limit": "1", "cursor": first["next_cursor"]})).json()
    assert [item["state"] for item in first["items"] + rest["items"]] == ["received", "outstanding"]
    delivery.clock.advance(timedelta(days=1))
    tomorrow = {"place": "IPSW", "settled_from": delivery.clock.today().isoformat()}
    assert len((await delivery.get(path, tomorrow)).json()["items"]) == 1
    assert (await delivery.get(path, since, council=NORFOLK)).json()["items"] == []


async def test_arrivals_count_what_is_late_due_and_here_by_place(delivery: Delivery) -> None:
    line, consignment_id = await _two_parcels(delivery)
    hub_line = an_ordered_line(branches=["LOWE"])
    to_hub = a_despatch(a_parcel(a_despatched_line(hub_line)), number="D-9", deliver_to=HUB)
    await delivery.hears(an_order_placed(hub_line, number="PO-2"), to_hub)
    day = (await delivery.consignment(place="IPSW"))["expected_on"]
    found = (await delivery.get("/v1/arrivals")).json()
    assert [(row["code"], row["leg"]) for row in found["places"]] == [(HUB.code, "to_hub"), ("IPSW", "direct")]
    await delivery.receives(consignment_id, {"line_key": line.line_key})
    ipswich = (await delivery.get("/v1/arrivals")).json()["places"][1]
    assert sum(ipswich[name] for name in ("late", "due_today", "later")) == 1
    assert ipswich["arrived_today"] == 1
    assert [row["place"]["code"] for row in await delivery.consignments(received_from=found["day"])] == ["IPSW"]
    assert await delivery.consignments(is_open="false") == []
    if day is not None:
        assert await delivery.consignments(place="IPSW", expected_before=day) == []
        assert len(await delivery.consignments(place="IPSW", expected_from=day, is_open="true")) == 1
