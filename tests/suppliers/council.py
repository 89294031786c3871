"""A council's order book and its deliveries beside an exchange at work: events pass between the three as a broker passes them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
from pydantic import SecretStr

from services.delivery import app as delivery_app
from services.delivery import incoming as delivery_incoming
from services.orders import app as orders_app
from services.orders import incoming as orders_incoming
from services.orders.settings import OrdersSettings
from services.suppliers import incoming as exchange_incoming
from services.suppliers.usecases.announcing import announce
from shared.clock import SystemClock
from shared.db.engine import create_engine
from shared.settings import ServiceSettings
from tests.builders import SUFFOLK
from tests.fixtures.tokens import Tokens
from tests.services.hearing import Hearing
from tests.services.serving import api_settings, calling, keyed
from tests.suppliers.station import Station
from tests.waiting import until

Json = dict[str, Any]

_SCOPES = ("orders:read", "orders:write", "delivery:read", "delivery:write")


@dataclass
class Council:
    """Suffolk, its library system's view of two services, and one supplier's exchange."""

    station: Station
    orders: httpx.AsyncClient
    delivery: httpx.AsyncClient
    services: list[Hearing]
    _passed: dict[int, int] = field(default_factory=dict)

    async def announce(self) -> None:
        """Lets the exchange announce its supplier, as it does when it starts."""
        async with self.station.engine.begin() as connection:
            await announce(connection, self.station.exchange)
        await self.pass_on()

    async def pass_on(self) -> None:
        """Gives each service what the others published since, until there is nothing more."""
        moved = True
        while moved:
            moved = False
            for place, service in enumerate(self.services):
                sent = (await service.sent_envelopes())[self._passed.get(place, 0) :]
                self._passed[place] = self._passed.get(place, 0) + len(sent)
                moved = moved or bool(sent)
                for other in self.services:
                    known = {on.event.event_type for on in other.handlers}
                    await other.hears_envelopes([one for one in sent if other is not service and one.type in known])

    async def wait(self, found: Callable[[], Any]) -> Any:
        """Passes events on until something is found; returns it."""
        kept: list[Any] = []

        async def is_found() -> bool:
            await self.pass_on()
            kept[:] = [await found()]
            return bool(kept[0])

        await until(is_found)
        return kept[0]

    async def order(self, order_id: str) -> Json:
        answer: Json = (await self.orders.get(f"/v1/orders/{order_id}")).json()
        return answer

    async def consignments(self) -> list[Json]:
        """All consignments with their copies, oldest first."""
        listed = (await self.delivery.get("/v1/consignments")).json()["items"]
        return [(await self.delivery.get(f"/v1/consignments/{one['consignment_id']}")).json() for one in reversed(listed)]

    async def unpack(self, consignment: Json) -> None:
        """Scans every copy of a consignment."""
        scans = [{"barcode": copy["barcode"]} for copy in consignment["copies"]]
        path = f"/v1/consignments/{consignment['consignment_id']}/receipts"
        answer = await self.delivery.post(path, json={"scans": scans}, headers={"Idempotency-Key": str(uuid4())})
        assert answer.status_code == 201, answer.text
        await self.pass_on()


@asynccontextmanager
async def council_of(station: Station, database_from: Callable[[str], str], tokens: Tokens) -> AsyncIterator[Council]:
    """Starts both services; the council has two branches and orders everything from the station's supplier."""
    clock, headers = SystemClock(), tokens.headers(*_SCOPES, council=SUFFOLK)
    urls = database_from(orders_app.PACKAGE), database_from(delivery_app.PACKAGE)
    orders = orders_app.create_app(api_settings(OrdersSettings, urls[0], tokens), clock)
    delivery = delivery_app.create_app(api_settings(ServiceSettings, urls[1], tokens), clock)
    engines = [create_engine(SecretStr(url)) for url in urls]
    async with calling(orders, headers) as book, calling(delivery, headers) as goods:
        order_book = keyed(book)
        services = [
            Hearing(engines[0], clock, orders_incoming.handlers(clock)),
            Hearing(engines[1], clock, delivery_incoming.handlers(clock)),
            Hearing(station.engine, clock, exchange_incoming.handlers(station.exchange)),
        ]
        council = Council(station, order_book, keyed(goods), services)
        await council.announce()
        branches = [{"code": "IPSW", "name": "Ipswich", "gln": "5098765000026"}, {"code": "LOWE", "name": "Lowestoft"}]
        assert (await order_book.put("/v1/branches", json=branches)).status_code == 200
        rule = {"supplier_id": station.exchange.profile.supplier_id, "valid_from": "2026-01-01"}
        assert (await order_book.post("/v1/sourcing-rules", json=rule)).status_code == 201
        yield council
    for engine in engines:
        await engine.dispose()
