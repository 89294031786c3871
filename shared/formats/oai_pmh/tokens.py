"""Resumption tokens: a list's arguments and the place to go on at, signed. Nothing is stored; a token never expires.

Knows no request. A token is URL-safe. One that was changed, is of another verb, another key or another version of its layout is
none.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

LONGEST_TOKEN = 4_000
"""Characters of a token that is read."""

# Part of what is signed: a token of another layout is refused, never misread.
_LAYOUT = b"oai-pmh token 1\n"
_SIGNATURE = 16


@dataclass(frozen=True, slots=True)
class Resumption:
    """Where a list goes on: `arguments` of the first request (but verb), and `position`, which only the list's owner understands.

    `cursor` is how many items were returned before, `size` how many the list has, if known.
    """

    arguments: Mapping[str, str] = field(default_factory=dict)
    position: str = ""
    cursor: int = 0
    size: int | None = None


def write_token(verb: str, resumption: Resumption, key: bytes) -> str:
    """Returns the token: letters, digits, `-` and `_`. A position may have 1,000 ASCII characters: a longer token is not read."""
    content = [verb, dict(resumption.arguments), resumption.position, resumption.cursor, resumption.size]
    payload = json.dumps(content, separators=(",", ":")).encode()
    return _text(_signature(payload, key) + payload)


def read_token(token: str, verb: str, key: bytes) -> Resumption | None:
    """Returns what a token of this verb says; None for anything that `write_token` did not return."""
    if len(token) > LONGEST_TOKEN:
        return None
    try:
        raw = base64.b64decode(token.encode("ascii") + b"=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    # The last character has bits that mean nothing: a token with other ones was changed, too.
    if _text(raw) != token:
        return None
    signature, payload = raw[:_SIGNATURE], raw[_SIGNATURE:]
    if not hmac.compare_digest(signature, _signature(payload, key)):
        return None
    # Signed, therefore written above: its shape needs no second check.
    of_verb, arguments, position, cursor, size = json.loads(payload)
    return Resumption(arguments, position, cursor, size) if of_verb == verb else None


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _signature(payload: bytes, key: bytes) -> bytes:
    return hmac.digest(key, _LAYOUT + payload, hashlib.sha256)[:_SIGNATURE]
