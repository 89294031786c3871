"""What a browser may do with an answer: nothing with data, and with a page only what its own server gives it."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.problems import DATA_POLICY

# Nothing inline and nothing from elsewhere.
PAGE_POLICY = {
    **DATA_POLICY,
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
}
# As an answer carries them: names in lower case, as ASGI requires.
_DATA_HEADERS = [(name.lower().encode(), value.encode()) for name, value in DATA_POLICY.items()]


class BrowserPolicy:
    """ASGI middleware: adds the policy for data to every answer that has none of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, and adds headers to its answer."""

        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(header for header in _DATA_HEADERS if header[0] not in own)]
            await send(message)

        await self._app(scope, receive, send_with_policy)
