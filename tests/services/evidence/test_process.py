"""Evidence as it runs: relay, Kafka, consumer and answers in one process."""

from collections import Counter
from collections.abc import Callable

import pytest
from pydantic import SecretStr

from local.brokers.tansu import Tansu
from services.evidence.app import create_app
from services.evidence.settings import EvidenceSettings
from shared.bus import to_envelope
from shared.clock import SystemClock
from shared.contracts.example_events import EXAMPLES
from shared.contracts.orders import OrderedLines
from shared.db.engine import create_engine
from shared.messaging.outbox import append
from shared.settings import Role
from tests.fixtures.tokens import Tokens
from tests.services.serving import calling
from tests.waiting import until

pytestmark = pytest.mark.processes


async def test_events_from_kafka_are_measured(database_from: Callable[[str], str], own_tansu: Tansu, tokens: Tokens) -> None:
    settings = EvidenceSettings(
        role=Role.ALL,
        database_url=SecretStr(database_from("services.evidence")),
        kafka_bootstrap_servers=own_tansu.bootstrap,
        kafka_idempotent=False,
        auth_jwks_file=tokens.jwks_file,
    )
    engine = create_engine(settings.database_url)
    # The relay of evidence plays the other services: Kafka does not care whose outbox an event is from.
    async with engine.begin() as connection:
        await append(connection, [to_envelope(event, clock=SystemClock(), version=1) for event in EXAMPLES])
    await engine.dispose()
    lines = [line for event in EXAMPLES if isinstance(event, OrderedLines) for line in event.lines]
    ordered = Counter(line.supplier_id for line in lines for _ in line.copies)
    async with calling(create_app(settings), tokens.headers("evidence:read")) as client:

        async def measured() -> bool:
            groups = (await client.get("/v1/measures?from=2026-01-01&to=2026-12-31")).json()["groups"]
            return {group["key"]: group["copies"] for group in groups} == ordered

        await until(measured)
        ready = (await client.get("/readyz")).json()
    assert ready["status"] == "ready"
