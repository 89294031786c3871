"""A damaged message stops neither the exchange nor the messages behind it."""

from dataclasses import replace

import pytest

from services.suppliers.contract import RawMessage, not_fetched
from services.suppliers.domain.messages import Direction, State
from services.suppliers.loops.reader import LARGE_MESSAGES, SMALL_MESSAGES, Reader
from services.suppliers.store import lines
from services.suppliers.usecases import decisions, intake
from shared.contracts.messages import MessageQuarantined
from shared.contracts.suppliers import OrderResponded
from shared.findings import Finding, Severity
from shared.records.brief import brief_of
from tests.builders import ISBN, a_record
from tests.services.suppliers.conftest import Rig, a_line, a_response, an_acceptance, an_order, records_of


@pytest.mark.parametrize("nul", ["order number", "reference", "finding"])
async def test_nul_characters_stop_neither_the_message_nor_the_next(rig: Rig, nul: str) -> None:
    line = a_line()
    await rig.hears(an_order(line))
    body, next_body = b"\0", b"2"
    {
        "order number": lambda: rig.means(body, a_response(replace(an_acceptance(line), order_number="PO-1\0"))),
        "reference": lambda: rig.means(body, a_response(an_acceptance(line)), control_reference="7\0", sender="\0"),
        "finding": lambda: rig.means(body, findings=(Finding("odd", "a \0 in it", Severity.ERROR),)),
    }[nul]()

    await rig.receives(body, rig.means(next_body, a_response(an_acceptance(line))))

    damaged, good = await rig.messages(direction=Direction.IN)
    assert good.state is State.APPLIED
    assert damaged.state is (State.APPLIED if nul == "reference" else State.QUARANTINED)
    assert damaged.findings[-1]["code"] == "nul-character"


async def test_a_message_the_database_cannot_hold_is_quarantined_and_the_next_goes_on(rig: Rig, logged_errors: list[str]) -> None:
    line = a_line()
    await rig.hears(an_order(line))

    await rig.receives(
        rig.means(b"1", a_response(replace(an_acceptance(line), order_number="\ud800"))),
        rig.means(b"2", a_response(an_acceptance(line))),
    )

    assert await rig.states(direction=Direction.IN) == [State.QUARANTINED, State.APPLIED]
    assert len(logged_errors) == 1
    logged_errors.clear()


async def test_what_is_too_large_for_an_event_is_held_and_the_rest_applied(rig: Rig) -> None:
    line, other = a_line(), a_line()
    await rig.hears(an_order(line), an_order(other, number="PO-2"))
    too_long = replace(an_acceptance(line), note="x" * 1_000_000)

    await rig.receives(rig.means(b"1", a_response(too_long), a_response(an_acceptance(other))))

    (message,) = await rig.messages(direction=Direction.IN)
    assert message.state is State.PARTLY_APPLIED
    assert message.reason.startswith("the response is too large for one event: 1000")
    assert [type(fact) for fact in await rig.published()] == [OrderResponded, MessageQuarantined]


async def test_a_large_message_is_read_like_any_other(rig: Rig) -> None:
    line = a_line()
    await rig.hears(an_order(line))

    await rig.receives(rig.means(b"1" * 100_000, a_response(an_acceptance(line))))

    assert await rig.states(direction=Direction.IN) == [State.APPLIED]


async def test_an_answer_does_not_wait_for_a_large_message_before_it(rig: Rig) -> None:
    line = a_line()
    await rig.hears(an_order(line))
    small = Reader(rig.engine, rig.exchange, SMALL_MESSAGES)
    large = Reader(rig.engine, rig.exchange, LARGE_MESSAGES)
    nightly = rig.means(b"x" * 65_537, *(a_record(ISBN, f"Volume {number}") for number in range(501)))
    for body in (nightly, rig.means(b"1" * 65_536, a_response(an_acceptance(line)))):
        async with rig.engine.begin() as connection:
            await intake.keep_inbound(connection, rig.exchange, RawMessage("inbound", body))

    assert [await small.turn(), await small.turn()] == [True, False]
    assert await rig.states(direction=Direction.IN) == [State.RECEIVED, State.APPLIED]
    assert [await large.turn(), await large.turn()] == [True, False]
    assert await rig.states(direction=Direction.IN) == [State.APPLIED, State.APPLIED]
    assert len(await records_of(rig)) == 501


