"""Joins the contracts to the messaging layer: event -> envelope, and envelope -> typed handler.

The only module that knows both. Services use it in `outgoing.py` and `incoming.py`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.clock import Clock
from shared.contracts.base import COMPACTED, Event, Topic
from shared.ids import new_id
from shared.messaging.envelope import Envelope
from shared.messaging.errors import Poison
from shared.messaging.subscription import BatchHandler
from shared.messaging.topics import TopicSpec

E = TypeVar("E", bound=Event)

# Created explicitly by whoever starts first, never by a broker's kindness.
TOPICS = tuple(TopicSpec(topic.value, compacted=topic in COMPACTED) for topic in Topic)

Handler = Callable[[AsyncConnection, E, Envelope], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Cause:
    """What led to the work at hand: carried into every event that the work gives rise to."""

    correlation_id: str
    causation_id: str | None = None
    traceparent: str | None = None
    actor: str = "system"


_cause: ContextVar[Cause | None] = ContextVar("cause", default=None)


def set_cause(cause: Cause) -> None:
    """Set the cause for the current task: by the HTTP middleware for a request, by `dispatch` for an event."""
    _cause.set(cause)


def current_cause() -> Cause:
    """The cause of the work at hand; a fresh one where nothing set it (a timer, a mailbox)."""
    return _cause.get() or Cause(correlation_id=str(new_id()))


def to_envelope(event: Event, *, clock: Clock, version: int = 0) -> Envelope:
    """Wrap a fact for the outbox. `version` is the aggregate's version after the change, 0 where it has none."""
    cause = current_cause()
    return Envelope(
        id=new_id(),
        type=event.event_type,
        source=f"/stockbridge/{event.owner}",
        time=clock.now(),
        topic=event.topic.value,
        key=event.key(),
        subject=event.key(),
        data=event.model_dump_json().encode(),
        correlation_id=cause.correlation_id,
        causation_id=cause.causation_id,
        aggregate_version=version,
        council_id=event.council,
        traceparent=cause.traceparent,
    )


def read_event(event_class: type[E], envelope: Envelope) -> E:
    """Parse an envelope's data. Raises Poison naming the fields at fault: no retry would mend it."""
    try:
        return event_class.model_validate_json(envelope.data)
    except ValidationError as error:
        places = "; ".join(f"{'/'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()[:5])
        raise Poison(f"{envelope.type} does not fit its contract: {places}") from error


@dataclass(frozen=True, slots=True)
class On:
    """One line of a service's table of handlers: the event, and the use case it goes to."""

    event: type[Event]
    handle: Callable[[AsyncConnection, Event, Envelope], Awaitable[None]]


def on(event: type[E], handle: Handler[E]) -> On:
    """Pair an event class with its handler, checked by the type checker."""

    async def typed(connection: AsyncConnection, parsed: Event, envelope: Envelope) -> None:
        assert isinstance(parsed, event)
        await handle(connection, parsed, envelope)

    return On(event, typed)


def dispatch(handlers: Sequence[On]) -> BatchHandler:
    """A batch handler that gives each event, in order, to its handler; types without one are not for this service."""
    table: Mapping[str, On] = {line.event.event_type: line for line in handlers}

    async def handle(connection: AsyncConnection, envelopes: Sequence[Envelope]) -> None:
        for envelope in envelopes:
            line = table.get(envelope.type)
            if line is None:
                continue
            set_cause(Cause(envelope.correlation_id, str(envelope.id), envelope.traceparent))
            await line.handle(connection, read_event(line.event, envelope), envelope)

    return handle
