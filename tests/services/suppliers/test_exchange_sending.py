"""Orders are sent once, in order and under one reference, whatever happens on the way."""

import asyncio
import json
from dataclasses import replace

import pytest

from services.suppliers.contract import (
    Capability,
    Kind,
    OutboundMessage,
    RawMessage,
    Undecided,
)
from services.suppliers.domain.messages import Direction, State
from services.suppliers.loops.sender import Sender
from services.suppliers.store import messages
from services.suppliers.usecases import sending
from shared.bus import to_envelope
from shared.contracts.messages import MessageQuarantined
from shared.contracts.stated import SupplierReferences
from shared.contracts.suppliers import LineAction, OrderResponded, OrderSent, SendOutcome
from shared.messaging.errors import Poison
from tests.builders import an_order_placed, an_ordered_line
from tests.fixtures import scripted_supplier as does
from tests.fixtures.scripted_supplier import ScriptedSupplier
from tests.services.suppliers.conftest import Rig, a_cancellation, a_line, a_record_request, a_response, an_acceptance, an_order


async def test_an_order_is_sent_once_and_published(rig: Rig) -> None:
    order = an_order()

    await rig.hears(order)
    await rig.send_all()

    assert list(rig.supplier.held) == [1]
    (sent,) = await rig.published()
    assert isinstance(sent, OrderSent)
    assert (sent.outcome, sent.order_id, sent.control_reference) == (SendOutcome.SENT, order.order_id, "1")
    assert sent.council == "GB-SFK"
    assert await rig.states() == [State.SENT]


async def test_only_lines_of_this_supplier_are_taken(rig: Rig) -> None:
    ours = a_line()
    theirs = an_ordered_line(supplier="someone-else", number=2)

    await rig.hears(an_order(ours, theirs), an_order(theirs, number="PO-2"))

    (message,) = await rig.messages()
    assert message.line_keys == (ours.line_key,)


async def test_the_same_order_under_another_event_is_not_sent_again(rig: Rig) -> None:
    order = an_order()

    await rig.hears(order)
    await rig.hears(order)

    assert len(await rig.messages()) == 1


async def test_orders_of_one_batch_are_numbered_in_their_order_and_sent_once_each(rig: Rig) -> None:
    first, second = an_order(number="PO-1"), an_order(number="PO-2")
    envelopes = [to_envelope(event, clock=rig.clock) for event in (first, second, first)]

    await rig.hearing.hears_envelopes(envelopes)

    assert [(message.reference, message.order_ids, message.correlation_id) for message in await rig.messages()] == [
        (1, (first.order_id,), envelopes[0].correlation_id),
        (2, (second.order_id,), envelopes[1].correlation_id),
    ]
    await rig.send_all()
    assert [event.key() for event in await rig.published(OrderSent)] == [first.key(), second.key()]


async def test_references_are_sequential_and_a_refusal_of_the_writer_uses_none(rig: Rig) -> None:
    await rig.hears(an_order(number="PO-1"))
    rig.supplier.unwritable = "no account for GB-SFK"
    await rig.hears(an_order(number="PO-2"))
    rig.supplier.unwritable = ""
    await rig.hears(an_order(number="PO-3"))

    assert [message.reference for message in await rig.messages()] == [1, None, 2]
    (failed,) = await rig.published(OrderSent)
    assert isinstance(failed, OrderSent)
    assert (failed.outcome, failed.reason) == (SendOutcome.FAILED, "no account for GB-SFK")


async def test_an_unavailable_supplier_gets_the_same_bytes_later(rig: Rig) -> None:
    rig.supplier.script = [does.is_unavailable, does.is_unavailable]
    await rig.hears(an_order(number="PO-1"), an_order(number="PO-2"))

    await rig.send_all()
    assert await rig.states() == [State.QUEUED, State.QUEUED]
    assert not await rig.published()
    for _ in range(2):
        await rig.advance(10)
        await rig.send_all()

    assert [message.reference for message in rig.supplier.arrivals] == [1, 2]
    assert await rig.states() == [State.SENT, State.SENT]


async def test_a_supplier_that_stays_away_is_named_in_the_health(rig: Rig) -> None:
    rig.supplier.script = [does.is_unavailable] * 5
    await rig.hears(an_order())

    for _ in range(5):
        await rig.advance(60)
        await rig.send_all()

    assert rig.sender.trouble() == "Scripted Books cannot be reached: connection refused"
    await rig.advance(60)
    await rig.send_all()
    assert rig.sender.trouble() == ""
    assert await rig.states() == [State.SENT]


