"""A supplier's messages are applied once or held with a reason, never dropped."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from services.suppliers.contract import Kind, LineAnswer, RawMessage, Reading, SupplierUnavailable
from services.suppliers.domain.messages import Direction, State
from services.suppliers.loops.mailbox import Mailbox
from services.suppliers.usecases import decisions, sending
from shared.contracts.messages import MessageQuarantined, MessageSettled, SettledBy
from shared.contracts.suppliers import OrderResponded, OrderSent, SendOutcome
from shared.findings import Finding, Severity
from tests.builders import an_order_placed
from tests.fixtures import scripted_supplier as does
from tests.fixtures.scripted_supplier import ScriptedSupplier
from tests.services.suppliers.conftest import Rig, a_line, a_response, an_acceptance, an_order

PATIENCE = 61.0


async def test_a_response_is_published_once_per_order(rig: Rig) -> None:
    first, second = a_line(), a_line("9780141439600", number=2)
    other = a_line()
    order, another = an_order(first, second), an_order(other, number="PO-2", council="GB-NFK")
    await rig.hears(order, another)

    await rig.receives(rig.means(b"1", a_response(*map(an_acceptance, (first, other, second)))))

    events = await rig.published(OrderResponded)
    assert [(fact.council, fact.key()) for fact in events] == [
        ("GB-SFK", str(order.order_id)),
        ("GB-NFK", str(another.order_id)),
    ]
    (message,) = await rig.messages(direction=Direction.IN)
    assert message.state is State.APPLIED
    assert message.councils == ("GB-NFK", "GB-SFK")


async def test_an_answer_is_found_by_order_number_and_isbn(rig: Rig) -> None:
    line = a_line()
    await rig.hears(an_order(line))

    body = rig.means(b"1", a_response(LineAnswer(None, None, "0141439513", status_code="100"), order_number="PO-1"))
    await rig.receives(body)

    (event,) = await rig.published(OrderResponded)
    assert isinstance(event, OrderResponded)
    assert event.lines[0].line_key == line.line_key


async def test_an_answer_is_found_by_the_suppliers_own_reference(rig: Rig) -> None:
    line = a_line()
    await rig.hears(an_order(line))
    await rig.receives(rig.means(b"1", a_response(an_acceptance(line), reference="S-77")))

    await rig.receives(rig.means(b"2", a_response(LineAnswer(None, None, line.isbn, status_code="400"), reference="S-77")))

    assert len(await rig.published(OrderResponded)) == 2


@pytest.mark.parametrize(
    ("answer", "order_number", "reason"),
    [
        (LineAnswer("SB-GONE", None, "9780141439518"), "PO-9", "line key SB-GONE and order PO-9"),
        (LineAnswer(None, None, "9780141439518"), None, "has neither a line key nor an order number"),
        (LineAnswer(None, "PO-1", "9780140449136"), None, "order PO-1 has no line with ISBN 9780140449136"),
    ],
)
async def test_an_answer_that_matches_nothing_is_held_with_the_reason(
    rig: Rig, answer: LineAnswer, order_number: str | None, reason: str
) -> None:
    await rig.hears(an_order())
    body = rig.means(b"1", a_response(answer, order_number=order_number))

    await rig.receives(body)
    await rig.advance(PATIENCE)
    await rig.read_all()

    (message,) = await rig.messages(direction=Direction.IN)
    assert message.state is State.QUARANTINED
    assert reason in message.reason
    (event,) = await rig.published()
    assert isinstance(event, MessageQuarantined)
    assert event.reason == message.reason


async def test_a_line_key_that_contradicts_the_order_number_is_not_trusted(rig: Rig) -> None:
    line = a_line()
    await rig.hears(an_order(line), an_order(a_line(), number="PO-2"))

    await rig.receives(rig.means(b"1", a_response(an_acceptance(line), order_number="PO-2")))

    (message,) = await rig.messages(direction=Direction.IN)
    assert message.state is State.QUARANTINED
    assert f"line key {line.line_key} belongs to order PO-1, not to PO-2" in message.reason


async def test_an_order_number_of_two_councils_is_held(rig: Rig) -> None:
    await rig.hears(an_order(council="GB-SFK"), an_order(council="GB-NFK"))

    body = rig.means(b"1", a_response(LineAnswer(None, "PO-1", "9780141439518", status_code="100")))
    await rig.receives(body)

    (message,) = await rig.messages(direction=Direction.IN)
    assert message.state is State.QUARANTINED
    assert "several councils: GB-NFK, GB-SFK" in message.reason


async def test_what_matches_is_applied_and_the_rest_is_held(rig: Rig) -> None:
    line = a_line()
    await rig.hears(an_order(line))
    unknown = LineAnswer(None, "PO-1", "9780140449136", status_code="100")

    await rig.receives(rig.means(b"1", a_response(an_acceptance(line), unknown)))

    assert await rig.states(direction=Direction.IN) == [State.PARTLY_APPLIED]
    assert [type(fact) for fact in await rig.published()] == [OrderResponded, MessageQuarantined]


async def test_an_answer_that_overtakes_its_order_is_applied_when_the_order_arrives(rig: Rig) -> None:
    line = a_line()
    await rig.receives(rig.means(b"1", a_response(an_acceptance(line))))
    assert await rig.states(direction=Direction.IN) == [State.RECEIVED]

    await rig.hears(an_order(line))
    rig.restart()
    await rig.advance(5)
    await rig.read_all()

    assert await rig.states(direction=Direction.IN) == [State.APPLIED]
    assert len(await rig.published(OrderResponded)) == 1


async def test_the_same_content_is_a_duplicate_whatever_its_name(rig: Rig) -> None:
    line = a_line()
    await rig.hears(an_order(line))
    body = rig.means(b"1", a_response(an_acceptance(line)))

    await rig.receives(body, body)

    assert await rig.states(direction=Direction.IN) == [State.APPLIED, State.DUPLICATE]
    assert len(await rig.published(OrderResponded)) == 1


async def test_a_reference_used_for_other_content_is_found_and_does_not_lose_it(rig: Rig) -> None:
    line = a_line()
    await rig.hears(an_order(line))
    for body in (b"1", b"2"):
        rig.means(body, a_response(an_acceptance(line)), control_reference="77", sender="5099990000044")

    await rig.receives(b"1", b"2")

    messages = await rig.messages(direction=Direction.IN)
    assert [message.state for message in messages] == [State.APPLIED, State.APPLIED]
    assert [finding["code"] for finding in messages[1].findings] == ["reference-reused"]


async def test_a_test_message_is_never_applied(rig: Rig) -> None:
    line = a_line()
    await rig.hears(an_order(line))

    await rig.receives(rig.means(b"1", a_response(an_acceptance(line)), test=True))

    assert await rig.states(direction=Direction.IN) == [State.TEST]
    assert not await rig.published()


async def test_unreadable_bytes_are_kept_and_quarantined(rig: Rig) -> None:
    await rig.receives(b"\x00\xff nobody knows")

    (message,) = await rig.messages()
    assert (message.state, message.reason) == (State.QUARANTINED, "the message is not understood")
    assert [finding["code"] for finding in message.findings] == ["unreadable"]


async def test_content_that_cannot_be_trusted_is_applied_in_part(rig: Rig) -> None:
    line = a_line()
    await rig.hears(an_order(line))
    finding = Finding("segment-missing", "a segment is missing", Severity.ERROR)

    await rig.receives(rig.means(b"1", a_response(an_acceptance(line)), findings=(finding,)))

    assert await rig.states(direction=Direction.IN) == [State.PARTLY_APPLIED]
    assert len(await rig.published(OrderResponded)) == 1


async def test_an_acknowledgement_alone_is_applied_without_effect(rig: Rig) -> None:
    rig.supplier.readings[b"ok"] = Reading(Kind.UNKNOWN, ())

    await rig.receives(b"ok")

    assert await rig.states() == [State.APPLIED]
    assert not await rig.published()


async def test_an_immediate_answer_is_handled_the_same_way(rig: Rig) -> None:
    line = a_line()
    rig.supplier.script = [does.answers(rig.means(b"1", a_response(an_acceptance(line))))]
    await rig.hears(an_order(line))

    await rig.send_all()
    await rig.read_all()

    assert [type(fact) for fact in await rig.published()] == [OrderSent, OrderResponded]
    assert await rig.states() == [State.ANSWERED, State.APPLIED]


class TestASupplierThatCannotBeAsked:
    """Its answer is the only proof that it has an order."""

    @pytest.fixture
    def supplier(self) -> ScriptedSupplier:
        return ScriptedSupplier(deduplicates=False, can_be_asked=False)

    async def test_an_answer_settles_an_unknown_outcome(self, rig: Rig) -> None:
        line = a_line()
        rig.supplier.script = [does.accepts_but_breaks]
        await rig.hears(an_order(line))
        await rig.send_all()

        await rig.receives(rig.means(b"1", a_response(an_acceptance(line))))

        outcomes = [fact.outcome for fact in await rig.published() if isinstance(fact, OrderSent)]
        assert outcomes == [SendOutcome.UNKNOWN, SendOutcome.SENT]
        assert await rig.states(direction=Direction.OUT) == [State.ANSWERED]


async def test_a_stopped_account_refuses_every_line_of_the_order(rig: Rig) -> None:
    lines = a_line(), a_line("9780141439600", number=2)
    await rig.hears(an_order(*lines))

    await rig.receives(rig.means(b"1", replace(a_response(order_number="PO-1"), account_stopped=True)))

    (event,) = await rig.published(OrderResponded)
    assert isinstance(event, OrderResponded)
    assert event.account_stopped
    assert {line.line_key for line in event.lines} == {line.line_key for line in lines}


async def test_a_replay_after_the_order_arrived_applies_only_what_was_held(rig: Rig) -> None:
    known, late = a_line(), a_line("9780141439600")
    await rig.hears(an_order(known))
    await rig.receives(rig.means(b"1", a_response(an_acceptance(known), an_acceptance(late))))
    await rig.advance(PATIENCE)
    await rig.read_all()
    (message,) = await rig.messages(direction=Direction.IN)
    assert message.state is State.PARTLY_APPLIED

    await rig.hears(an_order(late, number="PO-2"))
    for _ in range(2):
        async with rig.engine.begin() as connection:
            await decisions.replay(connection, rig.exchange, message.id, actor="jo", reason="the order is here")
        await rig.read_all()

    answered = [line.line_key for fact in await rig.published() if isinstance(fact, OrderResponded) for line in fact.lines]
    assert answered == [known.line_key, late.line_key]
    assert await rig.states(direction=Direction.IN) == [State.APPLIED]
    assert next(fact.outcome for fact in await rig.published() if isinstance(fact, MessageSettled)) is SettledBy.APPLIED


async def test_an_order_that_could_not_be_written_is_written_again_on_replay(rig: Rig) -> None:
    rig.supplier.unwritable = "no account"
    await rig.hears(an_order())
    (message,) = await rig.messages()
    rig.supplier.unwritable = ""
    rig.supplier.remarks = (Finding("national-transliterated", "sent as Lodz", Severity.INFO),)

    async with rig.engine.begin() as connection:
        await decisions.replay(connection, rig.exchange, message.id, actor="jo", reason="account added")
    await rig.send_all()

    assert list(rig.supplier.held) == [1]
    assert [finding["text"] for finding in (await rig.messages())[0].findings] == ["sent as Lodz"]
    assert await rig.states() == [State.SENT]


async def test_an_unreachable_mailbox_is_named_and_tried_again(rig: Rig) -> None:
    rig.supplier.mailbox = [RawMessage("a.edi", b"?")]
    rig.supplier.mailbox_trouble = SupplierUnavailable("connection refused")
    await rig.mailbox.turn()
    assert rig.mailbox.trouble() == "the mailbox of Scripted Books cannot be reached: connection refused"

    rig.supplier.mailbox_trouble = None
    await rig.mailbox.turn()
    assert len(rig.supplier.mailbox) == 1
    await rig.advance(10)
    await rig.mailbox.turn()

    assert rig.mailbox.trouble() == ""
    assert rig.supplier.mailbox == []


async def test_an_answer_during_the_attempt_does_not_disturb_it(rig: Rig) -> None:
    line = a_line()
    await rig.hears(an_order(line))
    async with rig.engine.begin() as connection:
        intended = await sending.intend(connection, rig.exchange, [Kind.ORDER])
    assert intended is not None

    await rig.receives(rig.means(b"1", a_response(an_acceptance(line))))

    assert await rig.states(direction=Direction.OUT) == [State.SENDING]
    assert len(await rig.published(OrderResponded)) == 1


async def test_an_isbn_on_two_lines_of_one_order_is_held(rig: Rig) -> None:
    await rig.hears(an_order_placed(a_line(number=1), a_line(number=2)))

    await rig.receives(rig.means(b"1", a_response(LineAnswer(None, "PO-1", "9780141439518", status_code="100"))))

    (message,) = await rig.messages(direction=Direction.IN)
    assert message.state is State.QUARANTINED
    assert "match several lines" in message.reason


async def test_a_mailbox_that_never_answers_counts_as_away(rig: Rig) -> None:
    class Silent(ScriptedSupplier):
        async def fetch(self, _: str | None) -> AsyncIterator[RawMessage]:
            await asyncio.Event().wait()
            yield RawMessage("never", b"")

    impatient = replace(rig.exchange, limits=replace(rig.exchange.limits, fetch=0.05))
    mailbox = Mailbox(rig.engine, impatient, Silent())
    await mailbox.turn()
    assert mailbox.trouble() == "the mailbox of Scripted Books cannot be reached: no message arrived within 0.05 s"
