"""Consignments published again: a read model built from that alone is the same, and one that has them already stays so."""

from datetime import timedelta

from services.delivery.incoming import handlers
from services.delivery.republish import OWNER
from shared.bus import to_envelope, to_statement
from shared.contracts.orders import CopyState
from shared.contracts.suppliers import CopyReference
from shared.republish import Wanted
from tests.builders import HUB, a_despatch, a_despatched_line, a_line_progressed, a_parcel, an_order_placed, an_ordered_line
from tests.services.delivery.conftest import Delivery
from tests.services.hearing import Hearing
from tests.services.read_model import ReadModel, check_feed, check_rebuild, published_again


async def test_a_read_model_is_the_same_from_what_is_published_again(
    delivery: Delivery, read_model: ReadModel, evidence_model: ReadModel, feed_model: ReadModel
) -> None:
    line = an_ordered_line(branches=["IPSW", "IPSW", "IPSW", "LOWE"])
    named = [CopyReference(copy_number=number, barcode=f"B{number}") for number in (1, 2, 3)]
    order = an_order_placed(line)
    await delivery.hears(order, a_despatch(a_parcel(a_despatched_line(line, 3, copies=named))))
    (direct,) = await delivery.consignments()
    _later(delivery)
    await delivery.receives(direct["consignment_id"], {"barcode": "B1", "servicing": [{"kind": "jacket", "note": "torn"}]})
    _later(delivery)
    damaged = {"barcode": "B2", "condition": "damaged"}
    await delivery.receives(direct["consignment_id"], damaged, {"barcode": "X9"}, complete=True)
    _later(delivery)
    other = [CopyReference(copy_number=4, barcode="B4")]
    await delivery.hears(a_despatch(a_parcel(a_despatched_line(line, 1, copies=other)), number="D-2", deliver_to=HUB))
    (to_hub,) = await delivery.consignments(leg="to_hub")
    _later(delivery)
    await delivery.receives(to_hub["consignment_id"], {"barcode": "B4"}, complete=True)
    rows = await check_rebuild(_hearing(delivery), OWNER, delivery.clock, read_model, evidence_model)
    wanted = {
        "counted_in": 1,
        "day_count": 1,
        "consignment": 3,
        "consigned_copy": 5,
        "discrepancy": 3,
        "copy": 4,
        "work": 1,
        "work_count": 1,
    }
    assert {name: len(found) for name, found in rows.items()} == wanted
    known = [to_envelope(order, clock=delivery.clock, version=1)]
    assert await check_feed(_hearing(delivery), OWNER, delivery.clock, feed_model, known=known) == set()


async def test_only_consignments_that_changed_since_a_day_are_published_again(delivery: Delivery) -> None:
    line = an_ordered_line(branches=["IPSW", "IPSW"])
    for number in (1, 2):
        copies = [CopyReference(copy_number=number)]
        parcel = a_parcel(a_despatched_line(line, copies=copies))
        await delivery.hears(an_order_placed(line), a_despatch(parcel, number=f"D-{number}"))
    delivery.clock.advance(timedelta(days=3))
    since = delivery.clock.now() - timedelta(days=1)
    assert (await published_again(_hearing(delivery), OWNER, delivery.clock, Wanted(since=since)))[0] == []
    (first,) = [one for one in await delivery.consignments() if one["despatch_number"] == "D-1"]
    await delivery.receives(first["consignment_id"], {"line_key": line.line_key})
    again, reported = await published_again(_hearing(delivery), OWNER, delivery.clock, Wanted(since=since))
    assert {envelope.key for envelope in again} == {"eastern/D-1"}
    assert reported == [
        "1 consignment: 2 events published again",
        "0 delivery rules: 0 events published again",
        "0 switches: 0 events published again",
        "0 proposed changes: 0 events published again",
        "0 dead letters: 0 events published again",
    ]


async def test_delivery_keeps_orders_published_again_and_acts_on_no_despatch_published_again(delivery: Delivery) -> None:
    line = an_ordered_line(branches=["IPSW", "IPSW"])
    order = an_order_placed(line)
    cancelled = a_line_progressed(order, line, CopyState.CANCELLED, copies=line.copies[:1])
    missed = [to_statement(event, clock=delivery.clock, version=2) for event in (order, cancelled)]
    hearing = _hearing(delivery)
    await hearing.hears_envelopes(missed)
    despatch = a_despatch(a_parcel(a_despatched_line(line)))
    await hearing.hears_envelopes([to_statement(despatch, clock=delivery.clock)])
    assert await delivery.consignments() == []
    await delivery.hears(despatch)
    before = await delivery.consignment()
    assert [item["copy_id"] for item in before["copies"]] == [str(line.copies[1].copy_id)]
    await hearing.hears_envelopes(missed)
    assert await delivery.consignment() == before


def _hearing(delivery: Delivery) -> Hearing:
    return Hearing(delivery.engine, delivery.clock, handlers(delivery.clock))


def _later(delivery: Delivery) -> None:
    delivery.clock.advance(timedelta(minutes=1))
