"""Connects contracts and messaging layer: wraps events in envelopes, and passes envelopes to typed handlers.

The only module that knows both. Services use it in `outgoing.py` and `incoming.py`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.clock import Clock
from shared.contracts.base import COMPACTED, RETENTION_DAYS, Event, Topic, Written
from shared.ids import new_id
from shared.messaging.envelope import Envelope
from shared.messaging.errors import Poison
from shared.messaging.outbox import append
from shared.messaging.subscription import BatchHandler
from shared.messaging.topics import TopicSpec

E = TypeVar("E", bound=Event)

# Created explicitly by the service that starts first, never by a broker's automatic creation.
TOPICS = tuple(TopicSpec(topic.value, compacted=topic in COMPACTED, retention_days=RETENTION_DAYS.get(topic)) for topic in Topic)

Handler = Callable[[AsyncConnection, E, Envelope], Awaitable[None]]
BulkHandler = Callable[[AsyncConnection, Sequence[tuple[E, Envelope]]], Awaitable[None]]
# Takes the row locks that a batch of events will need, in an order that is the same for every batch.
Lock = Callable[[AsyncConnection, Sequence[Event]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Cause:
    """What caused the current work; copied into every event that the work publishes."""

    correlation_id: str
    causation_id: str | None = None
    traceparent: str | None = None
    actor: str = "system"


_cause: ContextVar[Cause | None] = ContextVar("cause", default=None)


def set_cause(cause: Cause) -> None:
    """Sets the cause of the current task. The HTTP middleware calls it for a request, `dispatch` for an event."""
    _cause.set(cause)


def current_cause() -> Cause:
    """Returns the cause of the current work; a new one if none was set (a timer, a mailbox)."""
    return _cause.get() or Cause(correlation_id=str(new_id()))


def cause_of(envelope: Envelope) -> Cause:
    """Returns the cause of what an event leads to: the event."""
    return Cause(envelope.correlation_id, str(envelope.id), envelope.traceparent)


def cause_by(actor: str) -> Cause:
    """Returns the cause of the current work with the person or program that asked for it."""
    cause = current_cause()
    return Cause(cause.correlation_id, cause.causation_id, cause.traceparent, actor)


def to_envelope(published: Event | Written, *, clock: Clock, version: int = 0) -> Envelope:
    """Wraps an event for the outbox. `version` is the aggregate's version after the change, 0 if it has none."""
    written = published if isinstance(published, Written) else Written.of(published)
    event, cause = written.event, current_cause()
    return Envelope(
        id=new_id(),
        type=event.event_type,
        source=f"/stockbridge/{event.owner}",
        time=clock.now(),
        topic=event.topic.value,
        key=event.key(),
        subject=event.key(),
        data=written.data,
        correlation_id=cause.correlation_id,
        causation_id=cause.causation_id,
        aggregate_version=version,
        council_id=event.council,
        traceparent=cause.traceparent,
    )


def to_statement(event: Event, *, clock: Clock, version: int = 0, at: datetime | None = None) -> Envelope:
    """Wraps an event that repeats what is so, for handlers that keep state. `at` is since when; None where nobody asks."""
    envelope = to_envelope(event, clock=clock, version=version)
    return replace(envelope, republished=True, time=at or envelope.time)


async def publish(connection: AsyncConnection, events: Iterable[Event], clock: Clock, *, version: int = 0) -> None:
    """Adds events to the outbox in the caller's transaction, all under the cause of the current work.

    `version` is as in `to_envelope`. Raises ValueError for an event that is too large for a record.
    """
    await append(connection, [to_envelope(event, clock=clock, version=version) for event in events])


def read_event(event_class: type[E], envelope: Envelope) -> E:
    """Parses an envelope's data. Raises Poison that names the invalid fields, because no retry could succeed."""
    try:
        return event_class.model_validate_json(envelope.data)
    except ValidationError as error:
        places = "; ".join(f"{'/'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()[:5])
        raise Poison(f"{envelope.type} does not fit its contract: {places}") from error


@dataclass(frozen=True, slots=True)
class On:
    """One row of a service's table of handlers: an event and its handler, which gets one or several events at once.

    `keeps_state`: the handler only keeps what the event states, so it also gets events that were published again.
    """

    event: type[Event]
    handle: Callable[[AsyncConnection, Sequence[tuple[Event, Envelope]]], Awaitable[None]]
    keeps_state: bool = False

    def takes(self, envelope: Envelope) -> bool:
        """Returns whether the handler gets this event: one that was published again must not be acted upon twice."""
        return self.keeps_state or not envelope.republished


def on(event: type[E], handle: Handler[E], *, keeps_state: bool = False) -> On:
    """Pairs an event class with a handler of one event; mypy checks that their types match."""

    async def one_by_one(connection: AsyncConnection, arrived: Sequence[tuple[Event, Envelope]]) -> None:
        for parsed, envelope in arrived:
            assert isinstance(parsed, event)
            set_cause(cause_of(envelope))
            await handle(connection, parsed, envelope)

    return On(event, one_by_one, keeps_state)


def on_all(event: type[E], handle: BulkHandler[E], *, keeps_state: bool = False) -> On:
    """Pairs an event class with a handler of many events at once, for what arrives by the thousand.

    The handler gets them in the order in which they arrived. No cause is set: before it publishes, it sets that of each event.
    """

    async def all_at_once(connection: AsyncConnection, arrived: Sequence[tuple[Event, Envelope]]) -> None:
        await handle(connection, [(parsed, envelope) for parsed, envelope in arrived if isinstance(parsed, event)])

    return On(event, all_at_once, keeps_state)


def dispatch(handlers: Sequence[On], *, lock: Lock | None = None) -> BatchHandler:
    """Returns a batch handler that passes events to their handlers and ignores those that none takes.

    Each key's events are handled in order. `lock` is called first, with all events of the batch: taken one by one in each
    batch's own order, locks would deadlock.
    """
    table: Mapping[str, On] = {line.event.event_type: line for line in handlers}

    async def handle(connection: AsyncConnection, envelopes: Sequence[Envelope]) -> None:
        known = [(table[envelope.type], envelope) for envelope in envelopes if envelope.type in table]
        lines = [(line, envelope) for line, envelope in known if line.takes(envelope)]
        parsed = [(line, read_event(line.event, envelope), envelope) for line, envelope in lines]
        if lock is not None:
            await lock(connection, [event for _, event, _ in parsed])
        for line, arrived in _rounds(parsed):
            await line.handle(connection, arrived)

    return handle


def _rounds(parsed: Sequence[tuple[On, Event, Envelope]]) -> list[tuple[On, list[tuple[Event, Envelope]]]]:
    """Groups events by handler: as many at once as the order of each key permits. Kafka keeps no other order either."""
    last: dict[str, tuple[int, On]] = {}
    groups: dict[tuple[int, str], tuple[On, list[tuple[Event, Envelope]]]] = {}
    for line, event, envelope in parsed:
        number, before = last.get(envelope.key, (0, line))
        place = (number if before is line else number + 1, line)
        last[envelope.key] = place
        groups.setdefault((place[0], envelope.type), (line, []))[1].append((event, envelope))
    return [groups[place] for place in sorted(groups, key=lambda place: place[0])]
