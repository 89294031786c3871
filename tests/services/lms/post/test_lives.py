"""Random lives of files: put in, read, answered, decided about, with a process killed in the middle of any step.

Whatever happens: numbers out have no gaps, an order that was placed is never asked for again, and staff are told once each time
that a file begins to wait and that it ends.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

import pytest

from services.lms.dialects.facts import Answer, FileOut, Sending
from services.lms.domain.asked_orders import SETTLED_WELL, AskedState
from services.lms.domain.mailbox_messages import Direction, State
from services.lms.incoming_mailbox import subscription
from services.lms.store import post
from services.lms.store.post import Filter
from shared.bus import to_envelope
from shared.contracts.asked import LmsMessage, LmsMessageHeld, OrderAsked, PlacingOutcome
from shared.errors import DomainError
from tests.services.lms.post.conftest import KOHA, Rig, answer
from tests.services.lms.post.dialect import JsonDialect, file_of

STEPS = 30
OUTCOMES = (PlacingOutcome.PLACED, PlacingOutcome.REPEATED, PlacingOutcome.REFUSED)


class Killed(BaseException):
    """The process ended here."""


@dataclass(frozen=True)
class Mortal(JsonDialect):
    """A dialect in whose middle the process is killed, when its time has come."""

    doomed: list[bool] = field(default_factory=list)

    def write(self, answer: Answer, sending: Sending) -> FileOut | None:
        """Write, or be killed in the transaction of what is told."""
        if self.doomed:
            self.doomed.clear()
            raise Killed
        return super().write(answer, sending)


@dataclass
class Life:
    """What has happened so far, and how it goes on."""

    rig: Rig
    chance: random.Random
    dialect: Mortal
    files: list[UUID] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)

    async def step(self) -> None:
        """Do one thing, and be killed in its middle now and then."""
        steps = (self.put, self.put, self.read, self.read, self.answer, self.answer, self.decide)
        if self.chance.random() < 0.3:
            self.dialect.doomed.append(True)
        try:
            await self.chance.choice(steps)()
        except Killed:
            pass
        except DomainError as error:
            if error.code != "wrong-state":
                raise
        self.dialect.doomed.clear()

    async def put(self) -> None:
        """Put in a new file, one of before, or half of one."""
        number = len(self.contents)
        faults = {f"PO-{number}": ["quantity-differs"]} if self.chance.random() < 0.2 else {}
        raw = file_of(f"PO-{number}", f"PO-{number}b", faults=faults)
        if self.contents and self.chance.random() < 0.3:
            raw = self.chance.choice(self.contents)
        self.contents.append(raw)
        whole = self.chance.random() < 0.8
        kept = await self.rig.put(raw if whole else raw[:9], name=f"{number % 3}.CEP", whole=whole, read=False)
        self.files.append(kept)

    async def read(self) -> None:
        """Read what is due."""
        await self.rig.read()

    async def answer(self) -> None:
        """Have the order book answer something that it was asked, maybe again; a first attempt may be rolled back."""
        asked = await self.rig.asked()
        if not asked:
            return
        event = self.chance.choice(asked)
        orders = {order.asked_id: order for order in await self.rig.orders(event.message_id)}
        told = answer(orders[event.asked_id], self.chance.choice(OUTCOMES), "unknown-branch")
        envelope = to_envelope(told, clock=self.rig.clock)
        if self.chance.random() < 0.3:
            async with self.rig.engine.connect() as connection:
                await subscription(self.rig.boxes, self.rig.clock).handle(connection, [envelope])
                await connection.rollback()
        await self.rig.hears_envelopes([envelope])

    async def decide(self) -> None:
        """Decide something about a file, whether it may be or not."""
        if self.files:
            await self.rig.decide(self.chance.choice(("replay", "discard")), self.chance.choice(self.files))

    async def check(self) -> None:
        """Compare what is so with what must be."""
        references = await self.rig.references()
        assert references == list(range(1, len(references) + 1))
        sent = await self.rig.hearing.sent()
        waits = _waits([event for event in sent if isinstance(event, LmsMessage)])
        for message_id in self.files:
            await self._check_file(message_id, waits[message_id])
        await self._check_asked([event for event in sent if isinstance(event, OrderAsked)])

    async def _check_file(self, message_id: UUID, waits: bool) -> None:
        found = await self.rig.file(message_id)
        assert found.held == waits
        if found.state in (State.REFUSED, State.PARTLY_TAKEN):
            assert waits
            assert found.reason
        if found.state in (State.TAKEN, State.DISCARDED, State.DUPLICATE, State.TEST):
            assert not waits
        orders = [order.state for order in await self.rig.orders(message_id)]
        if found.state is State.TAKEN:
            assert set(orders) <= SETTLED_WELL
        if found.state is State.ASKED:
            assert AskedState.ASKED in orders

    async def _check_asked(self, asked: Sequence[OrderAsked]) -> None:
        """An order is asked for once for each time that its file was read before it was placed."""
        times = Counter(event.asked_id for event in asked)
        async with self.rig.engine.connect() as connection:
            for message_id in self.files:
                moves = await post.history(connection, message_id)
                read = 1 + sum(move.to_state is State.RECEIVED for move in moves)
                assert all(times[order.asked_id] <= read for order in await self.rig.orders(message_id))


def _waits(events: Sequence[LmsMessage]) -> dict[UUID, bool]:
    """Whether each file waits by its events; that it does not is published only of one that does."""
    waits: dict[UUID, bool] = defaultdict(bool)
    for event in events:
        assert isinstance(event, LmsMessageHeld) or waits[event.message_id]
        waits[event.message_id] = isinstance(event, LmsMessageHeld)
    return waits


@pytest.mark.parametrize("seed", range(10))
async def test_random_lives_with_kills_keep_what_must_be(rig: Rig, seed: int) -> None:
    dialect = Mortal()
    rig.boxes.all[:] = [replace(KOHA, dialect=dialect)]
    life = Life(rig, random.Random(seed), dialect)
    for _ in range(STEPS):
        await life.step()
    await life.check()
    await rig.read()
    await life.check()
    async with rig.engine.connect() as connection:
        unread = Filter(state=State.RECEIVED, direction=Direction.IN)
        assert await post.page(connection, unread, after=None, limit=10) == []
