"""Lms as it runs: relay, Kafka, consumer and answers in one process."""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import SecretStr

from local.brokers.tansu import Tansu
from services.lms.app import create_app
from services.lms.domain.bodies import Kind
from services.lms.settings import LmsSettings
from shared.bus import to_envelope
from shared.clock import SystemClock
from shared.contracts.asked import PlacingAnswered
from shared.contracts.example_events import EXAMPLES
from shared.db.engine import create_engine
from shared.messaging.outbox import append
from shared.settings import Role
from tests.fixtures.tokens import Tokens
from tests.services.serving import WEBHOOKS, calling
from tests.waiting import until

pytestmark = pytest.mark.processes
# Copies of the examples keep their states, nothing is asked about their lines, and no event disables a webhook.
_NOT_IN_EXAMPLES = {Kind.COPY_CHANGED, Kind.DECISION_NEEDED, Kind.DECISION_CLOSED, Kind.WEBHOOK_DISABLED}


async def test_events_from_kafka_are_told(database_from: Callable[[str], str], own_tansu: Tansu, tokens: Tokens) -> None:
    settings = LmsSettings(
        role=Role.ALL,
        database_url=SecretStr(database_from("services.lms")),
        kafka_bootstrap_servers=own_tansu.bootstrap,
        kafka_idempotent=False,
        auth_jwks_file=tokens.jwks_file,
        changes_days=3_650,  # the examples are of 2026
        **WEBHOOKS,
    )
    engine = create_engine(settings.database_url)
    # The relay of lms plays the other services: Kafka does not care whose outbox an event is from. No mailbox asked for an order.
    examples = [event for event in EXAMPLES if not isinstance(event, PlacingAnswered)]
    async with engine.begin() as connection:
        await append(connection, [to_envelope(event, clock=SystemClock(), version=1) for event in examples])
    await engine.dispose()
    async with calling(create_app(settings), tokens.headers("lms:read")) as client:
        read: list[dict[str, Any]] = []
        place: dict[str, str] = {}

        async def all_kinds_are_told() -> bool:
            page = (await client.get("/v1/changes", params={"wait": 1, **place})).json()
            place["after"] = page["next_cursor"]
            read.extend(page["items"])
            return {change["kind"] for change in read} == set(Kind) - _NOT_IN_EXAMPLES

        await until(all_kinds_are_told)
        ready = (await client.get("/readyz")).json()
    assert [change["position"] for change in read] == list(range(1, len(read) + 1))
    assert ready["status"] == "ready"
