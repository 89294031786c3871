"""A gate between a transport and its server, which the kit can close or silence. The connections through it are real.

Transports connect by the event loop they run on, so this loop leads their connections through a relay of its own. Names,
certificates and passwords stay those of the server. A transport that connects in another way is noticed: nothing passes.
"""

from __future__ import annotations

import asyncio
import socket
from collections import defaultdict, deque
from collections.abc import Callable
from contextlib import closing
from typing import Any

_LOOPBACK = "127.0.0.1"
_CHUNK = 65_536

Address = tuple[str, int]
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class GateLoop(asyncio.SelectorEventLoop):
    """An event loop whose outgoing connections pass its gate."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = Gate(self)

    async def create_connection(
        self, protocol_factory: Callable[[], Any], host: str | None = None, port: int | None = None, **options: Any
    ) -> tuple[Any, Any]:
        """Connects as every loop does, through the gate where the caller names a host."""
        if host is None or port is None:
            return await super().create_connection(protocol_factory, **options)
        if options.get("ssl") and options.get("server_hostname") is None:
            options["server_hostname"] = host
        options.pop("family", None)
        return await super().create_connection(protocol_factory, *await self.gate.way_to((host, port)), **options)

    async def straight_to(self, address: Address) -> Streams:
        """Connects past the gate."""
        reader = asyncio.StreamReader(loop=self)
        protocol = asyncio.StreamReaderProtocol(reader, loop=self)
        transport, _ = await super().create_connection(lambda: protocol, *address)
        return reader, asyncio.StreamWriter(transport, protocol, reader, self)


class Gate:
    """What every connection of a `GateLoop` passes. It is open at first."""

    def __init__(self, loop: GateLoop) -> None:
        self._loop = loop
        self._relays: dict[Address, asyncio.Server] = {}
        self._closed_port: socket.socket | None = None
        self._heard = asyncio.Event()
        self._heard.set()
        self._passing: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        # Connections to each server, made before those to its relay: a server that is down must look so.
        self._made: defaultdict[Address, deque[Streams]] = defaultdict(deque)
        self.passages = 0

    def close(self) -> None:
        """Refuses every further connection, as a server that is down does."""
        if self._closed_port is None:
            # Bound and never listened on: the machine refuses connections, and gives the port to nobody else.
            self._closed_port = socket.socket()
            self._closed_port.bind((_LOOPBACK, 0))

    def silence(self) -> None:
        """Lets through what the transport sends, and holds back what the server answers."""
        self._heard.clear()

    def open(self) -> None:
        """Lets everything through, with what was held back."""
        self._heard.set()
        if self._closed_port is not None:
            self._closed_port.close()
            self._closed_port = None

    async def way_to(self, server: Address) -> Address:
        """Returns the address to connect to instead of the server's. Raises OSError where the server cannot be reached."""
        if self._closed_port is not None:
            return _LOOPBACK, int(self._closed_port.getsockname()[1])
        self._made[server].append(await self._loop.straight_to(server))
        self.passages += 1
        if server not in self._relays:
            self._relays[server] = await asyncio.start_server(
                lambda reader, writer: self._pass(server, reader, writer), _LOOPBACK, 0
            )
        return _LOOPBACK, int(self._relays[server].sockets[0].getsockname()[1])

    async def remove(self) -> None:
        """Ends every connection and relay."""
        self.open()
        for writer in self._passing.values():
            writer.transport.abort()
        await asyncio.gather(*self._passing)
        for _, to_them in (streams for made in self._made.values() for streams in made):
            to_them.close()
        for relay in self._relays.values():
            relay.close()

    async def _pass(self, server: Address, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._passing[task] = writer
        try:
            theirs, to_them = self._made[server].popleft()
            with closing(to_them):
                await asyncio.gather(self._pump(reader, to_them), self._pump(theirs, writer, answers=True))
        except OSError:
            # One side broke the connection off: so does the gate.
            writer.transport.abort()
        finally:
            del self._passing[task]
            writer.close()

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, answers: bool = False) -> None:
        while chunk := await source.read(_CHUNK):
            if answers:
                await self._heard.wait()
            sink.write(chunk)
            await sink.drain()
        if sink.can_write_eof():
            sink.write_eof()
