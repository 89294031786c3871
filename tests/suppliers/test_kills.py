"""A real exchange process, killed again and again while orders flow over Kafka: nothing is lost and nothing doubled."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from local.brokers.tansu import Tansu
from local.machine.certificates import mint_certificates
from local.machine.ports import free_port
from local.machine.processes import Child, Program, http_answers, wait_until
from local.stack.programs import module
from services.suppliers.app import PACKAGE
from shared.bus import TOPICS, to_envelope
from shared.clock import SystemClock
from shared.contracts.orders import OrderPlaced
from shared.contracts.suppliers import DespatchAdvised, OrderSent, SendOutcome
from shared.db.engine import create_engine
from shared.messaging import outbox
from shared.messaging.runtime import Messaging
from shared.messaging.settings import KafkaSettings
from shared.messaging.tables import outbox as outbox_table
from tests.builders import an_order_placed, an_ordered_line
from tests.fixtures.chance import Chance
from tests.fixtures.tokens import Tokens
from tests.suppliers.other_side import ConsortiumSide, NationalSide, OtherSide
from tests.waiting import until

ORDERS_A_KILL = 8


def _side(name: str, folder: Path, port: int) -> OtherSide:
    url = f"http://127.0.0.1:{port}/v1/suppliers/{name}/webhooks"
    if name == "national":
        return NationalSide(folder, url, ())
    return ConsortiumSide(folder, url, (), certificates=mint_certificates(folder / "certificates", clock=SystemClock()))


def _program(side: OtherSide, *, port: int, database_url: str, broker: Tansu, tokens: Tokens) -> Program:
    profile, secrets = side.profile_and_secrets()
    (side.folder / "profile.json").write_text(profile)
    (side.folder / "secrets.json").write_text(json.dumps(dict(secrets)))
    environment = {
        "PATH": os.environ["PATH"],
        "PORT": str(port),
        "DATABASE_URL": database_url,
        "KAFKA_BOOTSTRAP_SERVERS": broker.bootstrap,
        "KAFKA_IDEMPOTENT": "false",
        "AUTH_JWKS_FILE": str(tokens.jwks_file),
        "SUPPLIER_ADAPTER": side.name,
        "SUPPLIER_PROFILE_FILE": str(side.folder / "profile.json"),
        "SUPPLIER_SECRETS_FILE": str(side.folder / "secrets.json"),
        "LONGEST_PAUSE_SECONDS": "1",
    }
    return Program("exchange", module(PACKAGE), side.folder / "exchange.log", environment=environment)


async def _published(engine: AsyncEngine, event: type[DespatchAdvised] | type[OrderSent]) -> list[bytes]:
    query = select(outbox_table.c.data).where(outbox_table.c.type == event.event_type).order_by(outbox_table.c.seq)
    async with engine.connect() as connection:
        return list((await connection.execute(query)).scalars())


async def _despatched(engine: AsyncEngine) -> Counter[str]:
    copies: Counter[str] = Counter()
    for data in await _published(engine, DespatchAdvised):
        for parcel in DespatchAdvised.model_validate_json(data).parcels:
            for line in parcel.lines:
                copies[line.line_key or ""] += line.quantity
    return copies


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("name", ["consortium", "national"])
async def test_kills_neither_lose_nor_double_an_order(
    name: str, database_from: Callable[[str], str], own_tansu: Tansu, tokens: Tokens, tmp_path: Path, chance: Chance
) -> None:
    kills = chance.kills(quick=3, deep=10)
    clock, port = SystemClock(), free_port()
    side = _side(name, tmp_path, port)
    await side.start()
    url = database_from(PACKAGE)
    engine, orders_engine = create_engine(SecretStr(url)), create_engine(SecretStr(database_from(PACKAGE)))
    orders = [
        an_order_placed(an_ordered_line(branches=("IPSW", "LOWE"), supplier=name), number=f"PO-{number}")
        for number in range(ORDERS_A_KILL * kills)
    ]
    wanted = Counter({order.lines[0].line_key: 2 for order in orders})
    kafka = KafkaSettings(bootstrap_servers=own_tansu.bootstrap, idempotent=False, client_id="orders")
    program = _program(side, port=port, database_url=url, broker=own_tansu, tokens=tokens)
    child = Child(program)
    try:
        async with Messaging(orders_engine, kafka, clock, topics=TOPICS):
            await wait_until(lambda: http_answers(port), child=child)
            for kill in range(kills):
                await _place(orders_engine, orders[kill::kills], clock)
                before = len(await _published(engine, OrderSent))
                # In the middle of sending: some of the share went, and some did not.
                await until(partial(_at_least, engine, before + 2))
                await child.kill()
                child = Child(program)
            await until(partial(_complete, engine, wanted), limit=180)
        assert await _despatched(engine) == wanted
        # The goods may come before it is known here that their order arrived.
        await until(partial(_all_known_as_sent, engine, orders))
        sent = await _sendings(engine)
        references = {fact.control_reference for fact in sent}
        assert references == {str(number) for number in range(1, len(orders) + 1)}
    finally:
        await child.stop()
        await side.stop()
        await engine.dispose()
        await orders_engine.dispose()


async def _place(engine: AsyncEngine, orders: Sequence[OrderPlaced], clock: SystemClock) -> None:
    async with engine.begin() as connection:
        await outbox.append(connection, [to_envelope(order, clock=clock) for order in orders])


async def _at_least(engine: AsyncEngine, count: int) -> bool:
    return len(await _published(engine, OrderSent)) >= count


async def _sendings(engine: AsyncEngine) -> list[OrderSent]:
    return [OrderSent.model_validate_json(data) for data in await _published(engine, OrderSent)]


async def _all_known_as_sent(engine: AsyncEngine, orders: Sequence[OrderPlaced]) -> bool:
    sent = {fact.order_id for fact in await _sendings(engine) if fact.outcome is SendOutcome.SENT}
    return sent == {order.order_id for order in orders}


async def _complete(engine: AsyncEngine, wanted: Counter[str]) -> bool:
    return (await _despatched(engine)).total() >= wanted.total()
