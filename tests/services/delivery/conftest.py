"""A delivery service on a database of its own, which consumes events and answers HTTP requests."""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, TypeVar
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.delivery.app import PACKAGE, create_app
from services.delivery.incoming import batch_handler
from shared.bus import to_envelope
from shared.clock import ManualClock
from shared.contracts.base import Event
from shared.messaging.tables import outbox
from shared.settings import ServiceSettings
from tests.builders import SUFFOLK
from tests.fixtures.tokens import Tokens
from tests.services.serving import Kept, api_settings

E = TypeVar("E", bound=Event)
Json = dict[str, Any]

# A lock that a slow machine holds for longer than the service waits ends in 503.
_ATTEMPTS = 4


class Delivery:
    """The service as its neighbours see it: events in, events out, and its API."""

    def __init__(self, engine: AsyncEngine, client: httpx.AsyncClient, tokens: Tokens, clock: ManualClock) -> None:
        self.engine = engine
        self.client = client
        self.clock = clock
        self._tokens = tokens
        self._handle = batch_handler(clock)

    async def hears(self, *events: Event) -> None:
        """Handles the events in one transaction, as a consumer does with a batch."""
        async with self.engine.begin() as connection:
            await self._handle(connection, [to_envelope(event, clock=self.clock) for event in events])

    async def published(self, event: type[E]) -> list[E]:
        """Returns the published events of one type, in order."""
        query = select(outbox.c.data).where(outbox.c.type == event.event_type).order_by(outbox.c.seq)
        async with self.engine.connect() as connection:
            return [event.model_validate_json(data) for data in (await connection.execute(query)).scalars()]

    def reader(self, council: str = SUFFOLK) -> dict[str, str]:
        """Headers of a caller who may only read."""
        return self._tokens.headers("delivery:read", council=council)

    def writer(self, council: str = SUFFOLK, subject: str = "librarian") -> dict[str, str]:
        """Headers of a person who may read and write."""
        return self._tokens.headers("delivery:read", "delivery:write", council=council, subject=subject)

    async def get(self, path: str, query: Mapping[str, str] | None = None, *, council: str = SUFFOLK) -> httpx.Response:
        return await self.client.get(path, headers=self.reader(council), params=query)

    async def consignments(self, **query: str) -> list[Json]:
        """The first page of Suffolk's consignments, newest first."""
        answer = await self.get("/v1/consignments", query)
        assert answer.status_code == 200, answer.text
        items: list[Json] = answer.json()["items"]
        return items

    async def consignment(self, **query: str) -> Json:
        """The only consignment that matches, with its copies and history."""
        (summary,) = await self.consignments(**query)
        whole: Json = (await self.get(f"/v1/consignments/{summary['consignment_id']}")).json()
        return whole

    async def discrepancies(self, **query: str) -> list[Json]:
        items: list[Json] = (await self.get("/v1/discrepancies", query)).json()["items"]
        return items

    async def require_two(self, body: Json) -> httpx.Response:
        """Whether changes need a second person from now on, whatever was said before."""
        return await self.client.put("/v1/approval", headers={**self.writer(), "If-Match": "*"}, json=body)

    async def post_rule(self, body: Json, *, council: str = SUFFOLK) -> httpx.Response:
        return await self.client.post("/v1/route-rules", headers=self.writer(council), json=body)

    async def end_rule(self, rule_id: str, *, council: str = SUFFOLK, reason: str = "") -> httpx.Response:
        path = f"/v1/route-rules/{rule_id}"
        return await self.client.delete(path, headers=self.writer(council), params={"reason": reason})

    async def post_receipt(
        self, consignment_id: str, body: Json, *, key: str | None = None, council: str = SUFFOLK
    ) -> httpx.Response:
        headers = self._tokens.headers("delivery:write", council=council) | {"Idempotency-Key": key or str(uuid4())}
        return await self.client.post(f"/v1/consignments/{consignment_id}/receipts", headers=headers, json=body)

    async def receives(self, consignment_id: str, *scans: Json, complete: bool = False) -> Json:
        """A receipt that is taken; its answer. Repeated under its key while the service asks for that, as an LMS does."""
        key, body = str(uuid4()), {"scans": list(scans), "complete": complete}
        for _ in range(_ATTEMPTS):
            answer = await self.post_receipt(consignment_id, body, key=key)
            if answer.status_code != 503:
                break
        assert answer.status_code == 201, answer.text
        receipt: Json = answer.json()
        return receipt


@pytest.fixture
async def delivery(
    database_from: Callable[[str], str], tokens: Tokens, clock: ManualClock, kept: Kept
) -> AsyncIterator[Delivery]:
    """The API role of the service with empty tables."""
    settings = api_settings(ServiceSettings, database_from(PACKAGE), tokens)
    async with kept.client(create_app, settings, clock) as client, kept.engine(settings.database_url) as engine:
        yield Delivery(engine, client, tokens, clock)
