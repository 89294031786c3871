"""The dashboard as it runs: relay, Kafka, consumer and page in one process."""

from collections.abc import Callable

import pytest
from pydantic import SecretStr

from local.brokers.tansu import Tansu
from services.dashboard.app import create_app
from services.dashboard.settings import DashboardSettings
from shared.bus import to_envelope
from shared.clock import SystemClock
from shared.contracts.example_events import EXAMPLES
from shared.db.engine import create_engine
from shared.messaging.outbox import append
from shared.settings import Role
from tests.fixtures.tokens import Tokens
from tests.services.serving import calling
from tests.waiting import until

pytestmark = pytest.mark.processes


async def test_events_from_kafka_show_in_the_overview(
    database_from: Callable[[str], str], own_tansu: Tansu, tokens: Tokens
) -> None:
    settings = DashboardSettings(
        role=Role.ALL,
        database_url=SecretStr(database_from("services.dashboard")),
        kafka_bootstrap_servers=own_tansu.bootstrap,
        kafka_idempotent=False,
        auth_jwks_file=tokens.jwks_file,
    )
    engine = create_engine(settings.database_url)
    # The dashboard's own relay plays the other services: Kafka does not care whose outbox an event is from.
    async with engine.begin() as connection:
        await append(connection, [to_envelope(event, clock=SystemClock(), version=1) for event in EXAMPLES])
    await engine.dispose()
    async with calling(create_app(settings), tokens.headers("dashboard:read")) as client:

        async def shown() -> bool:
            return bool((await client.get("/v1/overview")).json()["totals"]["ordered"] == 3)

        await until(shown)
        ready = (await client.get("/readyz")).json()
    assert ready["status"] == "ready"
