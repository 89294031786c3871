"""The SFTP server of a process, and an LMS that logs in to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncssh
from sqlalchemy.ext.asyncio import AsyncEngine

from local.machine.ports import free_port
from services.lms.domain.mailbox_messages import MailboxMessage, State
from services.lms.door import Door, DoorLimits
from services.lms.store import post
from shared.clock import ManualClock
from shared.health import HealthState
from tests.services.lms.door.conftest import HOST_KEY, LMS_KEY
from tests.waiting import until

ORDER = b"UNA:+.? 'UNB+UNOC:3+5098765000019:14+5012345678900:14+261130:0900+1'UNZ+0+1'"
HALF = ORDER[:60]


@dataclass(frozen=True)
class Server:
    """A server that runs, and its database."""

    port: int
    engine: AsyncEngine
    door: Door

    @asynccontextmanager
    async def logged_in(self, user: str = "suffolk-koha", **how: Any) -> AsyncIterator[asyncssh.SSHClientConnection]:
        """A connection of an LMS, with its key unless another way is named."""
        login: dict[str, Any] = {"client_keys": [LMS_KEY], **how}
        known: Any = ([asyncssh.import_public_key(HOST_KEY.export_public_key().decode())], [], [])
        async with asyncssh.connect(
            "127.0.0.1", self.port, username=user, known_hosts=known, agent_path=None, config=None, **login
        ) as connection:
            yield connection

    @asynccontextmanager
    async def session(self, user: str = "suffolk-koha", **how: Any) -> AsyncIterator[asyncssh.SFTPClient]:
        """A session of an LMS."""
        async with self.logged_in(user, **how) as connection, connection.start_sftp_client() as client:
            yield client

    async def kept(self) -> Sequence[MailboxMessage]:
        """Returns what was kept of the LMS's files, the first one first."""
        async with self.engine.connect() as connection:
            rows = await post.page(connection, post.Filter(), after=None, limit=1_000)
        return [row for row in rows if row.state in (State.RECEIVED, State.CUT_OFF)][::-1]

    async def state_of(self, message: MailboxMessage) -> State:
        """Returns the state of a file now."""
        async with self.engine.connect() as connection:
            return (await post.find(connection, message.message_id)).state

    async def bytes_of(self, message: MailboxMessage) -> bytes:
        """Returns what was kept of a file."""
        async with self.engine.connect() as connection:
            return await post.bytes_of(connection, message.message_id)


@asynccontextmanager
async def serving(engine: AsyncEngine, clock: ManualClock, folder: Path, **limits: Any) -> AsyncIterator[Server]:
    """A server, until the end."""
    key_file = folder / "host_key"
    HOST_KEY.write_private_key(key_file)
    port = free_port()
    door = Door(engine, clock, host="127.0.0.1", port=port, host_key_file=key_file, limits=DoorLimits(**limits))
    work = asyncio.create_task(door.run())

    async def listens() -> bool:
        return door.health()[0].state is HealthState.OK

    try:
        await until(listens)
        yield Server(port, engine, door)
    finally:
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work
