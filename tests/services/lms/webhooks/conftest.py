"""A council's feed, its endpoints, and who sends from the one to the others."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient, Response
from sqlalchemy.ext.asyncio import AsyncEngine
from standardwebhooks.webhooks import Webhook

from services.lms.app import create_app
from services.lms.domain.bodies import OrderPlaced
from services.lms.loops.sender import Sender
from services.lms.posting import Post
from services.lms.sealing import Seal
from services.lms.settings import LmsSettings
from services.lms.store.endpoints import due_endpoints
from services.lms.store.feed import Addition, add_changes
from shared.clock import ManualClock
from shared.http.answers import Caps
from shared.http.outward import Allowed, Outward
from shared.ids import new_id
from tests.fixtures.tokens import Tokens
from tests.services.endpoint import Endpoint, Received, endpoint
from tests.services.serving import Kept

PATH = "/v1/webhook-endpoints"
SUFFOLK, ESSEX = "GB-SFK", "GB-ESS"
SCOPES = "lms:read lms:write"


@pytest.fixture
async def client(settings: LmsSettings, clock: ManualClock, tokens: Tokens, kept: Kept) -> AsyncIterator[AsyncClient]:
    """The LMS of Suffolk, which may also write."""
    async with kept.client(create_app, settings, clock, tokens.headers(SCOPES)) as client:
        yield client


@pytest.fixture
async def at() -> AsyncIterator[Endpoint]:
    """An endpoint of Suffolk's LMS."""
    async with endpoint() as made:
        yield made


@dataclass(frozen=True)
class Webhooks:
    """What tests do with the feed and its endpoints."""

    engine: AsyncEngine
    client: AsyncClient
    clock: ManualClock
    settings: LmsSettings

    async def create(self, url: str, key: str | None = None, **stated: Any) -> Mapping[str, Any]:
        """Registers an endpoint; returns it with its secret."""
        answer = await self.post("", {"url": url, **stated}, key=key)
        assert answer.status_code == 201, answer.text
        made: Mapping[str, Any] = answer.json()
        return made

    async def post(self, path: str, body: object = None, *, key: str | None = None, **headers: str) -> Response:
        """Sends a request with a new key, unless one is given."""
        headers = {"Idempotency-Key": key or str(new_id()), **headers}
        return await self.client.post(f"{PATH}{path}", json={} if body is None else body, headers=headers)

    async def get(self, made: Mapping[str, Any], path: str = "") -> Any:
        """Returns what is answered about an endpoint."""
        answer = await self.client.get(f"{PATH}/{made['webhook_endpoint_id']}{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def deliveries(self, made: Mapping[str, Any], query: str = "") -> Sequence[Mapping[str, Any]]:
        """Returns the attempts, the last one first."""
        items: Sequence[Mapping[str, Any]] = (await self.get(made, f"/deliveries?limit=200{query}"))["items"]
        return items

    async def told(self, number: int, council: str = SUFFOLK) -> None:
        """Tells a council that so many orders were placed."""
        async with self.engine.begin() as connection:
            await add_changes(connection, [_placed(council, self.clock) for _ in range(number)], self.clock.now())

    async def told_again(self, changes: Sequence[Mapping[str, Any]]) -> None:
        """Tells a council again what it was told, by their rows."""
        stated = ("council", "change_id", "kind", "at", "version", "body")
        async with self.engine.begin() as connection:
            additions = [Addition(**{name: row[name] for name in stated}) for row in changes]
            await add_changes(connection, additions, self.clock.now())

    def signed(self, request: Received, secret: str) -> str:
        """Returns the signature that a request must have by a secret."""
        at = datetime.fromtimestamp(int(request.headers["webhook-timestamp"]), UTC)
        return Webhook(secret).sign(request.headers["webhook-id"], at, request.body.decode())

    async def deliver(self) -> None:
        """Sends everything that is due, as one process would."""
        sender = self.sender()
        async with self._outward() as outward:
            post = Post(outward, self.seal, self.clock)
            while due := await self._due():
                for endpoint_id in due:
                    await sender.send_due(endpoint_id, post)

    def sender(self, seconds: float = 5.0) -> Sender:
        """Returns who sends, which waits so long for an answer."""
        return Sender(self.engine, partial(self._outward, seconds), self.seal, self.clock)

    @property
    def seal(self) -> Seal:
        """The seal of the service's keys."""
        return Seal(self.settings.webhook_keys)

    def _outward(self, seconds: float = 5.0) -> Outward:
        return Outward(Allowed.of([self.settings.webhook_allowed]), Caps(largest=4_096, seconds=seconds))

    async def _due(self) -> Sequence[UUID]:
        async with self.engine.connect() as connection:
            due = await due_endpoints(connection, self.clock.now(), busy=[], limit=100)
        return [each.webhook_endpoint_id for each in due]


def _placed(council: str, clock: ManualClock) -> Addition:
    body = OrderPlaced(order_id=new_id(), order_number="SFK-2026-0042", lines=1, copies=2)
    return Addition(council, new_id(), body.kind, clock.now(), 1, body.model_dump(mode="json"))


@pytest.fixture
async def webhooks(engine: AsyncEngine, client: AsyncClient, clock: ManualClock, settings: LmsSettings) -> Webhooks:
    """Webhooks of Suffolk."""
    return Webhooks(engine, client, clock, settings)


def positions(at: Endpoint, path: str = "/in") -> Sequence[int]:
    """Returns the places in the feed of what arrived, in the order in which it did."""
    return [json.loads(body)["data"]["position"] for body in at.bodies(path)]
