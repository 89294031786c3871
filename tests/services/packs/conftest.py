"""The services whose facts a pack has, each over its own database, in one process: what one publishes, the others hear."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from services.delivery import app as delivery_app
from services.delivery.incoming import batch_handler
from services.evidence import app as evidence_app
from services.evidence.incoming import subscription
from services.evidence.packs import Owners
from services.evidence.settings import EvidenceSettings
from services.orders import app as orders_app
from services.orders.incoming import handlers as orders_handlers
from services.orders.settings import OrdersSettings
from services.suppliers import app as exchange_app
from services.suppliers.exchange import Exchange
from services.suppliers.incoming import handlers as exchange_handlers
from services.suppliers.loops.mailbox import Mailbox
from services.suppliers.loops.reader import Reader
from services.suppliers.loops.sender import Sender
from services.suppliers.settings import SuppliersSettings
from shared.bus import dispatch
from shared.clock import ManualClock
from shared.http.calls import Api
from shared.messaging.envelope import Envelope
from shared.settings import ServiceSettings
from tests.fixtures.scripted_supplier import ScriptedSupplier
from tests.fixtures.tokens import Tokens
from tests.services.hearing import Hearing
from tests.services.orders.conftest import Orders
from tests.services.serving import Kept, api_settings, calling, keyed
from tests.services.suppliers.conftest import SUPPLIER, Rig

SCOPES = ("evidence:read", "orders:read", "delivery:read", "exchange:read", "orders:write", "delivery:write", "exchange:write")
_FILES = {"supplier_profile_file": Path("none.json"), "supplier_secrets_file": Path("none.json")}


class Breaking(httpx.AsyncBaseTransport):
    """Passes requests on, until `breaks_at` is part of a path: then the answer begins and breaks off, or nobody is there."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.breaks_at = ""
        self.is_down = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.is_down:
            raise httpx.ConnectError("nobody is there")
        if self.breaks_at and self.breaks_at in request.url.path:
            return httpx.Response(200, content=self._cut_off())
        return await httpx.ASGITransport(self.app).handle_async_request(request)

    async def _cut_off(self) -> AsyncIterator[bytes]:
        yield b"the beginn"
        raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")


@dataclass(frozen=True)
class House:
    """The services of one supplier's council. `carry` brings every event to every service."""

    orders: Orders
    delivery: httpx.AsyncClient
    exchange: httpx.AsyncClient
    evidence: httpx.AsyncClient
    rig: Rig
    ways: dict[str, Breaking]
    hearers: tuple[tuple[Hearing, Callable[[list[Envelope]], Any]], ...]
    carried: set[UUID] = field(default_factory=set)

    async def carry(self) -> None:
        """Until nothing new is published. Each event is carried once, as an inbox sees to."""
        while new := [each for each in await self._sent() if each.id not in self.carried]:
            self.carried.update(each.id for each in new)
            for _, hear in self.hearers:
                await hear(new)

    async def _sent(self) -> list[Envelope]:
        return [envelope for hearing, _ in self.hearers for envelope in await hearing.sent_envelopes()]

    async def pack(self, supplier: str = SUPPLIER) -> httpx.Response:
        return await self.evidence.get(f"/v1/departures/{supplier}/pack")


@pytest.fixture
async def house(database_from: Callable[[str], str], tokens: Tokens, clock: ManualClock, kept: Kept) -> AsyncIterator[House]:
    supplier = ScriptedSupplier()
    exchange = Exchange(supplier, clock)
    of_orders = api_settings(OrdersSettings, database_from("services.orders"), tokens)
    of_delivery = api_settings(ServiceSettings, database_from("services.delivery"), tokens)
    of_exchange = api_settings(
        SuppliersSettings, database_from("services.suppliers"), tokens, supplier_adapter=SUPPLIER, **_FILES
    )
    of_evidence = api_settings(EvidenceSettings, database_from("services.evidence"), tokens)
    ways = {
        "orders": Breaking(orders_app.create_app(of_orders, clock)),
        "delivery": Breaking(delivery_app.create_app(of_delivery, clock)),
        "exchange": Breaking(exchange_app.create_app(of_exchange, clock, supplier)),
    }
    apis = {name: Api(f"http://{name}", way) for name, way in ways.items()}
    owners = Owners(apis["orders"], apis["delivery"], {SUPPLIER: apis["exchange"]})
    async with AsyncExitStack() as opened:
        engines = [
            await opened.enter_async_context(kept.engine(settings.database_url))
            for settings in (of_orders, of_delivery, of_exchange, of_evidence)
        ]
        apps = [*(way.app for way in ways.values()), evidence_app.create_app(of_evidence, clock, owners)]
        clients = [keyed(await opened.enter_async_context(calling(app, tokens.headers(*SCOPES)))) for app in apps]
        handling = [
            dispatch(orders_handlers(clock)),
            batch_handler(clock),
            dispatch(exchange_handlers(exchange)),
            subscription().handle,
        ]
        hearers = [_hearer(Hearing(engine, clock, ()), handle) for engine, handle in zip(engines, handling, strict=True)]
        rig = Rig(
            engines[2],
            supplier,
            clock,
            exchange,
            Hearing(engines[2], clock, exchange_handlers(exchange)),
            Sender(engines[2], exchange, supplier),
            Reader(engines[2], exchange),
            Mailbox(engines[2], exchange, supplier),
        )
        orders = Orders(clients[0], engines[0], clock, tokens)
        await orders.set_up({None: SUPPLIER})
        _, of_goods, of_messages, of_evidence_itself = clients
        yield House(orders, of_goods, of_messages, of_evidence_itself, rig, ways, tuple(hearers))


def _hearer(hearing: Hearing, handle: Callable[..., Any]) -> tuple[Hearing, Callable[[list[Envelope]], Any]]:
    async def hear(envelopes: list[Envelope]) -> None:
        async with hearing.engine.begin() as connection:
            await handle(connection, envelopes)

    return hearing, hear
