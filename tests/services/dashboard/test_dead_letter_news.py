"""What a service gives up is published in the transaction that gives it up, settled, and published again."""

import json
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.bus import publish
from shared.clock import ManualClock
from shared.contracts.waiting import DeadLetterChanged
from shared.db.listening import driver_of
from shared.dead_letter_news import dead_letter_chapter, telling
from shared.messaging.dead_letters.settling import Decision, Filter, discard_dead_letter, list_dead_letters
from shared.messaging.dead_letters.unsent import OUTBOX, Refusal, set_aside
from shared.messaging.dead_letters.writing import Failure, bury
from shared.messaging.tables import outbox
from shared.republish import Wanted
from tests.services.dashboard.facts import LATER, MORNING, quarantined
from tests.services.hearing import Hearing, number
from tests.services.migrating import rows_of


@dataclass
class _Record:
    """A record of Kafka."""

    headers: list[tuple[str, bytes | None]]
    topic: str = "suppliers"
    partition: int = 0
    offset: int = 7
    key: bytes | None = b"k"
    value: bytes | None = b"{}"


@dataclass
class _Service:
    """A service that gives events up, over a database."""

    engine: AsyncEngine
    clock: ManualClock
    gone: list[str] = field(default_factory=list)

    async def gives_up(self, event_type: str) -> None:
        """One event of this type."""
        headers: list[tuple[str, bytes | None]] = [
            ("ce_id", str(number(len(self.gone) + 1)).encode()),
            ("ce_type", event_type.encode()),
        ]
        self.gone.append(event_type)
        failure = Failure("orders", _Record(headers), "no such line", 1, MORNING, LATER)
        async with self.engine.begin() as connection:
            assert await bury(connection, failure, telling("orders", self.clock))

    async def discards_all(self) -> None:
        """Everything that it gave up."""
        async with self.engine.begin() as connection:
            for letter in await list_dead_letters(connection, Filter()):
                decision = Decision("o.perez", self.clock.now(), "nobody needs it")
                await discard_dead_letter(connection, letter.id, decision=decision, tell=telling("orders", self.clock))


async def _told(dashboard: Hearing) -> list[DeadLetterChanged]:
    query = select(outbox.c.data).where(outbox.c.type == DeadLetterChanged.event_type).order_by(outbox.c.seq)
    async with dashboard.engine.connect() as connection:
        return [DeadLetterChanged.model_validate_json(data) for data in await connection.scalars(query)]


async def _waiting(engine: AsyncEngine) -> list[object]:
    async with engine.connect() as connection:
        return list(await rows_of(connection, "SELECT kind, subject FROM work WHERE waits_since IS NOT NULL"))


async def test_what_is_given_up_waits_on_the_work_list_until_it_is_discarded(
    engine: AsyncEngine, clock: ManualClock, dashboard: Hearing
) -> None:
    service = _Service(engine, clock)
    await service.gives_up("suppliers.order.responded.v1")
    (told,) = await _told(dashboard)
    assert (told.service, told.given_up_type, told.settled_at) == ("orders", "suppliers.order.responded.v1", None)
    await dashboard.hears(told)
    assert await _waiting(engine) == [("dead_letter", "suppliers.order.responded.v1")]
    await service.discards_all()
    await dashboard.hears(*reversed(await _told(dashboard)))
    assert await _waiting(engine) == []
    async with engine.begin() as connection:
        page = await dead_letter_chapter(lambda: "orders").read(connection, Wanted(), None)
    assert [statement.event for statement in page.statements] == (await _told(dashboard))[1:]


async def test_an_event_about_a_dead_letter_that_is_given_up_leads_to_no_other(
    engine: AsyncEngine, clock: ManualClock, dashboard: Hearing
) -> None:
    service = _Service(engine, clock)
    await service.gives_up(DeadLetterChanged.event_type)
    await service.discards_all()
    assert await _told(dashboard) == []


async def test_an_event_that_kafka_does_not_take_is_published_as_set_aside(
    engine: AsyncEngine, clock: ManualClock, dashboard: Hearing
) -> None:
    event = quarantined()
    tell = telling("supplier-harbour-books", clock)
    async with engine.begin() as connection:
        await publish(connection, [event], clock)
    async with engine.connect() as connection:
        autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
        driver = await driver_of(autocommit)
        row = await driver.fetchrow("SELECT seq, headers::text FROM outbox")
        assert row is not None
        refusal = Refusal(row["seq"], json.loads(row["headers"]), "too large", clock.now())
        await set_aside(driver, refusal, tell)
    (told,) = await _told(dashboard)
    assert (told.service, told.consumer, told.given_up_type) == ("supplier-harbour-books", OUTBOX, event.event_type)
