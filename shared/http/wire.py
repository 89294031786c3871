"""The HTTP protocol of a service's sockets: uvicorn's, with limits on the requests that arrive and on their connections."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shared.http.bodies import MAX_HEAD_BYTES
from shared.http.common_problems import TOO_MANY_CONNECTIONS
from shared.http.operations import PATHS
from shared.http.problems import problem
from shared.http.requests import new_request

# A head up to here is read whole and then refused with a reason (`HeadCap`).
_MOST_BYTES = 2 * MAX_HEAD_BYTES
_NO_CONTENT = b"content-length: 0\r\nconnection: close\r\n\r\n"
_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\n" + _NO_CONTENT
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\n" + _NO_CONTENT
_FULL = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 2\r\n" + _NO_CONTENT
# For probes and metrics, above the limit on connections.
_RESERVE = 50


class LimitedHttp(HttpToolsProtocol):
    """Ends connections that would be kept without an end: a head that does not end, a request that arrives too slowly, too many.

    uvicorn's `limit_concurrency` is the number of connections. uvicorn itself would refuse also probes above it: an orchestrator
    would then kill a process that has much to do.
    """

    request_seconds = 60.0

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._in_head = True
        self._head_bytes = 0
        self._arriving: asyncio.TimerHandle | None = None
        self._whole_app = self.app
        self._most, self.limit_concurrency = self.limit_concurrency, None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's
        """Begins to wait for a request, or refuses the connection where not even a probe has room."""
        super().connection_made(transport)
        if self._most is not None and len(self.connections) > self._most + _RESERVE:
            self._refuse(_FULL)
            return
        self._expect_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stops waiting."""
        self._request_arrived()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Notes that a head begins (called by httptools)."""
        self._in_head = True
        self._expect_request()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Notes that the head is complete (called by httptools)."""
        self._in_head = False
        self._head_bytes = 0
        full = self._most is not None and len(self.connections) > self._most
        self.app = _answer_full if full and self.url.partition(b"?")[0].decode("latin-1") not in PATHS else self._whole_app
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Notes that the whole request has arrived (called by httptools)."""
        self._request_arrived()
        super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        """Passes the bytes to the parser, and counts them as long as the head is not complete."""
        super().data_received(data)
        if not self._in_head:
            return
        self._head_bytes += len(data)
        if self._head_bytes > _MOST_BYTES:
            self._refuse(_TOO_LARGE)

    def _expect_request(self) -> None:
        self._request_arrived()
        self._arriving = self.loop.call_later(self.request_seconds, self._give_up)

    def _request_arrived(self) -> None:
        if self._arriving is not None:
            self._arriving.cancel()
            self._arriving = None

    def _give_up(self) -> None:
        """Answers only while the head arrives: afterwards an answer may have begun."""
        self._refuse(_TOO_SLOW if self._in_head else b"")

    def _refuse(self, answer: bytes) -> None:
        self.transport.write(answer)
        self.transport.close()


async def _answer_full(scope: Scope, receive: Receive, send: Send) -> None:
    """An app that answers 503 to every request, with the reason."""
    detail = "This process has as many connections as it may have; nothing was changed. Repeat the request with the same key."
    headers = {"Retry-After": "2", "Connection": "close"}
    new_request()
    await problem(TOO_MANY_CONNECTIONS, detail, headers=headers)(scope, receive, send)
