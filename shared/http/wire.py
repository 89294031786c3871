"""The HTTP protocol of a service's sockets: uvicorn's, with a limit on the head of a request while it arrives."""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shared.http.bodies import MAX_HEAD_BYTES

# A head up to here is read whole and then refused with a reason (`HeadCap`).
_MOST_BYTES = 2 * MAX_HEAD_BYTES
_REFUSAL = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class LimitedHttp(HttpToolsProtocol):
    """Ends a connection whose request head does not end: httptools would keep all of it in memory."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._in_head = True
        self._head_bytes = 0

    def on_message_begin(self) -> None:
        """Notes that a head begins (called by httptools)."""
        self._in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Notes that the head is complete (called by httptools)."""
        self._in_head = False
        self._head_bytes = 0
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Passes the bytes to the parser, and counts them as long as the head is not complete."""
        super().data_received(data)
        if not self._in_head:
            return
        self._head_bytes += len(data)
        if self._head_bytes > _MOST_BYTES:
            self.transport.write(_REFUSAL)
            self.transport.close()
