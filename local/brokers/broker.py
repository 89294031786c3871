"""What every broker for one machine offers, and how to see that it answers. Knows no particular broker."""

import asyncio
import struct
from typing import Protocol

from local.machine.ports import LOOPBACK

_METADATA = 3
_METADATA_VERSION = 1


class Broker(Protocol):
    """A broker, or a cluster of them. Addresses stay the same over restarts."""

    @property
    def bootstrap(self) -> str:
        """`host:port`, comma separated: what clients are given as bootstrap servers."""

    @property
    def idempotent(self) -> bool:
        """Whether clients may switch on the idempotent producer."""

    @property
    def keeps_data(self) -> bool:
        """Whether topics, records and offsets are still there after a stop or a kill."""

    async def start(self) -> None:
        """Start and return when every broker answers; local.machine.processes.ChildFailedError when one does not."""

    async def stop(self) -> None:
        """End in good order."""

    async def kill(self) -> None:
        """SIGKILL every broker."""

    async def restart(self) -> None:
        """Kill, then start on the same addresses."""


async def brokers_known(port: int) -> int:
    """How many live brokers the one on the loopback port knows of; 0 when it does not answer within two seconds.

    Asks by the Kafka protocol (a Metadata request for no topic): a port may be open before the broker answers.
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
