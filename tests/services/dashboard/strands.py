"""The services that own the rules of the three strands, each over its own database, as the page of changes meets them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx

from services.catalogue import app as catalogue_app
from services.catalogue.incoming import handlers as catalogue_handlers
from services.catalogue.settings import CatalogueSettings
from services.dashboard.usecases.asking import Services
from services.delivery import app as delivery_app
from services.orders import app as orders_app
from services.orders.settings import OrdersSettings
from shared.clock import ManualClock
from shared.http.calls import Api
from shared.settings import ServiceSettings
from shared.sourcing.rules import Strand
from tests.fixtures.tokens import Tokens
from tests.services.catalogue.switched import announced
from tests.services.hearing import Hearing
from tests.services.orders.conftest import Orders
from tests.services.serving import OAI, Kept, api_settings

SERVICES = {Strand.ORDERING: "orders", Strand.CATALOGUE: "catalogue", Strand.DELIVERY: "delivery"}
READING = tuple(f"{service}:read" for service in SERVICES.values())
WRITING = tuple(f"{service}:write" for service in SERVICES.values())
RULES = {
    Strand.ORDERING: "/v1/sourcing-rules",
    Strand.CATALOGUE: "/v1/sourcing-rules",
    Strand.DELIVERY: "/v1/route-rules",
}


@dataclass
class Way(httpx.AsyncBaseTransport):
    """The way from the dashboard to a service that runs: remembers which tokens passed, and can be interrupted."""

    client: httpx.AsyncClient
    is_down: bool = False
    tokens: set[str] = field(default_factory=set)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.is_down:
            raise httpx.ConnectError("nobody is there")
        self.tokens.add(request.headers["Authorization"])
        return await self.client.send(request, stream=True)


@dataclass
class House:
    """The three services, and people of councils who change rules in them."""

    ways: Mapping[Strand, Way]
    tokens: Tokens
    clock: ManualClock

    @property
    def services(self) -> Services:
        """The services as the dashboard is given them."""
        return Services({SERVICES[strand]: Api(f"http://{SERVICES[strand]}", way) for strand, way in self.ways.items()})

    async def calls(
        self, person: str, strand: Strand, method: str, path: str, body: Any = None, *, council: str = "GB-SFK", key: str = ""
    ) -> Any:
        """What the service answers to a person; it must not refuse."""
        headers = self.tokens.headers(*READING, *WRITING, council=council, subject=person)
        named = {"Idempotency-Key": key} if key else {"If-Match": "*"} if method == "PUT" else {}
        answer = await self.ways[strand].client.request(method, path, json=body, headers={**headers, **named})
        assert answer.is_success, answer.text
        return answer.json()

    async def require_second_person(self, council: str = "GB-SFK") -> None:
        body = {"second_person": True, "reason": "The auditors asked for it"}
        for strand in Strand:
            await self.calls("ann", strand, "PUT", "/v1/approval", body, council=council)

    async def propose(self, person: str, strand: Strand, *, council: str = "GB-SFK", **rule: Any) -> str:
        """A new rule; returns the id of its change. Two minutes pass."""
        about = {"route": {"kind": "direct"}} if strand is Strand.DELIVERY else {"supplier_id": "northern"}
        body = {"valid_from": "2026-03-09", "reason": "Because", **about, **rule}
        made = await self.calls(person, strand, "POST", RULES[strand], body, council=council)
        self.clock.advance(timedelta(minutes=2))
        return str(made.get("change_id") or made["rule_id"])

    async def rules(self, strand: Strand) -> dict[str, dict[str, Any]]:
        """The council's rules by id."""
        listed = await self.calls("ann", strand, "GET", f"{RULES[strand]}?limit=200")
        return {rule["rule_id"]: rule for rule in listed["items"]}


@asynccontextmanager
async def opened_house(
    database_from: Callable[[str], str], tokens: Tokens, clock: ManualClock, kept: Kept
) -> AsyncIterator[House]:
    """The services over empty tables. Ordering and records know the suppliers `eastern` and `northern`."""
    of_orders = api_settings(OrdersSettings, database_from("services.orders"), tokens)
    of_catalogue = api_settings(CatalogueSettings, database_from("services.catalogue"), tokens, **OAI)
    of_delivery = api_settings(ServiceSettings, database_from("services.delivery"), tokens)
    async with AsyncExitStack() as opened:
        enter = opened.enter_async_context
        clients = {
            Strand.ORDERING: await enter(kept.client(orders_app.create_app, of_orders, clock)),
            Strand.CATALOGUE: await enter(kept.client(catalogue_app.create_app, of_catalogue, clock)),
            Strand.DELIVERY: await enter(kept.client(delivery_app.create_app, of_delivery, clock)),
        }
        engines = [await enter(kept.engine(settings.database_url)) for settings in (of_orders, of_catalogue)]
        known = announced("eastern"), announced("northern")
        await Orders(clients[Strand.ORDERING], engines[0], clock, tokens).hear(*known)
        await Hearing(engines[1], clock, catalogue_handlers(clock)).hears(*known)
        yield House({strand: Way(client) for strand, client in clients.items()}, tokens, clock)
