"""Requests for records: all that wait go in one message, and a later request asks again."""

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
