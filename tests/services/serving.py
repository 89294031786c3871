"""Runs the API of a service in a test, and keeps what takes longer to make than most tests: engines and apps.

There is one of each for a database of `database_from`, which the tests of a service use in turn. Must not know what services do.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from uuid import uuid4

import httpx
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.clock import ManualClock
from shared.db.engine import create_engine
from shared.settings import Role, ServiceSettings
from tests.fixtures.tokens import Tokens

S = TypeVar("S", bound=ServiceSettings)

# Of a change whose caller does not mind what the thing was before.
ANY_VERSION = {"If-Match": "*"}
# What the catalogue says about itself to harvesters.
OAI = {
    "oai_base_url": "http://service/oai",
    "oai_admin_email": "catalogue@stockbridge.example",
    "oai_domain": "stockbridge.example",
    "oai_token_key": SecretStr("0123456789abcdef"),
}

# Webhooks of tests go to this machine.
WEBHOOKS: Mapping[str, Any] = {"webhook_keys": SecretStr("0123456789abcdef" * 2), "webhook_allowed": "127.0.0.0/8"}
# So do the servers of LMSs.
MAILBOXES: Mapping[str, Any] = {"mailbox_allowed": "127.0.0.0/8"}


def api_settings(kind: type[S], database_url: str, tokens: Tokens, **others: Any) -> S:
    """Settings of an API process; nothing that runs in it speaks to Kafka."""
    return kind(
        role=Role.API,
        database_url=SecretStr(database_url),
        kafka_bootstrap_servers="127.0.0.1:1",
        auth_jwks_file=tokens.jwks_file,
        **others,
    )


class Kept:
    """Engines keep their compiled statements, apps their routes. No connection stays open from one test to the next."""

    def __init__(self) -> None:
        self._engines: dict[str, AsyncEngine] = {}
        self._apps: dict[str, FastAPI] = {}

    @asynccontextmanager
    async def engine(self, url: SecretStr) -> AsyncIterator[AsyncEngine]:
        """Connections to a database, which are closed at the end."""
        secret = url.get_secret_value()
        if secret not in self._engines:
            self._engines[secret] = create_engine(url)
        try:
            yield self._engines[secret]
        finally:
            await self._engines[secret].dispose()

    @asynccontextmanager
    async def client(
        self,
        create_app: Callable[[S, ManualClock], FastAPI],
        settings: S,
        clock: ManualClock,
        headers: Mapping[str, str] | None = None,
    ) -> AsyncIterator[httpx.AsyncClient]:
        """A caller of a service that runs until the end. Tests with the same database have the same settings and clock."""
        secret = settings.database_url.get_secret_value()
        if secret not in self._apps:
            # One caller sends the requests of all tests, and the clock stands still.
            self._apps[secret] = create_app(settings.model_copy(update={"caller_burst": 1_000_000}), clock)
        async with calling(self._apps[secret], headers) as client:
            yield keyed(client)


def keyed(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """The same caller, which sends each POST and DELETE with a key of its own, as an LMS does, where the test names none."""

    async def add_key(request: httpx.Request) -> None:
        if request.method in ("POST", "DELETE"):
            request.headers.setdefault("Idempotency-Key", str(uuid4()))

    client.event_hooks["request"].append(add_key)
    return client


@asynccontextmanager
async def calling(app: FastAPI, headers: Mapping[str, str] | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """A caller of an app that runs until the end. Its requests have these headers."""
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://service", headers=headers) as client,
    ):
        yield client
