"""Names every request in its answer, log lines and events; answers HEAD wherever GET is answered.

Must not know a route.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.bus import Cause, set_cause
from shared.ids import new_id
from shared.traces import correlation_or, new_traceparent, traceparent_or_none

REQUEST_ID, CORRELATION_ID = "X-Request-Id", "X-Correlation-Id"
# Set while a request is answered: its id, and the headers by which its answer names both ids.
_request: ContextVar[tuple[str, str] | None] = ContextVar("request", default=None)


def new_request(correlation: str = "") -> tuple[str, str]:
    """Begins a request: returns its id and its correlation id, which is the caller's where it sent a readable one."""
    request_id = str(new_id())
    ids = (request_id, correlation_or(correlation, request_id))
    _request.set(ids)
    return ids


def request_id() -> str | None:
    """Returns the id of the request that is being answered; None outside of one."""
    ids = _request.get()
    return None if ids is None else ids[0]


def id_headers() -> dict[str, str]:
    """Returns the headers that name the request that is being answered; none outside of one."""
    ids = _request.get()
    return {} if ids is None else {REQUEST_ID: ids[0], CORRELATION_ID: ids[1]}


class Requests:
    """ASGI middleware: sets the cause of every event and log line that a request produces, and names it in the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on; a HEAD as a GET whose answer loses its body (RFC 9110, 9.3.2)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        ids = new_request(headers.get(b"x-correlation-id", b"").decode("latin-1"))
        traceparent = traceparent_or_none(headers.get(b"traceparent", b"").decode("latin-1"))
        set_cause(Cause(ids[1], traceparent=traceparent or new_traceparent()))
        structlog.contextvars.bind_contextvars(request=ids[0], correlation=ids[1])
        named = _named(send, [(b"x-request-id", ids[0].encode()), (b"x-correlation-id", ids[1].encode())])
        if scope["method"] != "HEAD":
            await self._app(scope, receive, named)
            return
        await self._app({**scope, "method": "GET"}, receive, _without_body(named))


def _named(send: Send, ids: Iterable[tuple[bytes, bytes]]) -> Send:
    """Returns what sends an answer with the ids of its request."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = {name for name, _ in message["headers"]}
            message["headers"] = [*message["headers"], *(header for header in ids if header[0] not in own)]
        await send(message)

    return sent


def _without_body(send: Send) -> Send:
    """Returns what sends the head of an answer and nothing else."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return sent
