"""Consortiums that answer as a test says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx

from local.stack.profiles_consortium import consortium_profile
from services.suppliers.consortium.profile import ConsortiumProfile
from services.suppliers.consortium.transport import ConsortiumTransport, Credentials

Handler = Callable[[httpx.Request], httpx.Response]


def transport_to(handler: Handler, **limits: object) -> ConsortiumTransport:
    text = consortium_profile("https://consortium.example", Path("ca.pem"), {})
    profile = ConsortiumProfile.model_validate_json(text).model_copy(update=limits)
    client = httpx.AsyncClient(transport=httpx.MockTransport(lambda request: _from_the_wire(handler(request))))
    return ConsortiumTransport(client, profile, Credentials("me", "secret"))


def _from_the_wire(answer: httpx.Response) -> httpx.Response:
    """The answer with a body that is still to be read."""
    body = answer.stream if not hasattr(answer, "_content") else httpx.ByteStream(answer.content)
    return httpx.Response(answer.status_code, headers=answer.headers, stream=body)


def with_token(answer: Handler) -> Handler:
    """A consortium that hands out tokens and treats every other request as `answer` does."""

    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth/token":
            return httpx.Response(200, json={"access_token": "t", "expires_in": 300})
        return answer(request)

    return handle
