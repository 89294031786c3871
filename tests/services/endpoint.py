"""An endpoint of somebody else: an HTTP server on the loopback address that answers as a test says, and keeps what it got."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Reply:
    """What an endpoint answers. `size` bytes follow `body`; where it `stalls`, the answer begins when the test ends."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    size: int = 0
    stalls: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    """One request."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Endpoint:
    """Answers the requests of a path with its replies, in turn, and the last one ever after; 200 where it has none."""

    url: str = ""
    received: list[Received] = field(default_factory=list)
    replies: dict[str, list[Reply]] = field(default_factory=dict)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def answers(self, *replies: Reply, path: str = "/in") -> None:
        """From now on, answers the requests of a path so."""
        self.replies[path] = list(replies)

    def bodies(self, path: str = "/in") -> Sequence[bytes]:
        """Returns the bodies that arrived at a path."""
        return [each.body for each in self.received if each.path == path]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        body = await body_of(receive)
        if body is None:
            return
        headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
        self.received.append(Received(scope["path"], headers, body))
        self.arrived.set()
        waiting = self.replies.get(scope["path"]) or [Reply()]
        reply = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if reply.stalls:
            await self.ended.wait()
        await _send(reply, send)


async def _send(reply: Reply, send: Send) -> None:
    sent = [(name.lower().encode(), value.encode()) for name, value in reply.headers.items()]
    await send({"type": "http.response.start", "status": reply.status, "headers": sent})
    await send({"type": "http.response.body", "body": reply.body, "more_body": reply.size > 0})
    for begin in range(0, reply.size, _CHUNK):
        part = b"x" * min(_CHUNK, reply.size - begin)
        await send({"type": "http.response.body", "body": part, "more_body": begin + _CHUNK < reply.size})


@asynccontextmanager
async def endpoint(tls: ssl.SSLContext | None = None) -> AsyncIterator[Endpoint]:
    """Runs an endpoint until the end. With `tls` it is at https://localhost."""
    made = Endpoint()
    async with serving(made, tls) as port:
        made.url = f"https://localhost:{port}/in" if tls else f"http://127.0.0.1:{port}/in"
        try:
            yield made
        finally:
            made.ended.set()


@asynccontextmanager
async def serving(app: ASGIApp, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Serves an app on a port of the loopback address until the end."""
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")
    config.load()
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(lambda: HttpToolsProtocol(config, state, {}), "127.0.0.1", 0, ssl=tls)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for connection in list(state.connections):
            connection.shutdown()
        await asyncio.gather(*state.tasks, return_exceptions=True)


async def body_of(receive: Receive) -> bytes | None:
    """Returns the body of a request; None where who sends it went away."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body, more = body + message.get("body", b""), message.get("more_body", False)
    return body
