"""What a request may contain has a limit, in every service: its head as a whole, and each text in its body."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import uvicorn
from uvicorn.server import ServerState

from shared.http.bodies import MAX_HEAD_BYTES
from shared.http.wire import LimitedHttp
from shared.texts import Text
from tests.fixtures.tokens import Tokens
from tests.services.apps import SERVICES, app_of

_NOT_NUL = Text.__metadata__[0].metadata[0].pattern  # type: ignore[attr-defined]
_BOUND = ("maxLength", "pattern", "enum", "const", "format")


@pytest.mark.parametrize("service", SERVICES)
def test_every_text_in_a_body_has_a_limit(service: str, tokens: Tokens) -> None:
    document = app_of(service, tokens).openapi()
    parts = document["components"]["schemas"]
    bodies = [
        (f"{method} {path}", content["schema"])
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        for content in operation.get("requestBody", {}).get("content", {}).values()
        if content["schema"].get("type") != "string"
    ]
    unlimited = [
        f"{route}: {place}" for route, body in bodies for place in _unlimited(body, {**parts, **body.get("$defs", {})}, "", ())
    ]
    assert unlimited == []


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("header", ["traceparent", "X-Correlation-Id", "If-Match", "Idempotency-Key", "Authorization", "odd"])
async def test_a_request_with_too_long_a_header_is_refused(service: str, header: str, tokens: Tokens) -> None:
    transport = httpx.ASGITransport(app_of(service, tokens))
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        answer = await client.post("/v1/dead-letters", headers={header: "x" * 1_000_000})
        assert answer.status_code == 431
        assert f"at most {MAX_HEAD_BYTES} bytes" in answer.json()["detail"]
        assert (await client.get("/livez", params={"q": "x" * MAX_HEAD_BYTES})).status_code == 431
        assert (await client.get("/livez", headers={header: "x" * 20_000})).status_code == 200


@pytest.fixture
async def address(tokens: Tokens) -> AsyncIterator[tuple[str, int]]:
    """Where a service listens, as its process does."""
    config = uvicorn.Config(app_of("catalogue", tokens), log_config=None, access_log=False)
    config.load()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: LimitedHttp(config, ServerState(), {}), "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()


async def test_a_head_without_an_end_is_not_kept_in_memory(address: tuple[str, int]) -> None:
    reader, writer = await asyncio.open_connection(*address)
    writer.write(b"GET /livez HTTP/1.1\r\nhost: x\r\ntraceparent: ")
    sent = 0
    while not writer.is_closing() and sent < 50_000_000:
        writer.write(b"0" * 10_000)
        sent += 10_000
        with contextlib.suppress(ConnectionError):
            await writer.drain()
    with contextlib.suppress(ConnectionError):
        assert (await reader.readline()).startswith(b"HTTP/1.1 431 ")
    writer.close()
    assert sent < 50_000_000


async def test_requests_on_one_connection_are_each_limited_and_their_bodies_do_not_count(address: tuple[str, int]) -> None:
    async with httpx.AsyncClient(base_url=f"http://{address[0]}:{address[1]}") as client:
        for _ in range(5):
            assert (await client.get("/livez", headers={"odd": "x" * 25_000})).status_code == 200
            assert (await client.post("/livez", content=b"x" * 500_000)).status_code == 405
        assert (await client.get("/livez", headers={"odd": "x" * 40_000})).status_code == 431


def _unlimited(schema: dict[str, Any], parts: dict[str, Any], place: str, seen: tuple[str, ...]) -> Iterator[str]:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        if name not in seen:
            yield from _unlimited(parts[name], parts, place, (*seen, name))
        return
    bounds = {bound for bound in _BOUND if bound in schema} - ({"pattern"} if schema.get("pattern") == _NOT_NUL else set())
    if schema.get("type") == "string" and not bounds:
        yield place
    for alternative in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from _unlimited(alternative, parts, place, seen)
    if "items" in schema:
        yield from _unlimited(schema["items"], parts, f"{place}[]", seen)
    for name, part in schema.get("properties", {}).items():
        yield from _unlimited(part, parts, f"{place}.{name}", seen)
