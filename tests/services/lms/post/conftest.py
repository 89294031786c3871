"""Mailboxes with their reader and their subscription, over a database of their own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.lms.domain.asked_orders import AskedOrder
from services.lms.domain.mailbox_messages import Direction, MailboxMessage, State
from services.lms.incoming_mailbox import subscription
from services.lms.loops.post_reader import PostReader
from services.lms.speaking import Correspondent
from services.lms.store import asked, post
from services.lms.store.post import Filter
from services.lms.usecases import keeping, post_decisions
from services.lms.usecases.post_decisions import Decided
from shared.bus import to_envelope, to_statement
from shared.clock import ManualClock
from shared.contracts.asked import OrderAsked, PlacingAnswered, PlacingFault, PlacingOutcome
from shared.contracts.base import Event
from tests.services.hearing import Hearing, number
from tests.services.lms.post.dialect import Boxes, JsonDialect

SUFFOLK = "GB-SFK"
KOHA = Correspondent("suffolk-koha", SUFFOLK, JsonDialect())


@dataclass(frozen=True)
class Rig:
    """What an LMS, the order book and staff do with mailboxes."""

    hearing: Hearing
    clock: ManualClock
    boxes: Boxes = field(default_factory=lambda: Boxes([KOHA]))

    @property
    def engine(self) -> AsyncEngine:
        """Connections to the database."""
        return self.hearing.engine

    def reader(self) -> PostReader:
        """A process that reads."""
        return PostReader(self.engine, self.boxes, self.clock, late=timedelta(hours=4))

    async def put(
        self, raw: bytes, *, name: str = "a.CEP", box: Correspondent = KOHA, whole: bool = True, read: bool = True
    ) -> UUID:
        """Put a file into a mailbox, and have everything read that is due."""
        self.clock.advance(timedelta(seconds=1))
        async with self.engine.begin() as connection:
            kept = await keeping.keep_file(connection, box, "in", name, raw, self.clock.now(), whole)
        if read:
            await self.read()
        return kept

    async def read(self) -> None:
        """Read everything that is due."""
        reader = self.reader()
        while await reader.turn():
            pass

    async def hears(self, *events: Event, republished: bool = False) -> None:
        """Have the mailboxes told of a batch of events."""
        wrap = to_statement if republished else to_envelope
        await self.hears_envelopes([wrap(event, clock=self.clock) for event in events])

    async def hears_envelopes(self, envelopes: Sequence[Any]) -> None:
        """Have the mailboxes told of a batch as it comes from Kafka."""
        async with self.engine.begin() as connection:
            await subscription(self.boxes, self.clock).handle(connection, envelopes)

    async def file(self, message_id: UUID) -> MailboxMessage:
        """A file as it is now."""
        async with self.engine.connect() as connection:
            return await post.find(connection, message_id)

    async def orders(self, message_id: UUID) -> list[AskedOrder]:
        """The orders of a file."""
        async with self.engine.connect() as connection:
            return await asked.orders_of(connection, message_id)

    async def out(self, mailbox_id: str = KOHA.mailbox_id) -> list[tuple[str, dict[str, Any]]]:
        """What was written for an LMS, in its order: kinds and contents."""
        async with self.engine.connect() as connection:
            found = await post.page(connection, Filter(mailbox_id=mailbox_id, direction=Direction.OUT), after=None, limit=10_000)
            return [(each.kind, json.loads(await post.bytes_of(connection, each.message_id))) for each in reversed(found)]

    async def references(self, mailbox_id: str = KOHA.mailbox_id) -> list[int | None]:
        """The numbers of what was written for an LMS, in its order."""
        async with self.engine.connect() as connection:
            wanted = Filter(mailbox_id=mailbox_id, direction=Direction.OUT)
            return [each.reference for each in reversed(await post.page(connection, wanted, after=None, limit=10_000))]

    async def asked(self) -> list[OrderAsked]:
        """What the order book was asked, in its order."""
        return [event for event in await self.hearing.sent() if isinstance(event, OrderAsked)]

    async def told(self) -> list[str]:
        """The kinds of events about files that wait, in their order."""
        return [event.event_type.split(".")[2] for event in await self.hearing.sent() if not isinstance(event, OrderAsked)]

    async def decide(self, what: str, message_id: UUID) -> MailboxMessage:
        """Decide something about a file."""
        self.clock.advance(timedelta(seconds=1))
        decided = Decided(message_id, None, None, "ann", "because it must be")
        async with self.engine.begin() as connection:
            moved: MailboxMessage = await getattr(post_decisions, what)(connection, decided, self.clock)
        return moved


def answer(
    order: AskedOrder, outcome: PlacingOutcome = PlacingOutcome.PLACED, *faults: str, order_id: UUID | None = None
) -> PlacingAnswered:
    """The order book's answer about an order of a file."""
    refused = outcome is PlacingOutcome.REFUSED
    return PlacingAnswered(
        council=order.council,
        asked_id=order.asked_id,
        message_id=order.message_id,
        mailbox_id=order.mailbox_id,
        order_number=order.order_number,
        outcome=outcome,
        order_id=None if refused else order_id or number(10_001),
        code="order-refused" if refused else "",
        detail="Nothing was ordered." if refused else "",
        faults=tuple(PlacingFault(pointer="/lines/0", code=code, detail=f"{code} is wrong") for code in faults),
        answered_at=order.asked_at,
    )


@pytest.fixture
def rig(lms: Hearing, clock: ManualClock) -> Rig:
    """The mailbox of Suffolk's LMS."""
    return Rig(lms, clock)


__all__ = ["KOHA", "SUFFOLK", "Rig", "State", "answer"]
