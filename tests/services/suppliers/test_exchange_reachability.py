"""Staff learn within seconds that a supplier is not reached, and may stop all calls, test the connection and try again."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

import httpx
import pytest

from services.suppliers.contract import SupplierUnavailable
from services.suppliers.domain.messages import State
from services.suppliers.domain.reachability import Way
from services.suppliers.loops.ways import Prober, WatchedWay, Ways
from services.suppliers.republish import OWNER
from shared.contracts.reachability import SupplierReachable, SupplierUnreachable
from shared.republish import Wanted
from tests.fixtures import scripted_supplier as does
from tests.fixtures.tokens import Tokens
from tests.services.read_model import published_again
from tests.services.suppliers.conftest import Rig, an_order

SUPPLIER = "/v1/suppliers/scripted"
REASON = {"reason": "their line is being repaired"}


@pytest.fixture
def staff(tokens: Tokens) -> Mapping[str, str]:
    """Headers of operations staff of all councils."""
    return tokens.headers("exchange:read", "exchange:write", council=None)


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """A port at which somebody answers."""
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def looks(rig: Rig, times: int) -> None:
    for _ in range(times):
        await rig.mailbox.turn()
        await rig.advance(60)


async def reachability(client: httpx.AsyncClient, staff: Mapping[str, str]) -> dict[str, Any]:
    answer = await client.get(SUPPLIER, headers=staff)
    found: dict[str, Any] = answer.json()["reachability"]
    return found


async def asked(client: httpx.AsyncClient, what: str, staff: Mapping[str, str]) -> dict[str, Any]:
    answer = await client.post(f"{SUPPLIER}/{what}", json=REASON, headers=staff)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def changes(rig: Rig) -> list[SupplierUnreachable | SupplierReachable]:
    return [event for event in await rig.published() if isinstance(event, SupplierUnreachable | SupplierReachable)]


async def test_a_supplier_that_fails_once_is_no_news(rig: Rig) -> None:
    rig.supplier.mailbox_trouble = SupplierUnavailable("no route")
    await looks(rig, 1)
    rig.supplier.mailbox_trouble = None
    await looks(rig, 1)

    assert await changes(rig) == []


async def test_a_supplier_that_fails_twice_is_published_once_and_so_is_its_return(
    rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]
) -> None:
    began = rig.clock.now()
    rig.supplier.mailbox_trouble = SupplierUnavailable("no route")
    await looks(rig, 4)

    (unreachable,) = await changes(rig)
    assert isinstance(unreachable, SupplierUnreachable)
    assert (unreachable.reason, unreachable.since, unreachable.opened_by) == ("no route", began, "")
    shown = await reachability(client, staff)
    assert (shown["standing"], shown["reason"]) == ("unreachable", "no route")
    assert shown["next_try_at"] is not None

    rig.supplier.mailbox_trouble = None
    await looks(rig, 2)

    _, reachable = await changes(rig)
    assert isinstance(reachable, SupplierReachable)
    assert (await reachability(client, staff))["standing"] == "reachable"


async def test_a_new_process_that_reaches_the_supplier_says_so(rig: Rig) -> None:
    rig.supplier.mailbox_trouble = SupplierUnavailable("no route")
    await looks(rig, 2)
    rig.restart()
    rig.supplier.mailbox_trouble = None
    await looks(rig, 1)

    assert [type(event) for event in await changes(rig)] == [SupplierUnreachable, SupplierReachable]


async def test_a_mailbox_that_works_does_not_hide_that_nothing_can_be_sent(
    rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]
) -> None:
    await rig.hears(an_order())
    for _ in range(2):
        rig.supplier.script = [does.is_unavailable]
        await rig.send_all()
        await looks(rig, 1)

    shown = await reachability(client, staff)
    assert (shown["standing"], shown["waiting"]) == ("unreachable", [{"kind": "order", "number": 1}])

    await rig.send_all()
    assert (await reachability(client, staff))["standing"] == "reachable"


async def test_calls_that_a_person_stopped_stay_stopped_until_a_person_lets_them_go_on(
    rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]
) -> None:
    opened = await asked(client, "circuit/open", staff)
    assert (opened["standing"], opened["opened_by"], opened["reason"]) == ("stopped", opened["opened_by"], REASON["reason"])
    again = await client.post(f"{SUPPLIER}/circuit/open", json=REASON, headers=staff)
    assert (again.status_code, again.json()["code"]) == (409, "circuit-open")

    await rig.hears(an_order())
    rig.restart()
    await rig.send_all()
    await looks(rig, 1)
    assert (await rig.states(), rig.supplier.held) == ([State.QUEUED], {})

    await asked(client, "circuit/close", staff)
    await rig.send_all()
    assert await rig.states() == [State.SENT]
    stopped, reachable = await changes(rig)
    assert isinstance(stopped, SupplierUnreachable)
    assert stopped.opened_by
    assert isinstance(reachable, SupplierReachable)
    acts = (await client.get(f"{SUPPLIER}/connection-acts", headers=staff)).json()["items"]
    assert [(act["kind"], act["reason"]) for act in acts] == [("closed", REASON["reason"]), ("opened", REASON["reason"])]


async def test_closing_the_circuit_ends_every_pause(rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]) -> None:
    await rig.hears(an_order())
    rig.supplier.script = [does.is_unavailable]
    await rig.send_all()
    await rig.send_all()
    assert rig.supplier.held == {}

    await asked(client, "circuit/close", staff)
    await rig.send_all()

    assert await rig.states() == [State.SENT]


async def test_a_council_cannot_stop_what_serves_every_council(client: httpx.AsyncClient, tokens: Tokens) -> None:
    own = tokens.headers("exchange:read", "exchange:write", council="GB-SFK")
    for what in ("circuit/open", "circuit/close", "connection-test"):
        answer = await client.post(f"{SUPPLIER}/{what}", json=REASON, headers=own)
        assert (answer.status_code, answer.json()["code"]) == (403, "operations-staff-only")


async def test_a_test_of_the_connection_shows_each_step_and_is_kept(
    rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str], port: int
) -> None:
    rig.supplier.address = ("127.0.0.1", port)

    tested = await asked(client, "connection-test", staff)

    assert [(step["name"], step["worked"]) for step in tested["steps"]] == [
        ("name 127.0.0.1", True),
        (f"connect to port {port}", True),
        ("a question", True),
    ]
    (kept,) = (await client.get(f"{SUPPLIER}/connection-acts", headers=staff)).json()["items"]
    assert kept == tested


async def test_a_test_ends_with_the_first_step_that_does_not_work(
    rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]
) -> None:
    rig.supplier.mailbox_trouble = SupplierUnavailable("the account is locked")

    (step,) = (await asked(client, "connection-test", staff))["steps"]

    assert (step["worked"], step["answer"]) == (False, "the account is locked")


def prober(rig: Rig) -> Prober:
    exchange = replace(rig.exchange, limits=replace(rig.exchange.limits, probe=0.001))
    return Prober(rig.engine, exchange, rig.supplier, Ways(WatchedWay(rig.engine, exchange, Way.CONNECTING), ()))


async def test_a_supplier_that_nothing_calls_is_connected_to(rig: Rig, port: int) -> None:
    rig.supplier.address = ("127.0.0.1", port)
    probing = prober(rig)
    await probing.turn()
    assert await changes(rig) == []

    # Nobody listens at the port of a server that ended.
    gone = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    rig.supplier.address = gone.sockets[0].getsockname()
    gone.close()
    await gone.wait_closed()
    while not await changes(rig):
        await probing.turn()
        await asyncio.sleep(0.05)

    (unreachable,) = await changes(rig)
    assert isinstance(unreachable, SupplierUnreachable)
    assert unreachable.next_try_at is not None
    assert unreachable.next_try_at > rig.clock.now(), "it is tried again after a pause"


async def test_a_supplier_that_is_not_reached_is_published_again(rig: Rig) -> None:
    rig.supplier.mailbox_trouble = SupplierUnavailable("no route")
    await looks(rig, 2)

    again, _ = await published_again(rig.hearing, OWNER, rig.clock, Wanted())

    assert [envelope.type for envelope in again] == [SupplierUnreachable.event_type]