async def test_a_refusal_refuses_every_line_with_the_suppliers_code(rig: Rig) -> None:
    rig.supplier.script = [does.refuses]
    lines = a_line(), a_line("9780141439600", number=2)
    await rig.hears(an_order(*lines))

    await rig.send_all()

    (responded,) = await rig.published()
    assert isinstance(responded, OrderResponded)
    assert {line.line_key for line in responded.lines} == {line.line_key for line in lines}
    assert {(line.status_code, line.note) for line in responded.lines} == {
        ("200", "the supplier refuses it: account closed (E17)")
    }
    assert await rig.states() == [State.FAILED]


@pytest.mark.parametrize(
    ("behaviour", "arrivals"), [(does.is_lost_on_the_way, 1), (does.accepts_but_breaks, 1)], ids=["lost", "taken"]
)
async def test_an_unknown_outcome_is_asked_about_and_never_doubled(rig: Rig, behaviour: does.Behaviour, arrivals: int) -> None:
    rig.supplier.script = [behaviour]
    await rig.hears(an_order())

    await rig.send_all()

    assert len(rig.supplier.arrivals) == arrivals
    assert await rig.states() == [State.SENT]
    assert [fact.outcome for fact in await rig.published() if isinstance(fact, OrderSent)] == [
        SendOutcome.UNKNOWN,
        SendOutcome.SENT,
    ]


async def test_a_supplier_that_cannot_be_asked_but_recognises_repeats_gets_a_repeat(rig: Rig) -> None:
    rig.supplier.can_be_asked = False
    rig.supplier.script = [does.accepts_but_breaks]
    await rig.hears(an_order())

    await rig.send_all()

    assert [message.reference for message in rig.supplier.arrivals] == [1, 1]
    assert rig.supplier.arrivals[0].body == rig.supplier.arrivals[1].body
    assert await rig.states() == [State.SENT]


class TestWhereTheSupplierCanNeitherBeAskedNorRecognisesRepeats:
    """Then only a person can decide."""

    @pytest.fixture
    def supplier(self) -> ScriptedSupplier:
        return ScriptedSupplier(deduplicates=False, can_be_asked=False)

    async def test_the_message_waits_for_a_person(self, rig: Rig) -> None:
        rig.supplier.script = [does.accepts_but_breaks]
        await rig.hears(an_order(number="PO-1"), an_order(number="PO-2"))

        await rig.send_all()
        await rig.advance(3_600)
        await rig.send_all()

        assert [message.reference for message in rig.supplier.arrivals] == [1, 2]
        assert await rig.states() == [State.UNKNOWN, State.SENT]
        (waits,) = await rig.published(MessageQuarantined)
        assert isinstance(waits, MessageQuarantined)
        assert waits.in_doubt


async def test_an_unreadable_answer_is_kept_and_the_order_is_asked_about(rig: Rig) -> None:
    rig.supplier.script = [does.babbles]
    await rig.hears(an_order())

    await rig.send_all()

    (order,) = await rig.messages(direction=Direction.OUT)
    (answer,) = await rig.messages(direction=Direction.IN)
    assert (order.state, answer.state) == (State.SENT, State.QUARANTINED)
    async with rig.engine.connect() as connection:
        assert await messages.body_of(connection, answer.id) == b"<html>"


@pytest.mark.parametrize("taken", [True, False])
async def test_a_process_killed_while_sending_neither_loses_nor_doubles_the_order(rig: Rig, taken: bool) -> None:
    await rig.hears(an_order())
    async with rig.engine.begin() as connection:
        intended = await sending.intend(connection, rig.exchange, [Kind.ORDER])
    assert intended is not None
    if taken:
        rig.supplier.take(intended[1])

    rig.restart()
    await rig.sender.adopt_orphans()
    await rig.send_all()

    assert [message.reference for message in rig.supplier.arrivals] == [1]
    assert await rig.states() == [State.SENT]


async def test_a_transport_that_breaks_its_promise_makes_the_outcome_unknown(rig: Rig, logged_errors: list[str]) -> None:
    def fails(supplier: ScriptedSupplier, message: object) -> None:
        raise KeyError("x")

    rig.supplier.script = [fails]
    await rig.hears(an_order())

    await rig.send_all()

    assert await rig.states() == [State.SENT]
    assert any("transport failed" in error for error in logged_errors)
    logged_errors.clear()


