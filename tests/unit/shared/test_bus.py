"""How the events of a batch reach their handlers."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.bus import cause_of, current_cause, dispatch, on, on_all, to_envelope
from shared.clock import Clock, ManualClock
from shared.contracts.base import Event
from shared.contracts.orders import CancellationRequested, CopyState, LineProgressed, OrderPlaced
from shared.messaging.envelope import Envelope
from tests.builders import a_line_progressed, an_order_placed
from tests.services.hearing import on_day

_NO_CONNECTION = cast("AsyncConnection", None)


class _Book:
    """Handlers that write down what they get: one kind one by one, another all at once."""

    def __init__(self) -> None:
        self.calls: list[list[tuple[str, UUID]]] = []
        self.causes: list[str | None] = []

    async def placed(self, _: AsyncConnection, arrived: Sequence[tuple[OrderPlaced, Envelope]]) -> None:
        self.calls.append([(event.event_type, envelope.id) for event, envelope in arrived])

    async def progressed(self, _: AsyncConnection, event: LineProgressed, envelope: Envelope) -> None:
        self.calls.append([(event.event_type, envelope.id)])
        self.causes.append(current_cause().causation_id)

    async def takes(self, envelopes: Sequence[Envelope]) -> None:
        await dispatch([on_all(OrderPlaced, self.placed), on(LineProgressed, self.progressed)])(_NO_CONNECTION, envelopes)


def _events(kinds: Sequence[tuple[int, bool]], clock: Clock) -> list[Envelope]:
    """Returns an event per pair of an order's number and whether the order is placed."""
    orders = [an_order_placed(order_id=UUID(int=number)) for number in range(4)]
    events: list[Event] = []
    for number, is_placed in kinds:
        (line,) = orders[number].lines
        progress = a_line_progressed(orders[number], line, CopyState.HELD, copies=line.copies)
        events.append(orders[number] if is_placed else progress)
    return [to_envelope(event, clock=clock) for event in events]


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=30))
async def test_each_event_is_handled_once_and_in_the_order_of_its_key(kinds: list[tuple[int, bool]]) -> None:
    book, envelopes = _Book(), _events(kinds, ManualClock(on_day(2)))
    await book.takes(envelopes)
    handled = [event_id for call in book.calls for _, event_id in call]
    assert sorted(handled) == sorted(envelope.id for envelope in envelopes)
    for key in {envelope.key for envelope in envelopes}:
        of_key = [envelope.id for envelope in envelopes if envelope.key == key]
        assert [event_id for event_id in handled if event_id in of_key] == of_key


async def test_events_of_a_kind_are_handled_at_once_although_others_arrive_between_them(clock: ManualClock) -> None:
    book = _Book()
    await book.takes(_events([(0, True), (0, False), (1, True), (1, False), (2, True), (2, False)], clock))
    assert [len(call) for call in book.calls] == [3, 1, 1, 1]


async def test_each_event_handled_alone_is_the_cause_of_what_it_leads_to(clock: ManualClock) -> None:
    book, envelopes = _Book(), _events([(0, False), (1, False)], clock)
    await book.takes(envelopes)
    assert book.causes == [str(envelope.id) for envelope in envelopes]
    assert cause_of(envelopes[0]).correlation_id == envelopes[0].correlation_id


async def test_events_without_a_handler_are_passed_over(clock: ManualClock) -> None:
    book = _Book()
    cancelled = CancellationRequested(
        council="GB-SFK", order_id=UUID(int=1), order_number="PO-1", requested_at=clock.now(), reason="twice", lines=()
    )
    await book.takes([to_envelope(cancelled, clock=clock)])
    assert book.calls == []
