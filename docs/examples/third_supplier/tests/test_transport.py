"""The transport against the simulator's own routes, in one process, and the error that each failure raises."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from services.suppliers.contract import (
    NOT_FETCHED,
    CredentialsRefused,
    HttpsProfile,
    OrderToSend,
    OutboundMessage,
    SendOutcomeUnknown,
    SupplierRefused,
    SupplierUnavailable,
    SupplierUnintelligible,
    Transport,
    Undecided,
)
from services.suppliers.https import Door, Fixed
from shared.contracts.orders import OrderPlaced

from quillfeather import adapter
from quillfeather.transport import QuillfeatherTransport
from simulator import Bookseller, create_app

HERE = Path(__file__).resolve().parents[1]
KEY = "key-of-the-test"


@pytest.fixture
async def transport() -> AsyncIterator[Transport]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(create_app(Bookseller(pause=0), KEY))) as client:
        yield _transport(client)


async def test_a_small_order_is_taken_at_once_then_answered_and_despatched(transport: Transport) -> None:
    assert await transport.send(_order("PO-1", copies=1)) is None

    assert [raw.cursor async for raw in transport.fetch(None)] == ["1", "2", "3"]
    assert [raw.name async for raw in transport.fetch("2")] == ["document 3"]
    assert [raw.name async for raw in transport.fetch("3")] == []


async def test_a_large_order_gets_a_ticket_that_is_followed(transport: Transport) -> None:
    message = _order("PO-1")

    assert await transport.send(message) == Undecided("T-7", ask_after=1.0)
    assert await transport.send(message) == Undecided("T-7", ask_after=1.0)
    assert await transport.decision(message, "T-7") is None


async def test_a_ticket_may_end_in_a_refusal(transport: Transport) -> None:
    message = _order("PO-REFUSED")
    await transport.send(message)

    with pytest.raises(SupplierRefused, match="more than your credit allows"):
        await transport.decision(message, "T-7")


async def test_a_ticket_that_they_do_not_know_leaves_the_outcome_unknown(transport: Transport) -> None:
    with pytest.raises(SendOutcomeUnknown, match="do not know the ticket T-8"):
        await transport.decision(_order("PO-1"), "T-8")


async def test_they_can_be_asked_whether_they_have_an_order(transport: Transport) -> None:
    message = _order("PO-1")
    assert await transport.has_received(message) is False

    await transport.send(message)

    assert await transport.has_received(message) is True


async def test_another_order_under_the_same_reference_is_refused(transport: Transport) -> None:
    await transport.send(_order("PO-1"))

    with pytest.raises(SupplierRefused, match="used for another order"):
        await transport.send(_order("PO-2"))


async def test_a_document_that_they_cannot_give_stops_no_other() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/documents":
            return _from_the_wire(httpx.Response(200, json=["1", "2"]))
        return _from_the_wire(httpx.Response(410 if request.url.path.endswith("1") else 200, content=b"{}"))

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        fetched = [raw async for raw in _transport(client).fetch(None)]

    assert [(raw.cursor, raw.content_type == NOT_FETCHED) for raw in fetched] == [("1", True), ("2", False)]


async def test_a_wrong_key_is_an_error_of_its_own() -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(create_app(Bookseller(pause=0), "another"))) as client:
        with pytest.raises(CredentialsRefused):
            await _transport(client).send(_order("PO-1"))


@pytest.mark.parametrize(
    ("failure", "meaning"),
    [
        (httpx.ConnectError("refused"), SupplierUnavailable),
        (httpx.ConnectTimeout("too long"), SupplierUnavailable),
        (httpx.ReadError("broken"), SendOutcomeUnknown),
        (httpx.ReadTimeout("no answer"), SendOutcomeUnknown),
        (httpx.Response(503), SupplierUnavailable),
        (httpx.Response(401), CredentialsRefused),
        (httpx.Response(500), SendOutcomeUnknown),
        (httpx.Response(422, json={"detail": "no"}), SupplierRefused),
        (httpx.Response(404, content=b"<html>"), SupplierUnintelligible),
        (httpx.Response(202, content=b"<html>"), SendOutcomeUnknown),
    ],
)
async def test_each_failure_means_one_thing(failure: httpx.Response | Exception, meaning: type[Exception]) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        if isinstance(failure, Exception):
            raise failure
        return _from_the_wire(failure)

    async with httpx.AsyncClient(transport=httpx.MockTransport(fail)) as client:
        with pytest.raises(meaning):
            await _transport(client).send(_order("PO-1"))


def _transport(client: httpx.AsyncClient) -> QuillfeatherTransport:
    profile = HttpsProfile.model_validate_json((HERE / "profile.json").read_text())
    return QuillfeatherTransport(Door(client, profile, Fixed({"X-Api-Key": KEY})))


def _from_the_wire(answer: httpx.Response) -> httpx.Response:
    """Returns the answer with a body that is still to be read."""
    return httpx.Response(answer.status_code, stream=httpx.ByteStream(answer.content))


def _order(number: str, *, copies: int = 3) -> OutboundMessage:
    placed = OrderPlaced.model_validate_json((HERE / "orders.json").read_text())
    line = placed.lines[0].model_copy(update={"copies": placed.lines[0].copies[:copies]})
    order = OrderToSend("GB-SFK", str(placed.order_id), number, placed.placed_at, (line,))
    return adapter((HERE / "profile.json").read_text(), None).write_order(order, 7)
