"""A clock that goes back an hour holds up no message, and what was settled after it is settled."""

from services.suppliers.domain.messages import State
from services.suppliers.usecases import decisions
from shared.contracts.messages import MessageQuarantined, MessageSettled
from tests.fixtures import scripted_supplier as does
from tests.services.suppliers.conftest import Rig, an_order


async def test_it_delays_no_order(rig: Rig) -> None:
    rig.supplier.script = [does.is_unavailable, does.accepts_but_breaks]
    await rig.hears(an_order())
    await rig.send_all()
    assert await rig.states() == [State.QUEUED]

    await rig.advance(-3_600)
    rig.restart()
    await rig.send_all()
    assert await rig.states() == [State.SENT]


async def test_it_delays_no_question_about_an_order(rig: Rig) -> None:
    rig.supplier.script = [does.is_lost_on_the_way]
    await rig.hears(an_order())
    assert await rig.sender.turn()
    assert await rig.states() == [State.UNKNOWN]

    await rig.advance(-3_600)
    await rig.send_all()

    assert await rig.states() == [State.SENT]


async def test_a_message_is_settled_after_its_quarantine_also_where_the_clock_went_back(rig: Rig) -> None:
    await rig.receives(b"?")
    (message,) = await rig.messages()

    await rig.advance(-3_600)
    async with rig.engine.begin() as connection:
        await decisions.discard(connection, rig.exchange, message.id, actor="jo", reason="sent by mistake")

    quarantined, _, settled = await rig.published()
    assert isinstance(quarantined, MessageQuarantined)
    assert isinstance(settled, MessageSettled)
    assert settled.settled_at > quarantined.quarantined_at
