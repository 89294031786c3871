"""A running orders app over a fresh database, with a council that has branches and sourcing rules."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.orders.app import create_app
from services.orders.incoming import handlers, subscription
from services.orders.settings import OrdersSettings
from shared.bus import to_envelope
from shared.clock import ManualClock
from shared.contracts.base import Event
from shared.contracts.orders import LineProgressed
from shared.contracts.suppliers import SupplierAnnounced
from shared.messaging.tables import outbox
from shared.values import with_check_digit
from tests.fixtures.tokens import Tokens
from tests.services.hearing import Hearing
from tests.services.serving import Kept, api_settings

SCOPES = ("orders:read", "orders:write")
BRANCHES = [
    {"code": "IPSW", "name": "Ipswich County Library", "gln": "5098765000019"},
    {"code": "LOWE", "name": "Lowestoft Library"},
]


@dataclass
class Orders:
    """The service as its callers see it. `hear` applies events as the consumer would."""

    client: httpx.AsyncClient
    engine: AsyncEngine
    clock: ManualClock
    tokens: Tokens
    council: str = "GB-SFK"
    _numbers: list[int] = field(default_factory=lambda: [0])

    @property
    def headers(self) -> dict[str, str]:
        return self.tokens.headers(*SCOPES, council=self.council)

    def of_council(self, council: str) -> "Orders":
        return Orders(self.client, self.engine, self.clock, self.tokens, council)

    async def set_up(self, rules: dict[str | None, str]) -> None:
        """Gives the council its branches and rules. What was published of these is gone: tests see the events that follow."""
        answer = await self.client.put("/v1/branches", json=BRANCHES, headers=self.headers)
        assert answer.status_code == 200, answer.text
        await self.hear(*(announced(supplier) for supplier in sorted(set(rules.values()))))
        for branch, supplier in rules.items():
            rule = {"supplier_id": supplier, "branch": branch, "valid_from": "2026-01-01"}
            answer = await self.client.post("/v1/sourcing-rules", json=rule, headers=self.headers)
            assert answer.status_code == 201, answer.text
        async with self.engine.begin() as connection:
            await connection.execute(outbox.delete())

    async def change_branches(self, *branches: dict[str, Any]) -> httpx.Response:
        """Changes branches as somebody who has just read them."""
        read = await self.client.get("/v1/branches", headers=self.headers)
        headers = {**self.headers, "If-Match": read.headers["ETag"]}
        return await self.client.put("/v1/branches", json=branches, headers=headers)

    async def post(self, order: dict[str, Any], key: str = "") -> httpx.Response:
        self._numbers[0] += 1
        headers = {**self.headers, "Idempotency-Key": key or f"key-{self._numbers[0]}"}
        return await self.client.post("/v1/orders", json=order, headers=headers)

    async def placed(self, order: dict[str, Any]) -> dict[str, Any]:
        answer = await self.post(order)
        assert answer.status_code == 201, answer.text
        return await self.read(answer.json()["order_id"])

    async def read(self, order_id: str) -> dict[str, Any]:
        answer = await self.client.get(f"/v1/orders/{order_id}", headers=self.headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def hear(self, *events: Event) -> None:
        """Applies a batch of events, in one transaction."""
        envelopes = [to_envelope(event, clock=self.clock) for event in events]
        async with self.engine.begin() as connection:
            await subscription(self.clock).handle(connection, envelopes)

    async def get(self, path: str) -> dict[str, Any]:
        answer = await self.client.get(path, headers=self.headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def decide(self, path: str, body: dict[str, Any], **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        keyed = {"Idempotency-Key": str(uuid4()), **self.headers, **named}
        return await self.client.post(path, json=body, headers=keyed)

    async def sent(self) -> list[Event]:
        """Returns every event published so far; each matches its committed example."""
        return await Hearing(self.engine, self.clock, handlers(self.clock)).sent()

    async def progressed(self, order: dict[str, Any]) -> list[tuple[str, str | None, list[str]]]:
        """Returns version, decision and new states of each event about the order's lines, in order."""
        query = select(outbox.c.headers, outbox.c.data).where(outbox.c.type == LineProgressed.event_type).order_by(outbox.c.seq)
        async with self.engine.connect() as connection:
            rows = [(row.headers, LineProgressed.model_validate_json(row.data)) for row in await connection.execute(query)]
        return [
            (headers["ce_aggregateversion"], event.attention, [copy.to_state for copy in event.copies])
            for headers, event in rows
            if str(event.order_id) == order["order_id"]
        ]

    async def data_of(self, event_type: str) -> list[bytes]:
        """Returns the data of published events of a type, unparsed: comparing large ones with an example takes long."""
        query = select(outbox.c.data).where(outbox.c.type == event_type).order_by(outbox.c.seq)
        async with self.engine.connect() as connection:
            return list((await connection.execute(query)).scalars())

    async def published(self) -> list[str]:
        """Returns the types of what was published so far, but for what is only for the council's ledger."""
        query = text("SELECT type FROM outbox WHERE type NOT LIKE 'orders.spend.%' ORDER BY seq")
        async with self.engine.connect() as connection:
            return list((await connection.execute(query)).scalars())


def announced(supplier: str, usual_delivery_days: int | None = None) -> SupplierAnnounced:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return SupplierAnnounced(
        supplier_id=supplier, name=supplier.title(), announced_at=at, usual_delivery_days=usual_delivery_days
    )


def an_order(number: str = "SFK-1") -> dict[str, Any]:
    return {
        "order_number": number,
        "lines": [
            {
                "line_number": 1,
                "isbn": "9780141439518",
                "copies": [{"branch": "IPSW", "fund": "FIC", "quantity": 2}, {"branch": "LOWE", "fund": "FIC"}],
            },
            {"line_number": 2, "isbn": "9780141439600", "copies": [{"branch": "LOWE", "fund": "FIC", "servicing": ["BJ"]}]},
        ],
    }


def a_large_order(number: str, lines: int) -> dict[str, Any]:
    """An order of so many lines of 200 copies each."""
    books = [f"978{book:09}" for book in range(1, lines + 1)]
    copies = [{"branch": "IPSW", "fund": "FIC", "quantity": 200}]
    ordered = enumerate(map(with_check_digit, books), start=1)
    return {"order_number": number, "lines": [{"line_number": n, "isbn": isbn, "copies": copies} for n, isbn in ordered]}


@pytest.fixture
async def orders(database_from: Callable[[str], str], tokens: Tokens, clock: ManualClock, kept: Kept) -> AsyncIterator[Orders]:
    settings = api_settings(OrdersSettings, database_from("services.orders"), tokens)
    async with kept.client(create_app, settings, clock) as client, kept.engine(settings.database_url) as engine:
        service = Orders(client, engine, clock, tokens)
        await service.set_up({None: "national", "LOWE": "consortium"})
        yield service
