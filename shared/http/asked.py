"""What an operation asks of its caller: token, query, headers, body. Read from its route, so that nothing is stated twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from inspect import isclass
from typing import Any

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel

from shared.auth import Scoped
from shared.http.headers import IDEMPOTENCY_KEY, IF_MATCH, REQUIRED

PROTOCOL, _SIGNED, _ONE = "x-protocol", "x-signed", "x-one-thing"
# The `openapi_extra` of a route whose caller signs the request instead of sending a token (Standard Webhooks 1.0).
SIGNED: Mapping[str, Any] = {_SIGNED: True}
_JSON = "application/json"

# The `openapi_extra` of a GET of one thing whose path does not end with its id, such as a setting: its answer gets an ETag, too.
ONE_THING: Mapping[str, Any] = {_ONE: True}


def by_protocol(name: str, url: str) -> dict[str, Any]:
    """Returns the `openapi_extra` of a route that follows another protocol, which has rules of its own for unknown parameters."""
    return {PROTOCOL: {"description": name, "url": url}}


@dataclass(frozen=True, slots=True)
class Asked:
    """What an operation asks for. `scope` is None where it needs no token; `query` has the names of its parameters.

    `headers` has the names of its headers in lower case, and `required` of those which it refuses to do without. `one_thing`:
    it reads one thing, so that its answer has an ETag and can be 304.
    """

    scope: str | None
    signed: bool
    query: frozenset[str]
    headers: frozenset[str]
    required: frozenset[str]
    path: bool
    body: bool
    json: bool
    protocol: bool
    one_thing: bool

    @property
    def paged(self) -> bool:
        """Whether it takes a cursor."""
        return "cursor" in self.query

    @property
    def key(self) -> bool:
        """Whether it takes an `Idempotency-Key`."""
        return IDEMPOTENCY_KEY.lower() in self.headers

    @property
    def version(self) -> bool:
        """Whether it takes an `If-Match`."""
        return IF_MATCH.lower() in self.headers


def asked_by(route: APIRoute) -> Asked:
    """Returns what a route asks of its caller."""
    dependants = list(_flat(route.dependant))
    extra = route.openapi_extra or {}
    headers = [field for dependant in dependants for field in dependant.header_params]
    media = set(extra.get("requestBody", {}).get("content", {})) | ({_JSON} if route.body_field else set())
    scopes = [dependant.call.scope for dependant in dependants if isinstance(dependant.call, Scoped)]
    return Asked(
        scope=scopes[0] if scopes else None,
        signed=bool(extra.get(_SIGNED)),
        query=frozenset(_names([field for dependant in dependants for field in dependant.query_params])),
        headers=frozenset(name.lower() for name in _names(headers)),
        required=frozenset(field.alias.lower() for field in headers if _is_required(field)),
        path=any(dependant.path_params for dependant in dependants),
        body=bool(media),
        json=_JSON in media,
        protocol=PROTOCOL in extra,
        one_thing="GET" in (route.methods or ()) and (route.path_format.endswith("}") or _ONE in extra),
    )


def _flat(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for inner in dependant.dependencies:
        yield from _flat(inner)


def _is_required(header: Any) -> bool:
    extra = header.field_info.json_schema_extra
    return isinstance(extra, dict) and REQUIRED in extra


def _names(fields: Sequence[Any]) -> Iterator[str]:
    """Returns the names of parameters; a model's are those of its fields."""
    for field in fields:
        annotation = field.field_info.annotation
        if isclass(annotation) and issubclass(annotation, BaseModel):
            yield from (info.alias or name for name, info in annotation.model_fields.items())
        else:
            yield field.alias
