"""The transport against the simulator's own routes, in one process, and the error that each failure raises."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from services.suppliers.contract import (
    OrderToSend,
    OutboundMessage,
    SendOutcomeUnknown,
    SupplierRefused,
    SupplierUnavailable,
    Transport,
)
from shared.contracts.orders import OrderPlaced

from quillfeather import adapter
from quillfeather.transport import QuillfeatherTransport
from simulator import Bookseller, create_app

HERE = Path(__file__).resolve().parents[1]
KEY = "key-of-the-test"


@pytest.fixture
async def transport() -> AsyncIterator[Transport]:
    async with _client(httpx.ASGITransport(create_app(Bookseller(pause=0), KEY))) as client:
        yield QuillfeatherTransport(client)


@pytest.fixture
def message() -> OutboundMessage:
    return _order("PO-1")


async def test_an_order_is_answered_and_then_despatched_to_each_branch(transport: Transport, message: OutboundMessage) -> None:
    await transport.send(message)
    names = []
    for _ in range(2):
        async for raw in transport.fetch(None):
            names.append(raw.name)
            await transport.taken(raw)

    assert names == ["response-7.json", "despatch-7-1.json", "despatch-7-2.json"]
    assert [raw.name async for raw in transport.fetch(None)] == []


async def test_they_can_be_asked_whether_they_have_an_order(transport: Transport, message: OutboundMessage) -> None:
    assert await transport.has_received(message) is False

    await transport.send(message)

    assert await transport.has_received(message) is True


async def test_the_same_order_again_has_no_second_effect(transport: Transport, message: OutboundMessage) -> None:
    await transport.send(message)
    await transport.send(message)

    assert [raw.name async for raw in transport.fetch(None)] == ["response-7.json"]


async def test_another_order_under_the_same_reference_is_refused(transport: Transport, message: OutboundMessage) -> None:
    await transport.send(message)

    with pytest.raises(SupplierRefused, match="used for another order"):
        await transport.send(_order("PO-2"))


async def test_a_document_that_has_gone_can_be_taken_again(transport: Transport, message: OutboundMessage) -> None:
    await transport.send(message)
    (raw,) = [raw async for raw in transport.fetch(None)]

    await transport.taken(raw)
    await transport.taken(raw)


@pytest.mark.parametrize(
    ("failure", "meaning"),
    [
        (httpx.ConnectError("refused"), SupplierUnavailable),
        (httpx.ConnectTimeout("too long"), SupplierUnavailable),
        (httpx.ReadError("broken"), SendOutcomeUnknown),
        (httpx.ReadTimeout("no answer"), SendOutcomeUnknown),
        (httpx.Response(503), SupplierUnavailable),
        (httpx.Response(401), SupplierUnavailable),
        (httpx.Response(500), SendOutcomeUnknown),
        (httpx.Response(422), SupplierRefused),
    ],
)
async def test_each_failure_means_one_thing(
    failure: httpx.Response | Exception, meaning: type[Exception], message: OutboundMessage
) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        if isinstance(failure, Exception):
            raise failure
        return failure

    async with _client(httpx.MockTransport(fail)) as client:
        with pytest.raises(meaning):
            await QuillfeatherTransport(client).send(message)


def _client(transport: httpx.AsyncBaseTransport) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url="https://quillfeather.test", headers={"X-Api-Key": KEY}, transport=transport)


def _order(number: str) -> OutboundMessage:
    placed = OrderPlaced.model_validate_json((HERE / "orders.json").read_text())
    order = OrderToSend("GB-SFK", str(placed.order_id), number, placed.placed_at, placed.lines)
    return adapter((HERE / "profile.json").read_text(), None).write_order(order, 7)