async def test_records_applied_in_parts_are_each_applied_once_though_the_process_ended_between(rig: Rig) -> None:
    body = rig.means(b"1", *(a_record(ISBN, f"Volume {number}") for number in range(500)))
    async with rig.engine.begin() as connection:
        kept = await intake.keep_inbound(connection, rig.exchange, RawMessage("inbound", body))
        assert kept is not None
        assert await intake.apply_records(connection, rig.exchange, kept, rig.supplier.readings[body], range(300))
    rig.restart()

    await rig.read_all()

    titles = [brief_of(record.description).title for record in await records_of(rig)]
    assert sorted(titles) == sorted(f"Volume {number}" for number in range(500))
    assert await rig.states() == [State.APPLIED]
    async with rig.engine.connect() as connection:
        assert not await lines.has_pieces(connection, kept.id)


async def test_records_of_a_repeated_or_test_message_are_not_applied_in_parts(rig: Rig) -> None:
    body = rig.means(b"1", *(a_record(ISBN, f"Volume {number}") for number in range(201)))
    await rig.receives(body, body, rig.means(b"2", *rig.supplier.readings[body].facts, test=True))

    assert await rig.states() == [State.APPLIED, State.DUPLICATE, State.TEST]
    assert len(await records_of(rig)) == 201


async def test_the_mailbox_forgets_only_what_is_kept(rig: Rig) -> None:
    line = a_line()
    await rig.hears(an_order(line))
    rig.supplier.mailbox = [RawMessage("a.edi", rig.means(b"1", a_response(an_acceptance(line)))), RawMessage("b.edi", b"?")]

    await rig.mailbox.turn()

    assert rig.supplier.mailbox == []
    assert [message.name for message in await rig.messages(direction=Direction.IN)] == ["a.edi", "b.edi"]


async def test_a_file_that_is_not_fetched_is_quarantined_once_with_the_reason(rig: Rig) -> None:
    report = not_fetched("responses/large.edi", "it has 99 bytes, the limit is 10")
    for _ in range(2):
        rig.supplier.mailbox = [report]
        await rig.mailbox.turn()
        await rig.read_all()
        rig.restart()

    (message,) = await rig.messages()
    assert (message.name, message.state) == ("responses/large.edi", State.QUARANTINED)
    assert message.reason == "responses/large.edi stays in the mailbox: it has 99 bytes, the limit is 10"
    assert len(await rig.published(MessageQuarantined)) == 1


async def test_a_reference_no_index_takes_is_not_remembered_and_the_answer_applied(rig: Rig) -> None:
    line = a_line()
    await rig.hears(an_order(line))
    reference = "".join(f"{number:x}" for number in range(5_000))

    await rig.receives(rig.means(b"1", a_response(an_acceptance(line), reference=reference)))

    assert await rig.states(direction=Direction.IN) == [State.APPLIED]
    assert len(await rig.published(OrderResponded)) == 1


async def test_a_reason_too_long_for_an_event_is_shortened_and_the_message_held(rig: Rig, logged_errors: list[str]) -> None:
    endless = replace(an_acceptance(a_line()), line_key=None, order_number="9" * 1_000_000)

    await rig.receives(rig.means(b"1", a_response(endless)))
    await rig.advance(61)
    await rig.read_all()

    (message,) = await rig.messages()
    assert message.state is State.QUARANTINED
    assert len(message.reason) < 1_000
    logged_errors.clear()


async def test_one_record_too_large_for_an_event_is_held_and_the_others_applied(rig: Rig) -> None:
    records = [a_record(ISBN, f"Volume {number}") for number in range(300)]
    records[7] = a_record(ISBN, "x" * 900_000)

    await rig.receives(rig.means(b"1", *records))

    (message,) = await rig.messages()
    assert message.state is State.PARTLY_APPLIED
    assert message.reason.startswith("the record is too large for one event: 900")
    assert len(await records_of(rig)) == 299


async def test_a_record_that_was_held_is_held_again_when_its_message_is_replayed(rig: Rig) -> None:
    await rig.receives(rig.means(b"1", a_record(ISBN, "Volume 1"), a_record(ISBN, "x" * 900_000)))
    (message,) = await rig.messages()

    async with rig.engine.begin() as connection:
        await decisions.replay(connection, rig.exchange, message.id, actor="jo", reason="the limit was raised")
    await rig.read_all()

    (message,) = await rig.messages()
    assert (message.state, message.reason[:34]) == (State.PARTLY_APPLIED, "the record is too large for one ev")
    assert len(await records_of(rig)) == 1
