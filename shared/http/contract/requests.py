"""What an operation asks for, in its description: token and scope, or signature; headers in their usual spelling."""

from __future__ import annotations

from typing import Any

from fastapi.routing import APIRoute

from shared.http.asked import ONE_THING, PROTOCOL, SIGNED, Asked, asked_by
from shared.http.headers import IF_NONE_MATCH, REQUIRED

SECURITY_SCHEMES: dict[str, Any] = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": (
            "A JSON Web Token of your identity provider, with the claim `council` (an ISIL such as GB-SFK) or, for operations "
            "staff, the scope `all-councils`, and with the operation's scope in `scope`."
        ),
    },
    "push": {
        "type": "apiKey",
        "in": "header",
        "name": "webhook-signature",
        "description": (
            "Standard Webhooks 1.0: an HMAC-SHA256, with a secret that the exchange shares with the supplier, of `webhook-id`, "
            "`webhook-timestamp` and the body."
        ),
    },
}
_SIGNED = (
    ("webhook-id", "Recognises the push: the same when it is sent again", "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W", 200),
    ("webhook-timestamp", "When the push was sent, in seconds since 1970; at most five minutes from now", "1764496800", 20),
    (
        "webhook-signature",
        "The signatures of id, time and body, parted by spaces",
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        4_000,
    ),
)

_IF_NONE_MATCH = (
    {
        "in": "header",
        "name": IF_NONE_MATCH,
        "required": False,
        "description": "The `ETag` of the answer that you have: 304 without a body where it is still the same",
        "schema": {"type": "string", "examples": ['"3"']},
    },
)


def ask_fully(operation: dict[str, Any], route: APIRoute) -> None:
    """Completes what an operation asks for."""
    asked = asked_by(route)
    security = _security(asked)
    if security:
        operation["security"] = security
    for name in (*SIGNED, *ONE_THING):
        operation.pop(name, None)
    if PROTOCOL in operation:
        operation.setdefault("externalDocs", operation.pop(PROTOCOL))
    given = [*operation.get("parameters", ()), *(_signed() if asked.signed else ()), *(_IF_NONE_MATCH if asked.one_thing else ())]
    if given:
        operation["parameters"] = [_parameter(one) for one in given]


def _security(asked: Asked) -> list[dict[str, list[str]]]:
    if asked.signed:
        return [{"push": []}]
    return [] if asked.scope is None else [{"token": [asked.scope]}]


def _signed() -> list[dict[str, Any]]:
    return [
        {
            "in": "header",
            "name": name,
            "required": True,
            "description": text,
            "schema": {"type": "string", "maxLength": longest, "examples": [example]},
        }
        for name, text, example, longest in _SIGNED
    ]


def _parameter(given: dict[str, Any]) -> dict[str, Any]:
    """Returns a parameter: required where we refuse to do without it, and never null, which no query or header can say."""
    schema = dict(given["schema"])
    required = given.get("required", False) or bool(schema.pop(REQUIRED, False))
    options = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    if len(options) == 1:
        del schema["anyOf"]
        schema = {**options[0], **schema}
    if schema.get("default", ...) in (None, ""):
        del schema["default"]
    return {**given, "required": required, "schema": schema}
