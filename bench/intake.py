"""Measures durable intake: the orders service against a bare handler that writes the same rows, grouped and one by one."""

from __future__ import annotations

import gc
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import median

from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from starlette.types import ASGIApp

from bench.asgi import Post, per_second
from bench.table import Row
from local.machine.keys import SigningKey, mint_signing_key, mint_token, write_jwks
from local.machine.postgres import Postgres
from services.orders import outgoing
from services.orders.app import create_app
from services.orders.domain.asked import AskedOrder
from services.orders.domain.funds import OpenFunds
from services.orders.domain.placing import place
from services.orders.domain.register import Branch
from services.orders.outgoing.spend import order_committed
from services.orders.settings import OrdersSettings
from services.orders.store.placing import NewOrder, insert_orders
from services.orders.store.register import keep_branches
from shared.bus import to_envelope
from shared.clock import SystemClock
from shared.db.engine import create_engine
from shared.db.grouped import GroupedCommit
from shared.db.migrations import upgrade_to_head
from shared.ids import new_id
from shared.messaging.outbox import append
from shared.settings import Role
from shared.sourcing import store as rule_store
from shared.sourcing.rules import Mode, SourcingRule, Strand
from shared.sourcing.trials import Choice
from shared.values import with_check_digit

_COUNCIL = "GB-SFK"
_BRANCHES = {code: Branch(code=code, name=code) for code in ("IPSW", "LOWE", "FELI", "BURY", "HAVE")}
_TITLES = 1_000_000
"""So many different ones are ordered: few of them twice while the first copies are still to come."""
_TURNS = 9
_WARMING = 100
_REQUESTS = 500
# Few enough that the book with 1,000 orders stays near that.
_REQUESTS_OF_GROWTH = 192
_FEW, _MANY = 1_000, 10_000


def _isbns(number: str) -> list[str]:
    titles = Random(number).sample(range(_TITLES), len(_BRANCHES))
    return [with_check_digit(f"978{title:09}") for title in titles]


def _order(number: str) -> bytes:
    lines = [
        {"line_number": n, "isbn": isbn, "copies": [{"branch": b, "fund": "FIC"} for b in list(_BRANCHES)[n - 1 : n]]}
        for n, isbn in enumerate(_isbns(number), start=1)
    ]
    return json.dumps({"order_number": number, "lines": lines}).encode()


@dataclass(frozen=True, slots=True)
class _Bench:
    postgres: Postgres
    folder: Path
    key: SigningKey
    clock: SystemClock

    async def database(self, name: str) -> SecretStr:
        url = SecretStr(await self.postgres.create_database(name))
        engine = create_engine(url)
        await upgrade_to_head(engine, "services.orders")
        await engine.dispose()
        return url

    def posts(self, count: int, label: str) -> list[Post]:
        token = mint_token(self.key, subject="bench", council=_COUNCIL, scopes=("orders:read", "orders:write"), clock=self.clock)
        bearer = (b"authorization", f"Bearer {token}".encode())
        return [
            Post("/v1/orders", _order(f"{label}-{n}"), (bearer, (b"idempotency-key", f"{label}-{n}".encode())))
            for n in range(count)
        ]


async def measure(folder: Path) -> list[Row]:
    """Returns rows of the table; `folder` is for the database of the run."""
    postgres = Postgres(folder / "postgres")
    await postgres.start()
    bench = _Bench(postgres, folder, mint_signing_key(), SystemClock())
    write_jwks(folder / "jwks.json", [bench.key])
    try:
        return [*await _ratios(bench), await _growth(bench)]
    finally:
        await postgres.stop()


async def _ratios(bench: _Bench) -> list[Row]:
    apps = {
        "ours": await _service(bench, await bench.database("ours")),
        "grouped": await _bare(bench, await bench.database("grouped"), grouped=True),
        "alone": await _bare(bench, await bench.database("alone"), grouped=False),
    }
    rates = await _in_turn(bench, apps, _REQUESTS)
    claim = "durable intake against a bare handler with the same rows and grouping"
    return [
        Row(claim, rates["ours"], rates["grouped"], "orders/s", 0.75),
        Row("durable intake against one transaction per request", rates["ours"], rates["alone"], "orders/s", 3.0),
    ]


async def _growth(bench: _Bench) -> Row:
    apps = {name: await _service(bench, await bench.database(name)) for name in ("few", "many")}
    for name, stored in (("few", _FEW), ("many", _MANY)):
        await per_second(apps[name], bench.posts(stored, "stored"))
    rates = await _in_turn(bench, apps, _REQUESTS_OF_GROWTH)
    claim = "cost of an order with 10,000 in the book against 1,000"
    return Row(claim, 1e6 / rates["many"], 1e6 / rates["few"], "µs", 1.1, higher=False)


async def _in_turn(bench: _Bench, apps: Mapping[str, ASGIApp], requests: int) -> dict[str, float]:
    """Returns the median of each app's orders per second over several turns, so that a slow moment of the machine hits all."""
    for name, app in apps.items():
        await per_second(app, bench.posts(_WARMING, f"{name} warm"))
    # As a service does at its start.
    gc.freeze()
    rates: dict[str, list[float]] = {name: [] for name in apps}
    for turn in range(_TURNS):
        for name, app in apps.items():
            rates[name].append(await per_second(app, bench.posts(requests, f"{name} {turn}")))
    return {name: median(found) for name, found in rates.items()}


async def _service(bench: _Bench, url: SecretStr) -> ASGIApp:
    settings = OrdersSettings(
        role=Role.API,
        database_url=url,
        kafka_bootstrap_servers="127.0.0.1:1",
        auth_jwks_file=bench.folder / "jwks.json",
        caller_burst=1_000_000,
    )
    await _prepare(create_engine(url))
    return create_app(settings)


async def _prepare(engine: AsyncEngine) -> None:
    rule = SourcingRule(
        new_id(), _COUNCIL, Strand.ORDERING, "national", None, None, datetime(2020, 1, 1, tzinfo=UTC).date(), None, Mode.LIVE
    )
    async with engine.begin() as connection:
        await keep_branches(connection, _COUNCIL, list(_BRANCHES.values()))
        await rule_store.add(connection, rule, by="bench")
    await engine.dispose()


async def _bare(bench: _Bench, url: SecretStr, *, grouped: bool) -> ASGIApp:
    """Returns an app that writes the same rows without authentication, checks or idempotency."""
    engine = create_engine(url, pool_size=20)
    clock = bench.clock

    async def write(connection: AsyncConnection, asked: Sequence[AskedOrder]) -> list[str]:
        now = clock.now()
        orders = [place(one, council=_COUNCIL, at=now, branches=_BRANCHES, choose=lambda *_: Choice("national")) for one in asked]
        await insert_orders(connection, [NewOrder(order, order.order_number, b"", "bench") for order in orders])
        events = [event for order in orders for event in (outgoing.order_placed(order), *order_committed(order, OpenFunds()))]
        await append(connection, [to_envelope(event, clock=clock) for event in events])
        return [str(order.order_id) for order in orders]

    intake: GroupedCommit[AskedOrder, str] = GroupedCommit(engine, write)
    app = FastAPI()

    async def post_grouped(asked: AskedOrder) -> dict[str, str]:
        return {"order_id": await intake.submit(asked)}

    async def post_alone(asked: AskedOrder) -> dict[str, str]:
        async with engine.begin() as connection:
            ids = await write(connection, [asked])
        return {"order_id": ids[0]}

    app.add_api_route("/v1/orders", post_grouped if grouped else post_alone, methods=["POST"], status_code=201)
    return app
