"""A dashboard that answers over the loopback, and a person who is signed in at it. Measures nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path

import psutil
from httpx import ASGITransport, AsyncClient
from pydantic import SecretStr
from sqlalchemy import event

from local.machine.keys import SigningKey, mint_signing_key, mint_token, write_jwks
from local.machine.ports import LOOPBACK, free_port
from local.machine.processes import Child, Program, http_answers, wait_until
from services.dashboard.app import create_app
from services.dashboard.settings import DashboardSettings
from services.dashboard.signing_in.provider import Grant
from services.dashboard.signing_in.sessions import Sessions
from shared.clock import SystemClock
from shared.settings import Role

_SCOPES = tuple(f"{scope}:read" for scope in ("dashboard", "orders", "catalogue", "delivery", "evidence", "exchange", "lms"))
_PLENTY = 1_000_000
Statement = tuple[str, tuple[object, ...]]
"""SQL and its values, as the driver is given them."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a page answered."""

    status: int
    body: bytes


class Seat:
    """A browser that keeps one connection open, with the session of a person."""

    def __init__(self, port: int, secret: str) -> None:
        self.address = f"http://{LOOPBACK}:{port}"
        self.cookie = {"Cookie": f"session={secret}"}
        self._connection = HTTPConnection(LOOPBACK, port, timeout=30.0)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answered:
        """Asks for a page. `headers`: those that a script sends besides."""
        try:
            return self._asked(path, headers or {})
        except RemoteDisconnected:
            # The server closes a connection that was idle for some seconds.
            self._connection.close()
            return self._asked(path, headers or {})

    def _asked(self, path: str, headers: Mapping[str, str]) -> Answered:
        self._connection.request("GET", path, headers={**self.cookie, **headers})
        answer = self._connection.getresponse()
        return Answered(answer.status, answer.read())

    def leave(self) -> None:
        """Closes the connection."""
        self._connection.close()


class Desk:
    """One process of the dashboard over a database, and the same app here, which signs people in and says what pages ask."""

    def __init__(self, database_url: str, folder: Path, *, broker: str) -> None:
        """Nothing runs until `running`. `broker`: where the consumer finds Kafka."""
        key, keys = mint_signing_key(), folder / "jwks.json"
        write_jwks(keys, [key])
        self.port = free_port()
        self._key: SigningKey = key
        self._environment = {
            "DATABASE_URL": database_url,
            "KAFKA_BOOTSTRAP_SERVERS": broker,
            "KAFKA_IDEMPOTENT": "false",
            "AUTH_JWKS_FILE": str(keys),
            "PORT": str(self.port),
            "LOG_LEVEL": "WARNING",
            "CALLER_BURST": str(_PLENTY),
            "ROLE": "all",
        }
        self._log = folder / "dashboard.log"
        settings = DashboardSettings(
            role=Role.API,
            database_url=SecretStr(database_url),
            kafka_bootstrap_servers=broker,
            auth_jwks_file=keys,
            caller_burst=_PLENTY,
        )
        self._app = create_app(settings)
        self._sessions: Sessions = self._app.state.sessions
        self._child: Child | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Runs the process, in all its roles, until the end."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ}
        command = [sys.executable, "-m", "services.dashboard"]
        environment = {**kept, "MALLOC_ARENA_MAX": "2", **self._environment}
        self._child = Child(Program("dashboard", command, self._log, environment))
        try:
            await wait_until(lambda: http_answers(self.port), child=self._child)
            yield
        finally:
            await self._child.stop()
            await self._sessions.engine.dispose()

    @property
    def memory(self) -> int:
        """Bytes of the process; pages that it shares with others count in part."""
        if self._child is None:
            return 0
        size: int = psutil.Process(self._child.pid).memory_full_info().pss
        return size

    async def sign_in(self, council: str | None) -> Seat:
        """Returns the browser of an operator of a council, or of all."""
        token = mint_token(self._key, subject="bench", council=council, scopes=_SCOPES, clock=SystemClock())
        cookie = await self._sessions.begin(Grant(token, "", {"name": "Bench", "roles": ["operator"]}))
        return Seat(self.port, cookie.secret)

    async def statements(self, seat: Seat, path: str) -> list[Statement]:
        """Returns what a page asks of the database, in its order: noted while the app here answers the same request."""
        noted: list[Statement] = []

        def note(*given: object) -> None:
            _, __, statement, values, *_rest = given
            assert isinstance(values, tuple)
            noted.append((str(statement), values))

        engine = self._sessions.engine.sync_engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            async with AsyncClient(
                transport=ASGITransport(self._app), base_url="http://dashboard", headers=seat.cookie
            ) as client:
                await client.get(path)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return noted
