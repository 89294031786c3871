"""Listens for LMSs while the process runs, and ends what they began before it ends."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from pathlib import Path

import asyncssh
import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from services.lms import metrics
from services.lms.door.gate import Gate
from services.lms.door.limits import DoorLimits
from services.lms.door.login import Guest
from shared.clock import Clock
from shared.health import Health, HealthState
from shared.supervisor import drained

_LOOK_SECONDS = 5.0
_KEEPALIVE_SECONDS, _KEEPALIVES = 30, 3
_CLOSE_SECONDS = 4.0

log = structlog.get_logger(__name__)


class Door:
    """The SFTP server of one process."""

    name = "mailboxes"

    def __init__(
        self, engine: AsyncEngine, clock: Clock, *, host: str, port: int, host_key_file: Path, limits: DoorLimits | None = None
    ) -> None:
        """Raises ValueError where the file has no host key."""
        # asyncssh would log every request of every session.
        asyncssh.set_log_level(logging.WARNING)
        self._host = host
        self._port = port
        self._host_key = _host_key(host_key_file)
        self._engine = engine
        self._clock = clock
        self._limits = limits or DoorLimits()
        self._stopping = asyncio.Event()
        self._listens = False
        self._trouble = "does not listen yet"

    def health(self) -> list[Health]:
        """Reports `degraded` while nobody can log in."""
        state = HealthState.OK if self._listens else HealthState.DEGRADED
        return [Health(self.name, state, "" if self._listens else self._trouble)]

    async def run(self) -> None:
        """Serves until cancelled. Then takes nobody in any more, and lets those inside end the files that they have open."""
        self._stopping.clear()
        work = asyncio.create_task(self._serve(), name=self.name)
        await drained(work, self._stopping.set)

    async def _serve(self) -> None:
        gate = Gate(self._engine, self._clock, self._limits)
        try:
            acceptor = await self._listen(gate)
        except OSError as error:
            self._trouble = f"cannot listen at port {self._port}: {error}"
            gate.close()
            raise
        self._listens = True
        try:
            while not self._stopping.is_set():
                self._look(gate)
                await self._pause(min(_LOOK_SECONDS, self._limits.idle_seconds))
        finally:
            self._listens, self._trouble = False, "does not listen any more"
            acceptor.close()
            await _see_off(gate)
            gate.close()

    async def _listen(self, gate: Gate) -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            self._host,
            self._port,
            reuse_address=True,
            config=None,
            server_factory=lambda: Guest(gate),
            server_host_keys=[self._host_key],
            server_version="Stockbridge",
            login_timeout=self._limits.login_seconds,
            keepalive_interval=_KEEPALIVE_SECONDS,
            keepalive_count_max=_KEEPALIVES,
            compression_algs=["none"],
            host_based_auth=False,
            gss_auth=False,
            gss_kex=False,
            allow_pty=False,
            line_editor=False,
            agent_forwarding=False,
            allow_scp=False,
            encoding=None,
        )

    def _look(self, gate: Gate) -> None:
        """Ends what does nothing any more."""
        metrics.MAILBOX_CONNECTIONS.set(len(gate.guests))
        for guest in list(gate.idle(time.monotonic())):
            log.info("mailbox connection idle", mailbox=None if guest.mailbox is None else guest.mailbox.mailbox_id)
            guest.connection.disconnect(asyncssh.DISC_BY_APPLICATION, "Nothing was done for too long.")

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()


async def _see_off(gate: Gate) -> None:
    """Lets everybody end what they have open, for a moment; then closes, so that what came is kept."""
    await _until_quiet(gate, gate.limits.finish_seconds)
    leaving = gate.guests
    for guest in leaving:
        guest.connection.close()
    if leaving:
        await asyncio.wait([asyncio.create_task(guest.connection.wait_closed()) for guest in leaving], timeout=_CLOSE_SECONDS)
    await _until_quiet(gate, _CLOSE_SECONDS)


async def _until_quiet(gate: Gate, seconds: float) -> None:
    """Waits, for a while, until nobody has a file open."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await gate.quiet()


def _host_key(path: Path) -> asyncssh.SSHKey:
    try:
        return asyncssh.read_private_key(path)
    except (OSError, asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
        raise ValueError(f"{path} has no SSH host key that can be read: {error}") from error
