"""A person's desk: a browser at the dashboard, and behind it a real order book with one order."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from httpx import AsyncClient, Response

from services.dashboard.app import create_app
from services.dashboard.settings import DashboardSettings
from services.dashboard.usecases.asking import Services
from services.orders import app as orders_app
from services.orders.settings import OrdersSettings
from shared.clock import ManualClock
from shared.contracts.base import Event
from shared.http.calls import Api
from tests.fixtures.tokens import Tokens
from tests.services.dashboard.signing_in import sign_in
from tests.services.dashboard.strands import Way
from tests.services.orders.conftest import Orders, an_order
from tests.services.orders.goods import line_of
from tests.services.serving import Kept, api_settings, calling

WHY = "Needed for a reading group"


@dataclass
class Desk:
    """A person's browser, the order book behind it, and one order that was placed: two lines at two suppliers."""

    browser: AsyncClient
    orders: Orders
    order: dict[str, Any]

    @property
    def page(self) -> str:
        return f"/orders/{self.order['order_id']}"

    async def reads(self) -> dict[str, Any]:
        """The order as it is now."""
        return await self.orders.read(self.order["order_id"])

    def copies(self, supplier: str, line: int = 1) -> list[str]:
        return [copy["copy_id"] for copy in line_of(self.order, supplier, line)["copies"]]

    async def does(self, action: str, **fields: Any) -> Response:
        """What a form of the page sends; follows to where it leads."""
        version = (await self.reads())["version"]
        data = {"version": version, "reason": WHY, **fields}
        return await self.browser.post(f"{self.page}/{action}", data=data, follow_redirects=True)

    async def moves(self, *, meanwhile: Sequence[Event] = (), **fields: Any) -> Response:
        """Looks at what a move would do and then does it. `meanwhile`: what happens to the order between the two."""
        preview = (await self.does("move", **fields)).text
        (shown,) = re.findall(r'name="shown" value="(\w+)"', preview)
        await self.orders.hear(*meanwhile)
        return await self.does("move/now", shown=shown, **fields)


@asynccontextmanager
async def open_desk(
    settings: DashboardSettings, database_from: Callable[[str], str], tokens: Tokens, clock: ManualClock, kept: Kept
) -> AsyncIterator[Desk]:
    """Yields the desk of an admin of Suffolk."""
    of_orders = api_settings(OrdersSettings, database_from("services.orders"), tokens)
    async with (
        kept.client(orders_app.create_app, of_orders, clock) as client,
        kept.engine(of_orders.database_url) as engine,
        calling(create_app(settings, clock, Services({"orders": Api("http://orders", Way(client))}))) as browser,
    ):
        orders = Orders(client, engine, clock, tokens)
        await orders.set_up({None: "national", "LOWE": "consortium"})
        await sign_in(browser, tokens)
        yield Desk(browser, orders, await orders.placed(an_order()))
