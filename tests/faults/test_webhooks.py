"""The service that tells LMSs is killed again and again: the feed has each change once, and each endpoint gets all in order."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from local.brokers.tansu import Tansu
from shared.bus import to_envelope
from shared.clock import SystemClock
from shared.contracts.base import Event
from shared.contracts.orders import CopyProgress, CopyState, LineProgressed, OrderPlaced
from shared.ids import new_id
from shared.messaging.outbox import append
from tests.builders import an_order_placed, an_ordered_line
from tests.faults.feeding import Service, common_settings, service_of
from tests.faults.receiving import BREAKING, FAILING, STALLING, STEADY, Reader, Receivers, first_arrivals
from tests.fixtures.chance import Chance
from tests.fixtures.tokens import Tokens
from tests.services.endpoint import serving
from tests.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.processes, pytest.mark.timeout(900)]

_KILLS = 10
# Of each order, its placing, and three states of each of its five copies.
_ORDERS, _STATES, _COPIES = 625, (CopyState.SENT, CopyState.ACCEPTED, CopyState.DESPATCHED), 5
_CHANGES = _ORDERS * (1 + len(_STATES) * _COPIES)
_LIMIT_SECONDS = 600.0
_SETTINGS = {
    "WEBHOOK_KEYS": "a key of a test that is long enough for it",
    "WEBHOOK_ALLOWED": "127.0.0.1",
    "WEBHOOK_SECONDS": "1",
}
_PATH = "/v1/webhook-endpoints"


async def test_ten_kills_lose_and_reorder_nothing_for_readers_and_endpoints(
    tmp_path: Path, database_from: Callable[[str], str], tokens: Tokens, chance: Chance
) -> None:
    receivers, dice = Receivers(), random.Random(chance.seed)
    orders = [_story() for _ in range(_ORDERS)]
    async with (
        _running(tmp_path, database_from, tokens) as lms,
        httpx.AsyncClient(base_url=lms.url, headers=tokens.headers("lms:read", "lms:write"), timeout=30.0) as client,
        serving(receivers) as port,
    ):
        made = {path: await _register(client, receivers, path, port) for path in (STEADY, BREAKING, STALLING, FAILING)}
        reader = Reader(client)
        following = asyncio.create_task(reader.follow())
        for number in range(_KILLS):
            await _happen(lms, orders[number::_KILLS])
            await eventually(_more_than(receivers, dice.randint(20, 400)), limit=_LIMIT_SECONDS)
            await lms.kill()
            await lms.ready()
        await eventually(lambda: len(reader.changes) >= _CHANGES, limit=_LIMIT_SECONDS)
        placed = {change["change_id"] for change in reader.changes if change["kind"] == "order_placed"}
        everything = {change["change_id"] for change in reader.changes}
        for path, told in ((STALLING, placed), (STEADY, everything), (BREAKING, everything)):
            await eventually(_has(receivers, path, len(told)), limit=_LIMIT_SECONDS)
            assert receivers.ids(path) == told
        assert (await _read(client, made[FAILING]))["state"] == "failing"
        assert not receivers.ids(FAILING)
        receivers.fails = False
        await client.post(f"{_PATH}/{made[FAILING]}/enable", json={}, headers={"Idempotency-Key": str(new_id())})
        await eventually(_has(receivers, FAILING, len(placed)), limit=_LIMIT_SECONDS)
        assert receivers.ids(FAILING) == placed
        following.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await following
        sent_twice = {path: len(receivers.taken[path]) - len(receivers.ids(path)) for path in made}
    assert [change["position"] for change in reader.changes] == list(range(1, _CHANGES + 1)), "each change once, in order"
    assert len(everything) == _CHANGES
    for path in made:
        arrivals = first_arrivals(receivers.taken[path])
        assert arrivals == sorted(arrivals), f"{path}: no change arrived before one that was told before it"
    _check_order_of_copies(reader.changes)
    print(f"sent again after kills: {sent_twice}")  # noqa: T201


def _has(receivers: Receivers, path: str, number: int) -> Callable[[], bool]:
    return lambda: len(receivers.ids(path)) >= number


def _more_than(receivers: Receivers, number: int) -> Callable[[], bool]:
    before = len(receivers.ids(STEADY))
    return lambda: len(receivers.taken.get(STEADY, ())) > before + number


def _story() -> Sequence[tuple[Event, int]]:
    """The events of one order, each with the version of the order after it."""
    line = an_ordered_line(branches=("IPSW",) * _COPIES)
    now = SystemClock().now()
    placed = an_order_placed(line, number=f"SFK-{line.line_key}").model_copy(update={"placed_at": now})
    told: list[tuple[Event, int]] = [(placed, 1)]
    for number, (before, after) in enumerate(zip((CopyState.ORDERED, *_STATES), _STATES, strict=False), start=2):
        told.append((_progressed(placed, before, after, minutes=number), number))
    return told


def _progressed(placed: OrderPlaced, before: CopyState, after: CopyState, *, minutes: int) -> LineProgressed:
    (line,) = placed.lines
    copies = tuple(
        CopyProgress(
            copy_id=copy.copy_id,
            copy_number=copy.copy_number,
            branch=copy.branch.code,
            from_state=before,
            to_state=after,
            cause="test",
        )
        for copy in line.copies
    )
    return LineProgressed(
        council=placed.council,
        order_id=placed.order_id,
        order_number=placed.order_number,
        line_key=line.line_key,
        supplier_id=line.supplier_id,
        isbn=line.isbn,
        progressed_at=placed.placed_at + timedelta(minutes=minutes),
        copies=copies,
    )


async def _happen(lms: Service, orders: Sequence[Sequence[tuple[Event, int]]]) -> None:
    """Publishes the orders' events: Kafka does not care whose outbox an event is from."""
    clock = SystemClock()
    async with lms.engine.begin() as connection:
        await append(connection, [to_envelope(event, clock=clock, version=version) for told in orders for event, version in told])


def _check_order_of_copies(changes: Sequence[Mapping[str, object]]) -> None:
    states: dict[object, list[object]] = {}
    for change in changes:
        body = change["body"]
        assert isinstance(body, dict)
        if change["kind"] == "copy_moved":
            states.setdefault(body["copy_id"], []).append(body["state"])
    assert len(states) == _ORDERS * _COPIES
    assert {tuple(each) for each in states.values()} == {tuple(state.value for state in _STATES)}


async def _register(client: httpx.AsyncClient, receivers: Receivers, path: str, port: int) -> UUID:
    kinds = ["order_placed"] if path in (STALLING, FAILING) else []
    body = {"url": f"http://127.0.0.1:{port}{path}", "kinds": kinds}
    answer = await client.post(_PATH, json=body, headers={"Idempotency-Key": path})
    assert answer.status_code == 201, answer.text
    receivers.secrets[path] = answer.json()["secret"]
    return UUID(answer.json()["webhook_endpoint_id"])


async def _read(client: httpx.AsyncClient, endpoint_id: UUID) -> Mapping[str, object]:
    found: Mapping[str, object] = (await client.get(f"{_PATH}/{endpoint_id}")).json()
    return found


@asynccontextmanager
async def _running(folder: Path, database_from: Callable[[str], str], tokens: Tokens) -> AsyncIterator[Service]:
    broker = Tansu(folder / "broker.log")
    await broker.start()
    lms = service_of("services.lms", folder, database_from("services.lms"), common_settings(broker, tokens) | _SETTINGS)
    try:
        await lms.ready()
        yield lms
    finally:
        await lms.stop()
        await broker.stop()
