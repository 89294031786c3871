"""Breaks the connection in the middle of some answers, after the request was taken; once for each request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from local.simulators.consortium.decisions import Decisions

# The types of ASGI, whose messages are untyped dictionaries.
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


class LostAnswers:
    """Wraps an ASGI application. The idempotency key decides which requests are hit."""

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
