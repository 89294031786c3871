"""The interface of every local broker, and a check that a broker answers. Must not know a particular broker."""

import asyncio
import struct
from typing import Protocol

from local.machine.ports import LOOPBACK

_METADATA = 3
_METADATA_VERSION = 1


class Broker(Protocol):
    """A broker or a cluster. Its addresses stay the same when it restarts."""

    @property
    def bootstrap(self) -> str:
        """The bootstrap servers for clients: `host:port`, separated by commas."""

    @property
    def idempotent(self) -> bool:
        """Whether clients may use the idempotent producer."""

    @property
    def keeps_data(self) -> bool:
        """Whether topics, records and offsets survive a stop or a kill."""

    async def start(self) -> None:
        """Starts and returns when every broker answers. Raises local.machine.processes.ChildFailedError if one does not."""

    async def stop(self) -> None:
        """Stops cleanly."""

    async def kill(self) -> None:
        """Ends every broker with SIGKILL."""

    async def restart(self) -> None:
        """Kills, then starts on the same addresses."""


async def brokers_known(port: int) -> int:
    """Returns how many live brokers the broker on the loopback port knows; 0 if it does not answer within two seconds.

    Sends a Metadata request for no topic, because a port may be open before the broker answers requests.
    """
    try:
        async with asyncio.timeout(2):
            return await _ask_metadata(port)
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        return 0


async def _ask_metadata(port: int) -> int:
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    try:
        # api key, api version, correlation id, client id (null), number of topics
        request = struct.pack(">hhihi", _METADATA, _METADATA_VERSION, 1, -1, 0)
        writer.write(struct.pack(">i", len(request)) + request)
        # size, correlation id, number of brokers
        _, _, brokers = struct.unpack(">iii", await reader.readexactly(12))
        return int(brokers)
    finally:
        writer.close()
