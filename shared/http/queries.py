"""Refuses query parameters that an operation does not take: a misspelt filter would answer with too much."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qsl

from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.errors import DomainError, Fault, Kind
from shared.http.asked import asked_by

# Of parameters that do not exist, so many are named.
_MOST_NAMED = 20


def only_known_parameters(route: APIRoute) -> None:
    """Has a route refuse (422) every query parameter that it does not take, unless it follows another protocol."""
    asked = asked_by(route)
    if not asked.protocol:
        route.app = _checked(route.app, asked.query)


def _checked(app: ASGIApp, known: frozenset[str]) -> ASGIApp:
    async def checked(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["query_string"]:
            sent = [name for name, _ in parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)]
            if not known.issuperset(sent):
                raise _unknown(dict.fromkeys(name for name in sent if name not in known), known)
        await app(scope, receive, send)

    return checked


def _unknown(names: Iterable[str], known: frozenset[str]) -> DomainError:
    takes = f"it takes {', '.join(sorted(known))}" if known else "it takes none"
    texts = {name[:100]: f"`{name[:100]}` is no parameter of this operation; {takes}." for name in names}
    faults = [
        Fault("/query/" + name.replace("~", "~0").replace("/", "~1"), "unknown-parameter", text) for name, text in texts.items()
    ]
    return DomainError("unknown-parameter", next(iter(texts.values())), Kind.INVALID, faults[:_MOST_NAMED])
