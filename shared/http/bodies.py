"""Limits the size of requests, head and body, and describes bodies that a route reads itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.common_problems import BODY_COMPRESSED, BODY_TOO_LARGE, HEAD_TOO_LARGE
from shared.http.problems import problem

_MOST_DIGITS = 18
# Path, query and all headers together; the usual limit of a proxy in front is 8 to 32 KiB.
MAX_HEAD_BYTES = 32_768


class HeadCap:
    """ASGI middleware: answers 431 to a request whose path, query and headers have too many bytes together."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or refuses it."""
        if scope["type"] == "http" and _head_bytes(scope) > MAX_HEAD_BYTES:
            detail = f"Path, query and headers may have at most {MAX_HEAD_BYTES} bytes together; send shorter ones."
            await problem(HEAD_TOO_LARGE, detail)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _head_bytes(scope: Scope) -> int:
    headers = sum(len(name) + len(value) for name, value in scope["headers"])
    return headers + len(scope["path"]) + len(scope["query_string"])


class _TooLarge(Exception):
    """The body exceeded the limit while it was being read."""


class BodyCap:
    """ASGI middleware: answers 413 to a body over `limit` bytes, without keeping it in memory, and 415 to a compressed one.

    Nothing here expands a body: a few kilobytes may be gigabytes, and a signature is over the bytes as they were sent.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on with a counting `receive`, or refuses it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if headers.get(b"content-encoding", b"identity").strip().lower() not in (b"", b"identity"):
            await self._refuse_encoding(scope, receive, send)
            return
        declared = headers.get(b"content-length", b"0")
        if not declared.isdigit() or len(declared) > _MOST_DIGITS or int(declared) > self._limit:
            await self._refuse(scope, receive, send)
            return
        started = False

        async def watched_send(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, self._counting(receive), watched_send)
        except _TooLarge:
            if not started:
                await self._refuse(scope, receive, send)

    def _counting(self, receive: Receive) -> Receive:
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._limit:
                raise _TooLarge
            return message

        return counted

    async def _refuse_encoding(self, scope: Scope, receive: Receive, send: Send) -> None:
        detail = "The body is compressed (Content-Encoding); send it as it is."
        answer = problem(BODY_COMPRESSED, detail, headers={"Accept-Encoding": "identity"})
        await answer(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = problem(BODY_TOO_LARGE, f"The body may have at most {self._limit} bytes; split it into several requests.")
        await answer(scope, receive, send)


def described_body(schemas: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Returns the OpenAPI of a body that a route reads itself; `schemas` has the JSON Schema of each media type."""
    content = {media_type: {"schema": schema} for media_type, schema in schemas.items()}
    return {"requestBody": {"required": True, "content": content}}
