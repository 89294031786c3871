"""Whatever happens, and wherever a step is broken off: nobody is asked twice a day, and nothing is forgotten."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue.domain.switching import AskedSwitch
from services.catalogue.incoming import handlers
from services.catalogue.store import switches
from services.catalogue.store.tables import ordered_copy, title
from services.catalogue.usecases.asking import ask_again
from services.catalogue.usecases.switching import SWITCHES, begin_due, finish, take_owed_records
from shared.bus import dispatch, to_envelope
from shared.clock import ManualClock
from shared.contracts.base import Event
from shared.contracts.catalogue import RecordRequested
from shared.contracts.orders import CopyState
from shared.ids import new_id
from shared.messaging.tables import outbox
from shared.sourcing.rules import Mode, SourcingRule, Strand
from shared.sourcing.store import add
from shared.sourcing.switches.life import plan
from shared.values import with_check_digit
from tests.services.catalogue.facts import line, order, progressed, record
from tests.services.catalogue.switched import announced
from tests.services.hearing import Hearing, number, on_day

BOOKS = [with_check_digit(f"978{book:09}") for book in range(1, 4)]
COUNCIL = "GB-SFK"
DAY = timedelta(days=1)
Step = Callable[[AsyncConnection], Awaitable[object]]


@dataclass
class Life:
    """A council that goes from the Eastern consortium's records to the Northern one's, in one transaction."""

    connection: AsyncConnection
    clock: ManualClock = field(default_factory=lambda: ManualClock(on_day(2)))
    switch_id: UUID = field(default_factory=new_id)

    async def plan(self) -> None:
        """Two suppliers, a rule for the first one, and a switch that begins tomorrow."""
        today = self.clock.today()
        await self.hear(announced("eastern"), announced("northern"))
        rule = SourcingRule(number(1), COUNCIL, Strand.CATALOGUE, "eastern", None, None, today, None, Mode.LIVE)
        await add(self.connection, rule, by="alice")
        asked = AskedSwitch(from_supplier="eastern", to_supplier="northern", first_day=today + DAY, reason="leaving")
        new = asked.planned(COUNCIL, "alice", self.clock.now())
        self.switch_id = (await plan(self.connection, SWITCHES, asked, new, "1", self.clock)).switch_id

    async def hear(self, *events: Event) -> None:
        await dispatch(handlers(self.clock))(self.connection, [to_envelope(event, clock=self.clock) for event in events])

    async def happens(self, what: str, isbn: str) -> None:
        """Does one thing: news of a book, a day that passes, or a step of the timer."""
        match what:
            case "ordered":
                await self.hear(order(line(isbn, "IPSW")))
            case "ordered by another council":
                await self.hear(order(line(isbn, "NORW"), council="GB-NFK"))
            case "supplied":
                await self.hear(record(isbn=isbn))
            case "cancelled":
                await self.hear(progressed(isbn=isbn, to_state=CopyState.CANCELLED))
            case "a day passes":
                self.clock.advance(DAY)
            case "a turn":
                await self.turn(broken_off_at=None)

    async def turn(self, *, broken_off_at: int | None) -> None:
        """What the reminders do, until a step whose transaction does not commit."""
        take = partial(take_owed_records, clock=self.clock, switch_id=self.switch_id)
        end = partial(finish, clock=self.clock, switch_id=self.switch_id)
        steps: Sequence[Step] = (partial(begin_due, clock=self.clock), take, take, end, partial(ask_again, clock=self.clock))
        for place, step in enumerate(steps):
            async with self.connection.begin_nested() as savepoint:
                await step(self.connection)
                if place == broken_off_at:
                    await savepoint.rollback()
                    return

    async def requests(self) -> list[RecordRequested]:
        query = select(outbox.c.data).where(outbox.c.type == RecordRequested.event_type).order_by(outbox.c.seq)
        return [RecordRequested.model_validate_json(data) for data in (await self.connection.execute(query)).scalars()]

    async def began(self) -> datetime | None:
        steps = await switches.SWITCHES.history_of(self.connection, self.switch_id)
        return next((step.at for step in steps if step.to_state == "running"), None)

    async def check(self) -> None:
        """Nobody is asked twice a day, and the first supplier not at all for the council, once the switch has begun."""
        last: dict[str, datetime] = {}
        began = await self.began()
        for event in await self.requests():
            before, last[event.key()] = last.get(event.key()), event.requested_at
            assert before is None or event.requested_at - before >= DAY
            old = event.supplier_id == "eastern" and event.council == COUNCIL
            assert not (old and began is not None and event.requested_at > began)

    async def check_end(self) -> None:
        """The switch is done, and what the council still wants without a record was asked of the second supplier."""
        found = await switches.SWITCHES.get(self.connection, self.switch_id, COUNCIL)
        assert found is not None
        assert found.state == "done"
        c = ordered_copy.c
        titled = select(title.c.isbn)
        wanted = select(c.isbn).where(c.council == COUNCIL, ~c.given_up, c.isbn.not_in(titled))
        asked = {event.isbn for event in await self.requests() if event.supplier_id == "northern"}
        assert set((await self.connection.execute(wanted)).scalars()) <= asked


NEWS = ("ordered", "ordered by another council", "supplied", "cancelled", "a day passes", "a turn")
# The request to the first supplier, which nobody waited for any more, is made again on behalf of whoever orders the book then.
ORDERED_LATER = [(what, BOOKS[0], None) for what in ("ordered", "a day passes", "a turn", "ordered by another council")]
HAPPENINGS = st.lists(st.tuples(st.sampled_from(NEWS), st.sampled_from(BOOKS), st.none() | st.integers(0, 4)), max_size=10)


async def test_whatever_happens_nobody_is_asked_twice_and_nothing_is_forgotten(catalogue: Hearing) -> None:
    loop = asyncio.get_running_loop()

    async def live(happenings: Sequence[tuple[str, str, int | None]]) -> None:
        async with catalogue.engine.connect() as connection:
            life = Life(connection)
            await life.plan()
            for what, isbn, broken_off_at in happenings:
                await life.happens(what, isbn)
                if broken_off_at is not None:
                    await life.turn(broken_off_at=broken_off_at)
                await life.check()
            for _ in range(7):
                life.clock.advance(DAY)
                await life.turn(broken_off_at=None)
            await life.check()
            await life.check_end()
            await connection.rollback()

    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    @given(HAPPENINGS)
    @example(ORDERED_LATER)
    def whatever_happens(happenings: list[tuple[str, str, int | None]]) -> None:
        asyncio.run_coroutine_threadsafe(live(happenings), loop).result(30)

    await asyncio.to_thread(whatever_happens)
