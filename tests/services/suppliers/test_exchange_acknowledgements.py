"""An acknowledgement reaches the message of ours that it is about, and staff where the message could not be read."""

from uuid import UUID

import pytest

from services.suppliers.contract import AcknowledgementFact
from services.suppliers.domain.messages import Direction, State
from services.suppliers.store import messages
from services.suppliers.usecases import decisions
from shared.contracts.messages import MessageQuarantined, MessageSettled
from shared.contracts.suppliers import OrderResponded, OrderSent, SendOutcome
from tests.fixtures import scripted_supplier as does
from tests.fixtures.scripted_supplier import ScriptedSupplier
from tests.services.suppliers.conftest import Rig, a_cancellation, a_line, a_response, an_acceptance, an_order

TAKEN = AcknowledgementFact(1, True)
REFUSED = AcknowledgementFact(1, False, "a value is too long")


async def reasons_in_history(rig: Rig, message_id: UUID) -> list[str]:
    async with rig.engine.connect() as connection:
        return [change.reason for change in await messages.history(connection, message_id)]


async def replay(rig: Rig, message_id: UUID) -> None:
    async with rig.engine.begin() as connection:
        await decisions.replay(connection, rig.exchange, message_id, actor="jo", reason="mended the profile")


async def test_a_readable_message_has_that_in_its_history(rig: Rig) -> None:
    order = an_order()
    await rig.hears(order)
    await rig.send_all()

    await rig.receives(rig.means(b"1", TAKEN))

    sent, verdict = await rig.messages()
    assert (sent.state, verdict.state) == (State.SENT, State.APPLIED)
    assert (await reasons_in_history(rig, sent.id))[-1] == "the supplier could read it"
    assert (verdict.order_ids, verdict.councils) == ((order.order_id,), ("GB-SFK",))
    assert [type(fact) for fact in await rig.published()] == [OrderSent]


async def test_a_message_that_could_not_be_read_is_failed_and_shown_to_staff(rig: Rig) -> None:
    await rig.hears(an_order())
    await rig.send_all()

    await rig.receives(rig.means(b"1", REFUSED))

    sent, verdict = await rig.messages()
    assert (sent.state, verdict.state) == (State.FAILED, State.APPLIED)
    assert sent.reason == "the supplier could not read it: a value is too long"
    _, waits, failed = await rig.published()
    assert isinstance(waits, MessageQuarantined)
    assert isinstance(failed, OrderSent)
    assert (waits.message_id, waits.kind, failed.outcome) == (sent.id, "order", SendOutcome.FAILED)


async def test_an_unreadable_order_is_written_again_under_a_new_reference(rig: Rig) -> None:
    await rig.hears(an_order())
    await rig.send_all()
    await rig.receives(rig.means(b"1", REFUSED))
    sent, verdict = await rig.messages()

    await replay(rig, verdict.id)  # changes nothing: the verdict was noted
    await rig.read_all()
    await replay(rig, sent.id)
    await rig.send_all()

    assert await rig.states() == [State.SENT, State.APPLIED]
    assert list(rig.supplier.held) == [1, 2]
    assert len(await rig.published(MessageQuarantined)) == len(await rig.published(MessageSettled)) == 1


async def test_an_unreadable_cancellation_leaves_the_lines_unchanged(rig: Rig) -> None:
    order = an_order()
    await rig.hears(order)
    await rig.send_all()
    await rig.hears(a_cancellation(order, order.lines[0].line_key, 0))
    await rig.send_all()

    await rig.receives(rig.means(b"1", AcknowledgementFact(2, False, "too many parts")))

    (event,) = await rig.published(OrderResponded)
    assert isinstance(event, OrderResponded)
    assert event.lines[0].note == "the supplier could not read it: too many parts"


@pytest.mark.parametrize("reference", [77, -1, 99_999_999_999_999])
async def test_an_acknowledgement_of_an_unknown_message_is_held(rig: Rig, reference: int) -> None:
    await rig.receives(rig.means(b"1", AcknowledgementFact(reference, True)))

    (message,) = await rig.messages()
    assert message.state is State.QUARANTINED
    assert message.reason == f"no message was sent under reference {reference}"


async def test_a_negative_acknowledgement_of_an_answered_message_is_held(rig: Rig) -> None:
    line = a_line()
    await rig.hears(an_order(line))
    await rig.send_all()

    await rig.receives(rig.means(b"1", a_response(an_acceptance(line))), rig.means(b"2", REFUSED))

    assert await rig.states() == [State.ANSWERED, State.APPLIED, State.QUARANTINED]


async def test_an_acknowledgement_before_the_outcome_of_sending_waits_for_it(rig: Rig) -> None:
    await rig.hears(an_order())
    await rig.receives(rig.means(b"1", TAKEN))
    assert await rig.states(direction=Direction.IN) == [State.RECEIVED]

    await rig.send_all()
    await rig.advance(5)
    await rig.read_all()

    assert await rig.states() == [State.SENT, State.APPLIED]


class TestASupplierThatCannotBeAsked:
    """Its acknowledgement is the only proof that a message arrived."""

    @pytest.fixture
    def supplier(self) -> ScriptedSupplier:
        return ScriptedSupplier(deduplicates=False, can_be_asked=False)

    async def test_an_acknowledgement_settles_an_unknown_outcome(self, rig: Rig) -> None:
        rig.supplier.script = [does.accepts_but_breaks]
        await rig.hears(an_order())
        await rig.send_all()

        await rig.receives(rig.means(b"1", TAKEN))

        assert await rig.states(direction=Direction.OUT) == [State.SENT]
        outcomes = [fact.outcome for fact in await rig.published() if isinstance(fact, OrderSent)]
        assert outcomes == [SendOutcome.UNKNOWN, SendOutcome.SENT]
        assert len(await rig.published(MessageSettled)) == 1
