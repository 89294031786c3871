"""A service's handlers over its database: events in by the very path the consumer takes, events out from the outbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.bus import On, dispatch, to_envelope
from shared.clock import Clock
from shared.contracts.base import Event
from shared.contracts.registry import EVENTS
from shared.messaging.envelope import Envelope
from shared.messaging.tables import outbox
from tests.contracts.agreement import assert_matches_example

_EVENTS = {event.event_type: event for event in EVENTS}


@dataclass(frozen=True)
class _Row:
    topic: str
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]
    partition: int = 0
    offset: int = 0


@dataclass(frozen=True)
class Hearing:
    """A service that hears what it is told."""

    engine: AsyncEngine
    clock: Clock
    handlers: Sequence[On]

    async def hears(self, *events: Event, version: int = 0) -> None:
        """Give the service a batch of events, in one transaction."""
        await self.hears_envelopes([to_envelope(event, clock=self.clock, version=version) for event in events])

    async def hears_envelopes(self, envelopes: Sequence[Envelope]) -> None:
        """Give the service a batch as it comes from Kafka."""
        async with self.engine.begin() as connection:
            await dispatch(self.handlers)(connection, envelopes)

    async def sent(self) -> list[Event]:
        """Every event the service ever put into its outbox, in order; each must fit its contract."""
        return [_EVENTS[envelope.type].model_validate_json(envelope.data) for envelope in await self.sent_envelopes()]

    async def sent_envelopes(self) -> list[Envelope]:
        """The same, with their headers."""
        async with self.engine.connect() as connection:
            rows = (await connection.execute(select(outbox).order_by(outbox.c.seq))).all()
        envelopes = [
            Envelope.from_record(
                _Row(row.topic, row.key.encode(), row.data, [(name, value.encode()) for name, value in row.headers.items()])
            )
            for row in rows
        ]
        for envelope in envelopes:
            assert_matches_example(envelope)
        return envelopes


def on_day(day: int, hour: int = 12) -> datetime:
    """An hour of a day of March 2026."""
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def number(value: int) -> UUID:
    """A stable id."""
    return UUID(int=value)
