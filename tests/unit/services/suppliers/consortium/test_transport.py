"""What each answer of the consortium, and each silence, means for a message."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from services.suppliers.consortium.transport import Credentials
from services.suppliers.contract import (
    CredentialsRefused,
    Kind,
    OutboundMessage,
    SendOutcomeUnknown,
    SupplierError,
    SupplierRefused,
    SupplierUnavailable,
    SupplierUnintelligible,
)
from tests.unit.services.suppliers.consortium.answering import transport_to, with_token

RECEIPT = b'{"type": "request.received", "data": {}}'
REFUSAL = b'{"type": "/problems/closed", "status": 409, "code": "closed", "detail": "Closed for stocktaking"}'
MESSAGE = OutboundMessage(Kind.CANCELLATION, 7, "/v1/orders/abc/cancellations", b"{}", "application/json")


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (202, b"<html>", SupplierUnintelligible),
        (200, b'{"ok": true}', SupplierUnintelligible),
        (302, b"", SupplierUnintelligible),
        (404, b"<html>no such page</html>", SupplierUnintelligible),
        (401, REFUSAL, CredentialsRefused),
        (403, b"", CredentialsRefused),
        (403, REFUSAL, SupplierRefused),
        (408, b"", SupplierUnavailable),
        (429, b"", SupplierUnavailable),
        (503, b"", SupplierUnavailable),
        (400, REFUSAL, SupplierRefused),
        (409, REFUSAL, SupplierRefused),
        (500, b"", SendOutcomeUnknown),
        (502, b"<html>", SendOutcomeUnknown),
        (504, b"", SendOutcomeUnknown),
    ],
)
async def test_each_answer_has_its_meaning(status: int, body: bytes, expected: type[SupplierError]) -> None:
    transport = transport_to(with_token(lambda _: httpx.Response(status, content=body)))

    with pytest.raises(expected) as raised:
        await transport.send(MESSAGE)

    assert type(raised.value) is expected
    if isinstance(raised.value, SupplierRefused):
        assert (raised.value.code, str(raised.value)) == ("closed", "Closed for stocktaking")
    if isinstance(raised.value, SupplierUnintelligible):
        assert raised.value.raw == body


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (httpx.ConnectError, SupplierUnavailable),
        (httpx.ConnectTimeout, SupplierUnavailable),
        (httpx.PoolTimeout, SupplierUnavailable),
        (httpx.WriteError, SendOutcomeUnknown),
        (httpx.WriteTimeout, SendOutcomeUnknown),
        (httpx.ReadError, SendOutcomeUnknown),
        (httpx.ReadTimeout, SendOutcomeUnknown),
        (httpx.RemoteProtocolError, SendOutcomeUnknown),
    ],
)
async def test_a_break_is_harmless_only_before_the_message_left(
    failure: type[httpx.TransportError], expected: type[SupplierError]
) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise failure("broken")

    with pytest.raises(expected) as raised:
        await transport_to(with_token(fail)).send(MESSAGE)

    assert type(raised.value) is expected


@pytest.mark.parametrize("answer", [httpx.Response(401), httpx.Response(500), httpx.Response(200, content=b"{}")])
async def test_without_a_token_nothing_was_sent(answer: httpx.Response) -> None:
    paths: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.path)
        return answer

    with pytest.raises(SupplierUnavailable, match="no access token"):
        await transport_to(handle).send(MESSAGE)

    assert paths == ["/oauth/token"]


async def test_a_silent_token_endpoint_means_that_nothing_was_sent() -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("silence")

    with pytest.raises(SupplierUnavailable, match="no access token"):
        await transport_to(fail).send(MESSAGE)


async def test_a_message_travels_under_its_reference_with_one_token_for_all() -> None:
    requests: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(202, content=RECEIPT, headers={"Content-Type": "application/json"})

    tokens = [0]

    def token_and(request: httpx.Request) -> httpx.Response:
        tokens[0] += request.url.path == "/oauth/token"
        return with_token(handle)(request)

    transport = transport_to(token_and)
    receipt = await transport.send(MESSAGE)
    await transport.send(MESSAGE)

    assert receipt.body == RECEIPT
    assert tokens == [1]
    assert [request.headers["Idempotency-Key"] for request in requests] == ['"7"', '"7"']
    assert requests[0].headers["Authorization"] == "Bearer t"
    assert str(requests[0].url) == "https://consortium.example/v1/orders/abc/cancellations"


async def test_a_token_no_longer_honoured_is_replaced_once() -> None:
    issued: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth/token":
            issued.append(f"t{len(issued)}")
            return httpx.Response(200, json={"access_token": issued[-1], "expires_in": 300})
        honoured = request.headers["Authorization"] == "Bearer t1"
        return httpx.Response(202, content=RECEIPT) if honoured else httpx.Response(401)

    await transport_to(handle).send(MESSAGE)

    assert issued == ["t0", "t1"]


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_a_token_that_is_refused_means_that_our_credentials_are(status: int) -> None:
    with pytest.raises(CredentialsRefused, match=f"no access token: the consortium answered {status}"):
        await transport_to(lambda _: httpx.Response(status, json={"error": "invalid_client"})).send(MESSAGE)


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"Retry-After": "120"}, 120.0),
        ({"Retry-After": "Mon, 02 Mar 2026 10:02:00 GMT", "Date": "Mon, 02 Mar 2026 10:00:00 GMT"}, 120.0),
        ({"Retry-After": "Mon, 02 Mar 2026 09:00:00 GMT", "Date": "Mon, 02 Mar 2026 10:00:00 GMT"}, 0.0),
        ({"Retry-After": "Mon, 02 Mar 2026 10:02:00 GMT"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-5"}, None),
        ({}, None),
    ],
)
async def test_the_pause_that_the_consortium_asks_for_is_passed_on(headers: dict[str, str], pause: float | None) -> None:
    transport = transport_to(with_token(lambda _: httpx.Response(429, headers=headers)))

    with pytest.raises(SupplierUnavailable) as sending:
        await transport.send(MESSAGE)
    with pytest.raises(SupplierUnavailable) as asking:
        await transport.has_received(MESSAGE)

    assert (sending.value.retry_after, asking.value.retry_after) == (pause, pause)


class Flood(httpx.AsyncByteStream):
    """A body of many pieces, endless unless a number is given; counts those that were read."""

    def __init__(self, piece: bytes, number: int | None = None) -> None:
        self._piece = piece
        self._number = number
        self.taken = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self._number is None or self.taken < self._number:
            self.taken += 1
            await asyncio.sleep(0)
            yield self._piece


def over(flood: Flood, **headers: str) -> httpx.Response:
    return httpx.Response(200, headers={name.replace("_", "-"): value for name, value in headers.items()}, stream=flood)


async def test_an_endless_answer_is_cut_at_the_limit_and_its_beginning_kept() -> None:
    flood = Flood(b"x" * 65_536)

    with pytest.raises(SupplierUnintelligible, match="the answer is larger than 4194304 bytes") as raised:
        await transport_to(with_token(lambda _: over(flood))).send(MESSAGE)

    assert flood.taken == 65
    assert raised.value.raw == b"x" * 4_096


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "deflate", "br", "gzip, gzip", "zstd"])
async def test_a_compressed_answer_is_never_expanded(encoding: str) -> None:
    flood = Flood(gzip.compress(b"0" * 10_000_000))

    with pytest.raises(SupplierUnintelligible, match="compressed") as raised:
        await transport_to(with_token(lambda _: over(flood, Content_Encoding=encoding))).send(MESSAGE)

    assert flood.taken == 1
    assert len(raised.value.raw) == 4_096


async def test_an_answer_that_trickles_without_end_is_cut_in_time() -> None:
    class Trickle(Flood):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b" "
            await asyncio.Event().wait()

    transport = transport_to(with_token(lambda _: over(Trickle(b""))), answer_seconds=0.02, connect_seconds=0.03)

    with pytest.raises(SendOutcomeUnknown, match=r"the answer did not end within 0\.05 s"):
        await transport.send(MESSAGE)
    with pytest.raises(SupplierUnavailable, match="did not end"):
        await transport.has_received(MESSAGE)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda: over(Flood(b"x" * 65_536)), "the answer is larger than 65536 bytes"),
        (lambda: over(Flood(b"x"), Content_Encoding="gzip"), "compressed"),
    ],
)
async def test_a_token_that_floods_is_no_token_and_nothing_was_sent(answer: Callable[[], httpx.Response], reason: str) -> None:
    with pytest.raises(SupplierUnavailable, match=f"no access token: .*{reason}"):
        await transport_to(lambda _: answer()).send(MESSAGE)


@pytest.mark.parametrize(("status", "expected"), [(503, SupplierUnavailable), (500, SendOutcomeUnknown)])
async def test_a_flood_does_not_change_what_its_status_means(status: int, expected: type[SupplierError]) -> None:
    flood = httpx.Response(status, stream=Flood(b"x" * 65_536))

    with pytest.raises(expected) as raised:
        await transport_to(with_token(lambda _: flood)).send(MESSAGE)

    assert type(raised.value) is expected


async def test_no_compressed_answer_is_asked_for() -> None:
    asked: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers["Accept-Encoding"])
        return with_token(lambda _: httpx.Response(202, content=RECEIPT))(request)

    await transport_to(handle).send(MESSAGE)

    assert asked == ["identity", "identity"]


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, {"reference": "abc", "requests": ["6", "7"]}, True),
        (200, {"reference": "abc", "requests": ["6"]}, False),
        (404, {"code": "unknown-order"}, False),
    ],
)
async def test_the_consortium_is_asked_whether_it_has_a_message(status: int, body: object, expected: bool) -> None:
    asked: list[tuple[str, str]] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append((request.method, request.url.path))
        return httpx.Response(status, content=json.dumps(body))

    assert await transport_to(with_token(handle)).has_received(MESSAGE) is expected
    assert asked == [("GET", "/v1/orders/abc")]


@pytest.mark.parametrize(
    "answer", [httpx.Response(404, content=b"<html>"), httpx.Response(503), httpx.Response(200, content=b"[]")]
)
async def test_an_unclear_answer_to_that_question_decides_nothing(answer: httpx.Response) -> None:
    with pytest.raises(SupplierUnavailable):
        await transport_to(with_token(lambda _: answer)).has_received(MESSAGE)


async def test_a_request_for_records_cannot_be_asked_about() -> None:
    request = OutboundMessage(Kind.RECORD_REQUEST, 8, "/v1/record-requests", b"{}", "application/json")

    assert await transport_to(lambda _: httpx.Response(500)).has_received(request) is None


async def test_a_consortium_that_lists_no_records_is_not_asked_for_any() -> None:
    transport = transport_to(lambda _: httpx.Response(500))

    assert [message async for message in transport.fetch(None)] == []


def test_the_secret_is_not_shown() -> None:
    assert "hush" not in repr(Credentials("me", "hush"))
