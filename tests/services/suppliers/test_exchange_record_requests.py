"""Requests for records: all that wait go in one message, and a later request asks again."""

from shared.bus import to_statement
from tests.services.suppliers.conftest import Rig, a_record_request


async def test_record_requests_that_wait_share_one_message(rig: Rig) -> None:
    await rig.hears(a_record_request("9780141439518"), a_record_request("9780141439600"), a_record_request("9780141439518"))

    await rig.send_all()

    (message,) = rig.supplier.arrivals
    assert b'["9780141439518", "9780141439600"]' in message.body


async def test_a_record_is_asked_for_again_when_the_catalogue_asks_again_later(rig: Rig) -> None:
    await rig.hears(a_record_request("9780141439518"))
    await rig.send_all()
    await rig.hears(a_record_request("9780141439518"))
    await rig.send_all()
    await rig.hears(a_record_request("9780141439518", day=3))
    await rig.send_all()

    assert len(rig.supplier.arrivals) == 2


async def test_a_request_that_is_published_again_asks_nobody(rig: Rig) -> None:
    await rig.hearing.hears_envelopes([to_statement(a_record_request("9780141439518"), clock=rig.clock)])
    await rig.send_all()
    assert rig.supplier.arrivals == []