async def test_a_cancellation_names_the_copies_no_longer_wanted(rig: Rig) -> None:
    line = a_line(branches=("IPSW", "LOWE", "BECC"))
    order = an_order(line)
    await rig.hears(order, a_cancellation(order, line.line_key, 1, 2))

    await rig.send_all()

    message = rig.supplier.arrivals[1]
    assert message.kind is Kind.CANCELLATION
    assert f'{{"{line.line_key}": [2, 3]}}'.encode() in message.body


async def test_a_cancellation_names_the_line_as_the_supplier_s_answers_did(rig: Rig) -> None:
    line = a_line()
    order = an_order(line)
    await rig.hears(order)
    for number, called in enumerate((SupplierReferences(line="SO77/1"), SupplierReferences(article="BK-20417")), start=1):
        answer = replace(an_acceptance(line), supplier_references=called)
        await rig.receives(rig.means(str(number).encode(), a_response(answer)))

    await rig.hears(a_cancellation(order, line.line_key, 0))
    await rig.send_all()

    assert json.loads(rig.supplier.arrivals[-1].body)["called"] == {line.line_key: "SO77/1"}
    answers = [event for event in await rig.published(OrderResponded) if isinstance(event, OrderResponded)]
    assert [event.lines[0].supplier_references for event in answers] == [
        SupplierReferences(line="SO77/1"),
        SupplierReferences(article="BK-20417"),
    ]


async def test_a_cancellation_of_what_was_never_ordered_here_is_poison(rig: Rig) -> None:
    order = an_order()

    with pytest.raises(Poison, match="never ordered"):
        await rig.hears(a_cancellation(order, order.lines[0].line_key, 0))


class TestASupplierThatTakesNothingButOrders:
    """A supplier that takes no cancellations and supplies no records: the exchange says so and sends nothing."""

    @pytest.fixture
    def supplier(self) -> ScriptedSupplier:
        return ScriptedSupplier(capabilities=[Capability.DELIVERS_DIRECT])

    async def test_a_cancellation_leaves_the_lines_as_they_are(self, rig: Rig) -> None:
        order = an_order()
        await rig.hears(order, a_cancellation(order, order.lines[0].line_key, 0))

        (answer,) = await rig.published(OrderResponded)
        assert isinstance(answer, OrderResponded)
        assert answer.lines[0].action is LineAction.UNCHANGED
        assert answer.lines[0].note == "Scripted Books takes no cancellations"

    async def test_a_record_request_waits_for_a_person(self, rig: Rig) -> None:
        await rig.hears(a_record_request("9780141439518"))
        await rig.send_all()

        assert await rig.states() == [State.FAILED]
        assert len(await rig.published(MessageQuarantined)) == 1


async def test_orders_of_two_councils_are_two_messages(rig: Rig) -> None:
    await rig.hears(an_order(council="GB-SFK"), an_order(council="GB-NFK"))

    assert [message.councils for message in await rig.messages()] == [("GB-SFK",), ("GB-NFK",)]


async def test_an_order_without_a_council_is_poison(rig: Rig) -> None:
    order = an_order_placed(a_line()).model_copy(update={"council": None})

    with pytest.raises(Poison, match="council"):
        await rig.hears(order)


async def test_an_outcome_after_another_process_took_over_changes_nothing(rig: Rig) -> None:
    second = Sender(rig.engine, rig.exchange, rig.supplier)
    begun, proceed = asyncio.Event(), asyncio.Event()

    class Slow(ScriptedSupplier):
        async def send(self, message: OutboundMessage) -> RawMessage | Undecided | None:
            rig.supplier.take(message)
            begun.set()
            await proceed.wait()
            return None

    first = Sender(rig.engine, rig.exchange, Slow())
    await rig.hears(an_order())
    attempt = asyncio.create_task(first.turn())
    await begun.wait()
    await second.adopt_orphans()
    while await second.turn():
        pass
    proceed.set()
    await attempt

    assert await rig.states() == [State.SENT]
    assert len(rig.supplier.arrivals) == 1
    assert [fact.outcome for fact in await rig.published() if isinstance(fact, OrderSent)] == [
        SendOutcome.UNKNOWN,
        SendOutcome.SENT,
    ]
