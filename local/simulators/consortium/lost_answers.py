"""Breaks the connection in the middle of the answer to a share of requests, once each, after they were taken."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from local.simulators.consortium.decisions import Decisions

# The shapes of ASGI, which is untyped by nature.
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


class LostAnswers:
    """Wraps an ASGI application. Which requests are hit is decided by their idempotency key."""

    def __init__(self, app: App, decisions: Decisions) -> None:
        self._app = app
        self._decisions = decisions
        self._hit: set[bytes] = set()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answers, or begins to answer and breaks the connection."""
        key = dict(scope.get("headers", ())).get(b"idempotency-key")
        if (
            key is None
            or key in self._hit
            or self._decisions.share("lost answer", key) >= self._decisions.proportions.lost_answer
        ):
            await self._app(scope, receive, send)
            return
        self._hit.add(key)

        async def begin(message: Message) -> None:
            # The body never follows: the server closes a connection whose answer stays unfinished.
            if message["type"] == "http.response.start":
                await send(message)

        await self._app(scope, receive, begin)
