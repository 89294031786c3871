"""The whole process, relay and consumer included, over a broker."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from local.brokers.tansu import Tansu
from services.delivery.app import PACKAGE, create_app
from services.delivery.incoming import CONSUMER
from shared.bus import to_envelope
from shared.clock import ManualClock
from shared.contracts.base import Event
from shared.db.engine import create_engine
from shared.messaging import outbox
from shared.messaging.tables import inbox_trim
from shared.settings import ServiceSettings
from tests.builders import a_despatch, a_despatched_line, a_parcel, a_title_changed, an_order_placed, an_ordered_line
from tests.fixtures.tokens import Tokens
from tests.services.delivery.conftest import Delivery
from tests.services.serving import calling
from tests.waiting import until


@pytest.fixture
async def running(database_from: Callable[[str], str], own_tansu: Tansu, tokens: Tokens) -> AsyncIterator[Delivery]:
    """The service in the role `all`."""
    url = SecretStr(database_from(PACKAGE))
    clock = ManualClock(datetime(2026, 3, 2, 12, 0, tzinfo=UTC))
    settings = ServiceSettings(
        database_url=url,
        kafka_bootstrap_servers=own_tansu.bootstrap,
        kafka_idempotent=False,
        auth_jwks_file=tokens.jwks_file,
    )
    engine = create_engine(url)
    async with calling(create_app(settings, clock)) as client:
        yield Delivery(engine, client, tokens, clock)
    await engine.dispose()


async def _send(service: Delivery, event: Event) -> None:
    """Let the service's own relay bring an event of a neighbour to its topic."""
    async with service.engine.begin() as connection:
        await outbox.append(connection, [to_envelope(event, clock=service.clock)])


async def _is_retrying(service: Delivery) -> bool:
    return "retrying" in (await service.client.get("/readyz")).text


async def test_a_despatch_that_overtakes_its_order_waits_for_it(running: Delivery) -> None:
    line = an_ordered_line()
    await _send(running, a_despatch(a_parcel(a_despatched_line(line))))
    await until(lambda: _is_retrying(running))
    assert await running.consignments() == []

    await _send(running, an_order_placed(line))
    await until(running.consignments)
    assert len((await running.consignment())["copies"]) == 1


async def test_a_title_of_before_the_inbox_was_trimmed_counts(running: Delivery) -> None:
    line, year_ago = an_ordered_line(), ManualClock(running.clock.now() - timedelta(days=365))
    title = a_title_changed(changed_at=year_ago.now())
    async with running.engine.begin() as connection:
        trimmed = {"consumer": CONSUMER, "before": running.clock.now() - timedelta(days=90)}
        await connection.execute(inbox_trim.insert().values(trimmed))
        await outbox.append(connection, [to_envelope(title, clock=year_ago)])
    await _send(running, an_order_placed(line))
    await _send(running, a_despatch(a_parcel(a_despatched_line(line))))

    async def is_served() -> bool:
        return [row["records"]["served"] for row in await running.consignments()] == [1]

    await until(is_served)


async def test_the_process_is_ready_and_shows_dead_letters_to_operators_only(running: Delivery, tokens: Tokens) -> None:
    assert (await running.client.get("/readyz")).status_code == 200
    path = "/v1/dead-letters"
    assert (await running.client.get(path)).status_code == 401
    answer = await running.client.get(path, headers=tokens.headers("delivery:read", council=None))
    assert answer.status_code == 200, answer.text
    assert answer.json()["items"] == []
