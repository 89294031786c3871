"""A switch from the consortium to a bookseller, through the exchanges of both: what each gets, and what its answers do."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncssh
import pytest
from pydantic import SecretStr
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from local.stack.profiles_consortium import consortium_profile
from local.stack.profiles_national import national_profile
from services.delivery.incoming import handlers as delivery_handlers
from services.delivery.store.tables import expected_copy
from services.orders.incoming import handlers as order_handlers
from services.suppliers import consortium, national
from services.suppliers.contract import Adapter, Kind, RawMessage
from services.suppliers.domain.messages import Direction
from services.suppliers.exchange import Exchange
from services.suppliers.incoming import handlers as exchange_handlers
from services.suppliers.loops.reader import Reader
from services.suppliers.store import messages
from services.suppliers.store.messages import Filter
from services.suppliers.usecases import intake
from shared.contracts.delivery import Leg
from shared.messaging.envelope import Envelope
from tests.services.hearing import Hearing
from tests.services.orders.conftest import Orders, an_order
from tests.services.orders.goods import line_of, received
from tests.services.orders.switched import Switches
from tests.services.serving import Kept

COUNCILS = {"GB-SFK": "5098765000019"}


@dataclass
class Side:
    """The exchange of one supplier."""

    exchange: Exchange
    hearing: Hearing

    async def written(self, kind: Kind) -> list[bytes]:
        """The messages of a kind for the supplier, oldest first."""
        async with self.hearing.engine.connect() as connection:
            found = await messages.page(connection, Filter(direction=Direction.OUT, kind=kind), after=None, limit=200)
            return [await messages.body_of(connection, message.id) for message in reversed(found)]

    async def receives(self, body: bytes) -> None:
        async with self.hearing.engine.begin() as connection:
            await intake.keep_inbound(connection, self.exchange, RawMessage("inbound", body), push_id=str(uuid4()))
        reader = Reader(self.hearing.engine, self.exchange)
        while await reader.turn():
            pass


@dataclass
class System:
    """The order book, both exchanges and delivery; `settle` carries events between them until none is left."""

    orders: Orders
    consortium: Side
    national: Side
    delivery: Hearing
    switches: Switches
    _seen: dict[str, int] = field(default_factory=dict)

    async def settle(self) -> None:
        book = Hearing(self.orders.engine, self.orders.clock, order_handlers(self.orders.clock))
        suppliers = [self.consortium.hearing, self.national.hearing]
        for _ in range(5):
            for source in (book, *suppliers):
                fresh = await self._new(source)
                for reader in [*suppliers, self.delivery] if source is book else [book]:
                    await reader.hears_envelopes(fresh)

    async def _new(self, source: Hearing) -> list[Envelope]:
        envelopes, url = await source.sent_envelopes(), str(source.engine.url)
        before, self._seen[url] = self._seen.get(url, 0), len(envelopes)
        return envelopes[before:]

    async def consortium_answers(self, order: dict[str, Any], line: dict[str, Any], status: str) -> None:
        copies = [{"copy_number": copy["copy_number"]} for copy in line["copies"]]
        answer = {"line_key": line["line_key"], "isbn": line["isbn"], "status": status, "copies": copies}
        data = {"order_reference": order["order_id"], "order_number": order["order_number"], "lines": [answer]}
        await self.consortium.receives(json.dumps({"type": "order.responded", "data": data}).encode())
        await self.settle()


@pytest.fixture
async def system(orders: Orders, database_from: Callable[[str], str], kept: Kept) -> AsyncIterator[System]:
    host_key = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
    adapters: dict[str, Adapter] = {
        "consortium": consortium.adapter(consortium_profile("https://consortium.example", Path("ca.pem"), COUNCILS), None),
        "national": national.adapter(national_profile(22, host_key, COUNCILS), None),
    }
    async with AsyncExitStack() as opened:

        async def engine_of(package: str) -> AsyncEngine:
            return await opened.enter_async_context(kept.engine(SecretStr(database_from(package))))

        sides = {}
        for name, adapter in adapters.items():
            exchange = Exchange(adapter, orders.clock)
            engine = await engine_of("services.suppliers")
            sides[name] = Side(exchange, Hearing(engine, orders.clock, exchange_handlers(exchange)))
        delivery = Hearing(await engine_of("services.delivery"), orders.clock, delivery_handlers(orders.clock))
        yield System(orders, sides["consortium"], sides["national"], delivery, Switches(orders))


async def test_a_line_moves_from_one_supplier_to_the_other_on_one_order(system: System) -> None:
    placed = await system.orders.placed(an_order())
    await system.settle()
    assert [len(await side.written(Kind.ORDER)) for side in (system.consortium, system.national)] == [1, 1]
    switch = await system.switches.begun()
    await system.settle()
    (cancellation,) = await system.consortium.written(Kind.CANCELLATION)
    asked = json.loads(cancellation)
    assert {line["line_key"] for line in asked["lines"]} == {
        line["line_key"] for line in placed["lines"] if line["supplier_id"] == "consortium"
    }
    assert asked["reason"] == f"leaving the consortium (switch {switch['switch_id']})"
    await system.consortium_answers(placed, line_of(placed, "consortium", 1), "cancelled_on_request")
    await system.consortium_answers(placed, line_of(placed, "consortium", 2), "already_shipped")
    await system.switches.turn()
    assert (await system.switches.read(switch))["copies"] == {"moved": 1, "stays": 1}
    first, second = await system.national.written(Kind.ORDER)
    # The bookseller has a message of this order: the further one has a number of its own.
    assert b"BGM+220+SFK-1+9" in first
    assert b"BGM+220+SFK-1(2)+9" in second
    new = next(line for line in (await system.orders.read(placed["order_id"]))["lines"] if line["replaces_line_key"])
    assert new["line_key"].encode() in second
    async with system.delivery.engine.connect() as connection:
        assert (await connection.execute(select(func.count()).select_from(expected_copy))).scalar_one() == 5


async def test_late_goods_make_the_bookseller_get_a_cancellation_of_the_further_part(system: System) -> None:
    placed = await system.orders.placed(an_order())
    await system.settle()
    switch = await system.switches.begun()
    await system.settle()
    line = line_of(placed, "consortium", 1)
    await system.consortium_answers(placed, line, "cancelled_on_request")
    await system.orders.hear(received(placed, line, Leg.DIRECT))
    await system.settle()
    (cancellation,) = await system.national.written(Kind.CANCELLATION)
    assert b"RFF+ON:SFK-1(2)'" in cancellation
    assert (await system.switches.read(switch))["copies"] == {"asked": 1, "recalling": 1}
