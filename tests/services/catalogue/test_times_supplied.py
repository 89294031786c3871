"""The catalogue counts how often each supplier sends a book's record, and publishes that of ordered books."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from aiokafka import TopicPartition
from sqlalchemy import text

from services.catalogue.incoming import subscription
from services.catalogue.reminders import Reminders
from services.catalogue.republish import OWNER
from shared.bus import read_event, to_envelope
from shared.clock import ManualClock
from shared.contracts.base import Event
from shared.contracts.catalogue import RecordCounted
from shared.messaging.handling import Delivery
from shared.republish import PAGE, Wanted
from shared.values import with_check_digit
from tests.services.catalogue.facts import HAMNET, PIRANESI, line, order, progressed, record, stated, supplied, withdrawal
from tests.services.hearing import Hearing, on_day
from tests.services.read_model import ReadModel, check_rebuild, published_again

PLACE = TopicPartition("supplier-records", 0)


@dataclass(frozen=True)
class _Delivered:
    """A record as Kafka delivers it."""

    offset: int
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]
    topic: str = PLACE.topic
    partition: int = PLACE.partition


async def told(catalogue: Hearing) -> list[tuple[str, str, int]]:
    """Returns ISBN, supplier and number of each count that was published, in order."""
    events = [event for event in await catalogue.sent() if isinstance(event, RecordCounted)]
    return [(event.isbn, event.supplier_id, event.times) for event in events]


async def kept(catalogue: Hearing) -> list[tuple[str, str, int]]:
    """Returns ISBN, supplier and number of all counts, of books that nobody ordered too."""
    async with catalogue.engine.connect() as connection:
        found = await connection.execute(text("SELECT isbn, supplier_id, times FROM record ORDER BY isbn, supplier_id"))
        return [(row.isbn, row.supplier_id, row.times) for row in found]


async def test_each_record_counts_also_one_that_says_nothing_new_and_a_withdrawal_does_not(catalogue: Hearing) -> None:
    await catalogue.hears(order(line(PIRANESI, "IPSW")))
    await catalogue.hears(record(day=2))
    await catalogue.hears(record(day=3))
    await catalogue.hears(withdrawal(day=4))
    await catalogue.hears(withdrawal(day=5))
    await catalogue.hears(supplied(stated(title="Piranesi: a novel"), stated(), day=6))
    await catalogue.hears(record("eastern", day=7), record("eastern", day=8))
    await catalogue.hears(record(day=9), withdrawal("eastern", day=9))
    await catalogue.hears(withdrawal("northern", day=9))
    ours, eastern = (PIRANESI, "harbour-books"), (PIRANESI, "eastern")
    assert await told(catalogue) == [(*ours, 1), (*ours, 2), (*ours, 4), (*eastern, 2), (*ours, 5)]
    assert await kept(catalogue) == [(*eastern, 2), (*ours, 5), (PIRANESI, "northern", 0)]


async def test_a_count_says_when_the_supplier_last_stated_something_and_what_caused_it(catalogue: Hearing) -> None:
    await catalogue.hears(order(line(PIRANESI, "IPSW"), line(HAMNET, "IPSW")))
    sent = [to_envelope(each, clock=catalogue.clock) for each in (record(day=3), record(isbn=HAMNET, day=4))]
    await catalogue.hears_envelopes(sent)
    counts = [each for each in await catalogue.sent_envelopes() if each.type == RecordCounted.event_type]
    events = {event.isbn: event for event in (read_event(RecordCounted, each) for each in counts)}
    assert (events[PIRANESI].supplied_at, events[HAMNET].supplied_at) == (on_day(3), on_day(4))
    caused = {read_event(RecordCounted, each).isbn: each.causation_id for each in counts}
    assert caused == {PIRANESI: str(sent[0].id), HAMNET: str(sent[1].id)}
    keys = {each.key for each in counts}
    assert keys == {f"counted/harbour-books/{PIRANESI}", f"counted/harbour-books/{HAMNET}"}, "compaction loses none"


async def test_a_batch_that_is_delivered_again_counts_once(catalogue: Hearing, clock: ManualClock) -> None:
    await catalogue.hears(order(line(PIRANESI, "IPSW")))
    envelopes = [to_envelope(each, clock=clock) for each in (record(day=2), record(day=3), record(isbn=HAMNET))]
    for offset in (0, 3):
        records = [
            _Delivered(
                offset + place, each.key.encode(), each.data, [(name, value.encode()) for name, value in each.headers.items()]
            )
            for place, each in enumerate(envelopes)
        ]
        await Delivery(catalogue.engine, subscription(clock), clock).apply({PLACE: records})
    assert await told(catalogue) == [(PIRANESI, "harbour-books", 2)]
    assert await kept(catalogue) == [(HAMNET, "harbour-books", 1), (PIRANESI, "harbour-books", 2)]


async def test_batches_at_the_same_moment_are_all_counted_and_the_last_one_told_has_them_all(catalogue: Hearing) -> None:
    await catalogue.hears(order(line(PIRANESI, "IPSW")))
    await asyncio.gather(*(catalogue.hears(record(day=day)) for day in range(2, 8)))
    assert [times for _, _, times in await told(catalogue)] == [1, 2, 3, 4, 5, 6]


async def test_a_book_that_nobody_ordered_is_counted_and_told_once_it_is_ordered(catalogue: Hearing) -> None:
    await catalogue.hears(record(day=2), record("eastern", day=2), record(isbn=HAMNET))
    await catalogue.hears(record(day=3))
    assert await told(catalogue) == []
    await catalogue.hears(order(line(PIRANESI, "IPSW")))
    first = [(PIRANESI, "eastern", 1), (PIRANESI, "harbour-books", 2)]
    assert await told(catalogue) == first
    await catalogue.hears(order(line(PIRANESI, "IPSW")))
    assert await told(catalogue) == first, "ordered before: nothing new to tell"
    await catalogue.hears(record(day=4))
    assert await told(catalogue) == [*first, (PIRANESI, "harbour-books", 3)], "of the supplier that sent it"


async def test_a_book_that_comes_instead_of_another_is_told_by_the_reminders(catalogue: Hearing, clock: ManualClock) -> None:
    await catalogue.hears(order(line(PIRANESI, "IPSW")))
    await catalogue.hears(record(isbn=HAMNET, title="Hamnet"), record(isbn=HAMNET, title="Hamnet", day=3))
    await catalogue.hears(progressed(substitute=HAMNET))
    assert await told(catalogue) == []
    again, _ = await published_again(catalogue, OWNER, clock)
    assert RecordCounted.event_type not in {each.type for each in again}, "its title is not told before the reminders either"
    await Reminders(catalogue.engine, clock).turn()
    assert await told(catalogue) == [(HAMNET, "harbour-books", 2)]


async def test_evidence_has_the_same_counts_from_what_is_published_again(
    catalogue: Hearing, clock: ManualClock, evidence_model: ReadModel
) -> None:
    more = [with_check_digit(f"978{number:09}") for number in range(PAGE)]
    ordered = [PIRANESI, *more]
    await catalogue.hears(order(*(line(isbn, "IPSW") for isbn in ordered)))
    for day in (2, 3):
        await catalogue.hears(*(record(isbn=isbn, day=day) for isbn in (*ordered, HAMNET)))
    await catalogue.hears(record("eastern", day=4))
    rows = await check_rebuild(catalogue, OWNER, clock, evidence_model)
    assert len(rows["record_count"]) == len(ordered) + 1
    assert sum("'times': 2" in row for row in rows["record_count"]) == len(ordered)


async def test_counts_published_again_since_a_day_are_those_of_what_was_supplied_or_ordered_since(
    catalogue: Hearing, clock: ManualClock
) -> None:
    other = with_check_digit("978000000001")
    await catalogue.hears(record(day=1), record(isbn=HAMNET, day=1), record(isbn=other, day=1))
    await catalogue.hears(order(line(PIRANESI, "IPSW"), line(other, "IPSW")))
    clock.advance(timedelta(days=1))
    since = clock.now()
    await catalogue.hears(order(line(HAMNET, "IPSW")))
    await catalogue.hears(record(day=28))
    again, _ = await published_again(catalogue, OWNER, clock, Wanted(since=since))
    events: list[Event] = [read_event(RecordCounted, each) for each in again if each.type == RecordCounted.event_type]
    assert [(event.isbn, event.times) for event in events if isinstance(event, RecordCounted)] == [(HAMNET, 1), (PIRANESI, 2)]
