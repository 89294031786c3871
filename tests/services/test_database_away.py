"""While PostgreSQL is away, stalled or busy, every route of every service answers 503 and says when to come back."""

import asyncio
import struct
from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest
from fastapi import APIRouter
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from shared.clock import SystemClock
from shared.db.grouped import GroupedCommit
from shared.http.app import Chassis, create_service_app
from shared.settings import Role, ServiceSettings
from tests.fixtures.tokens import Tokens
from tests.services.apps import SERVICES, app_of

SCOPES = [
    f"{area}:{right}"
    for area in ("orders", "catalogue", "delivery", "exchange", "dashboard", "evidence", "lms")
    for right in ("read", "write")
]
VALUES = {"{isbn}": "9780141439518", "{supplier_id}": "silent"}
SOME_ID = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
async def full_server() -> AsyncIterator[str]:
    """The URL of a server that answers each connection as PostgreSQL does that has no connection left."""
    fields = b"SFATAL\0VFATAL\0C53300\0Msorry, too many clients already\0\0"
    refusal = b"E" + struct.pack(">i", len(fields) + 4) + fields

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        (size,) = struct.unpack(">i", await reader.readexactly(4))
        if size == 8:  # the client asks for TLS first
            await reader.readexactly(4)
            writer.write(b"N")
            (size,) = struct.unpack(">i", await reader.readexactly(4))
        await reader.readexactly(size - 4)
        writer.write(refusal)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"postgresql+asyncpg://nobody@127.0.0.1:{port}/nothing"


@pytest.mark.parametrize("service", SERVICES)
async def test_every_route_that_reads_answers_503_where_the_server_has_no_connection_left(
    service: str, tokens: Tokens, full_server: str
) -> None:
    app = app_of(service, tokens, database_url=full_server)
    asked = 0
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service") as client:
        for council in ("GB-SFK", None):
            for path, methods in app.openapi()["paths"].items():
                answer = await client.request(
                    "GET" if "get" in methods else next(iter(methods)),
                    _filled(path),
                    headers=tokens.headers(*SCOPES, council=council) | {"Idempotency-Key": "k", "If-Match": '"1"'},
                    params={"branch": "IPSW"} if path.endswith("preview") else {},
                    json=None if "get" in methods else {"reason": "as agreed"},
                )
                assert answer.status_code < 500 or answer.status_code == 503, f"{path}: {answer.text}"
                assert answer.status_code != 503 or answer.headers["Retry-After"] == "2"
                asked += answer.status_code == 503
        assert (await client.get("/readyz")).json()["checks"][0]["state"] == "failed"
    assert asked >= 3


def _filled(path: str) -> str:
    for name, value in VALUES.items():
        path = path.replace(name, value)
    return "/".join(SOME_ID if part.startswith("{") else part for part in path.split("/"))


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine with one connection, for which nobody waits long."""
    engine = create_async_engine(
        database_url,
        pool_size=1,
        max_overflow=0,
        pool_timeout=0.05,
        connect_args={"server_settings": {"lock_timeout": "50ms"}},
    )
    yield engine
    await engine.dispose()


def client_of(router: APIRouter, engine: AsyncEngine, tokens: Tokens) -> httpx.AsyncClient:
    """A client of a service with these routes."""
    settings = ServiceSettings(
        role=Role.API, database_url=SecretStr("unused"), kafka_bootstrap_servers="", auth_jwks_file=tokens.jwks_file
    )
    app = create_service_app(Chassis("services.things", settings, engine, SystemClock()), routers=[router], parts=[])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://things")


@pytest.fixture
async def client(engine: AsyncEngine, tokens: Tokens) -> AsyncIterator[httpx.AsyncClient]:
    """A service with a route of each kind: one that reads, and one whose requests share a commit."""

    async def write(connection: AsyncConnection, values: object) -> list[int | Exception]:
        await connection.execute(text("SELECT 1"))
        return [1]

    grouped: GroupedCommit[int, int] = GroupedCommit(engine, write)
    router = APIRouter()

    @router.get("/read")
    async def read() -> None:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(1)"))

    @router.post("/write")
    async def place() -> int:
        return await grouped.submit(1)

    async with client_of(router, engine, tokens) as client:
        yield client


async def test_a_request_that_gets_no_connection_in_time_is_answered_503(engine: AsyncEngine, client: httpx.AsyncClient) -> None:
    async with engine.connect():
        answers = [await client.get("/read"), await client.post("/write")]
    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (503, "database-unavailable")
        assert answer.headers["Retry-After"] == "2"
    assert (await client.post("/write")).status_code == 200


async def test_a_lock_that_is_held_too_long_is_called_what_it_is(
    engine: AsyncEngine, client: httpx.AsyncClient, database_url: str
) -> None:
    other = create_async_engine(database_url)
    async with other.begin() as connection:
        await connection.execute(text("SELECT pg_advisory_xact_lock(1)"))
        answer = await client.get("/read")
    await other.dispose()
    assert (answer.status_code, answer.json()["code"]) == (503, "locked-by-another-change")
    assert answer.headers["Retry-After"] == "2"


async def test_a_full_disk_is_called_what_it_is(engine: AsyncEngine, tokens: Tokens) -> None:
    router = APIRouter()

    @router.post("/")
    async def write() -> None:
        async with engine.begin() as connection:
            await connection.execute(text("DO $$BEGIN RAISE EXCEPTION 'No space left' USING ERRCODE = 'disk_full'; END$$"))

    async with client_of(router, engine, tokens) as client:
        answer = await client.post("/")
    assert (answer.status_code, answer.json()["code"]) == (503, "database-disk-full")
    assert "disk" in answer.json()["detail"]
    assert answer.headers["Retry-After"] == "10"


@pytest.mark.parametrize(
    "error",
    [PoolTimeout(), asyncpg.TooManyConnectionsError(), asyncpg.CannotConnectNowError(), asyncpg.InterfaceError("closed")],
    ids=lambda error: type(error).__name__,
)
async def test_what_the_libraries_raise_is_answered_the_same_way(error: Exception, engine: AsyncEngine, tokens: Tokens) -> None:
    router = APIRouter()

    @router.get("/")
    async def fail() -> None:
        raise error

    async with client_of(router, engine, tokens) as client:
        assert (await client.get("/")).status_code == 503
