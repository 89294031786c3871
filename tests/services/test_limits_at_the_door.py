"""How often a caller may call, how long a request may take to arrive, and how many connections a process has."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import uvicorn
from uvicorn.server import ServerState

from services.orders.app import create_app
from services.orders.settings import OrdersSettings
from shared.clock import ManualClock
from shared.http.wire import LimitedHttp
from tests.fixtures.tokens import Tokens
from tests.services.apps import NOWHERE, app_of
from tests.services.serving import api_settings


class _Impatient(LimitedHttp):
    request_seconds = 0.3


@asynccontextmanager
async def _served(tokens: Tokens, protocol: type[LimitedHttp], *, most: int | None = None) -> AsyncIterator[tuple[str, int]]:
    """Where a service listens, as its process does."""
    config = uvicorn.Config(app_of("catalogue", tokens), log_config=None, access_log=False, limit_concurrency=most)
    config.load()
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(lambda: protocol(config, state, {}), "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()


async def test_a_caller_above_its_rate_is_answered_429_and_others_are_not(tokens: Tokens) -> None:
    clock = ManualClock(datetime(2026, 3, 2, 12, 0, tzinfo=UTC))
    settings = api_settings(OrdersSettings, NOWHERE, tokens, caller_requests_per_second=0.5, caller_burst=3)
    mine, others = tokens.headers("catalogue:read"), tokens.headers("catalogue:read", council="GB-ESS")
    transport = httpx.ASGITransport(create_app(settings, clock))
    async with httpx.AsyncClient(transport=transport, base_url="http://orders") as client:
        assert [(await client.get("/v1/branches", headers=mine)).status_code for _ in range(3)] == [403] * 3
        for again in (mine, tokens.headers("orders:read")):
            refused = await client.get("/v1/branches", headers=again)
            assert (refused.status_code, refused.headers["Retry-After"]) == (429, "2"), "a new token is no new caller"
            assert refused.headers["content-type"] == "application/problem+json"
            assert refused.json()["code"] == "too-many-requests"
        assert (await client.get("/v1/branches", headers=others)).status_code == 403
        assert (await client.get("/livez", headers=mine)).status_code == 200
        assert (await client.get("/metrics", headers=mine)).status_code == 200
        clock.advance(timedelta(seconds=2))
        assert (await client.get("/v1/branches", headers=mine)).status_code == 403


@pytest.mark.parametrize(
    "start", [b"", b"GET /livez HT", b"GET /livez HTTP/1.1\r\nhost: x\r\n"], ids=["nothing", "line", "headers"]
)
async def test_a_head_that_does_not_arrive_in_time_ends_its_connection(start: bytes, tokens: Tokens) -> None:
    async with _served(tokens, _Impatient) as address:
        reader, writer = await asyncio.open_connection(*address)
        writer.write(start)
        assert (await asyncio.wait_for(reader.read(), 30)).startswith(b"HTTP/1.1 408 ")
        writer.close()


async def test_a_body_that_does_not_arrive_in_time_ends_its_connection(tokens: Tokens) -> None:
    async with _served(tokens, _Impatient) as address:
        reader, writer = await asyncio.open_connection(*address)
        writer.write(b"PUT /v1/anything HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{")
        while await asyncio.wait_for(reader.read(1_000), 30):
            pass  # the service may have answered before it closed the connection
        writer.close()


async def test_a_connection_stays_open_from_one_request_to_the_next(tokens: Tokens) -> None:
    async with _served(tokens, _Impatient) as (host, port), httpx.AsyncClient(base_url=f"http://{host}:{port}") as client:
        for _ in range(3):
            assert (await client.get("/livez")).status_code == 200


async def test_connections_above_the_limit_are_answered_503_but_probes_are_not(tokens: Tokens) -> None:
    async with _served(tokens, LimitedHttp, most=3) as address, AsyncExitStack() as stack:

        async def answered(path: str) -> bytes:
            reader, writer = await asyncio.open_connection(*address)
            stack.callback(writer.close)
            writer.write(b"GET %s HTTP/1.1\r\nhost: x\r\n\r\n" % path.encode())
            return await asyncio.wait_for(reader.readuntil(b"}"), 30)

        for _ in range(3):
            assert (await answered("/v1/titles")).startswith(b"HTTP/1.1 401 ")
        full = await answered("/v1/titles")
        assert full.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after: 2" in full.lower()
        assert b"too-many-connections" in full
        assert (await answered("/livez?from=kubelet")).startswith(b"HTTP/1.1 200 ")


async def test_no_connection_is_kept_beyond_the_reserve_for_probes(tokens: Tokens) -> None:
    async with _served(tokens, LimitedHttp, most=3) as address, AsyncExitStack() as stack:
        for _ in range(53):
            _, writer = await asyncio.open_connection(*address)
            stack.callback(writer.close)
        reader, writer = await asyncio.open_connection(*address)
        stack.callback(writer.close)
        assert (await asyncio.wait_for(reader.read(), 30)).startswith(b"HTTP/1.1 503 ")
