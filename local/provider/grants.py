"""Codes and refresh tokens: each is taken once, and whoever uses one again ends what came of it (RFC 6749, 4.1.2; RFC 9700)."""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256

from local.provider.people import Person

_CODE_SECONDS = 60.0


class InvalidGrant(Exception):
    """A code or a refresh token that is not, or no longer, worth anything."""


@dataclass(frozen=True, slots=True)
class Authorization:
    """What a person agreed to: for whom, and which request may redeem it. `challenge` is of PKCE (RFC 7636, 4.2)."""

    person: Person
    client_id: str
    redirect_uri: str
    challenge: str
    nonce: str
    ends_at: float = 0.0


class Grants:
    """In memory: a provider that is started again knows no sign-in of before. `now`: seconds of the clock."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._codes: dict[str, Authorization] = {}
        self._families: dict[str, tuple[str, Authorization]] = {}

    def code(self, authorization: Authorization) -> str:
        """Returns a code that stands for an authorization for a minute."""
        code = f"{secrets.token_hex(8)}.{secrets.token_urlsafe(24)}"
        self._codes[code] = replace(authorization, ends_at=self._now() + _CODE_SECONDS)
        return code

    def redeem(self, code: str, *, client_id: str, redirect_uri: str, verifier: str) -> tuple[Authorization, str]:
        """Returns what a code stood for, with a refresh token. Raises InvalidGrant."""
        found = self._codes.pop(code, None)
        if found is None:
            self._families.pop(_family(code), None)
            raise InvalidGrant("the code is not known, or was used before")
        if self._now() > found.ends_at:
            raise InvalidGrant("the code has ended")
        if (client_id, redirect_uri) != (found.client_id, found.redirect_uri):
            raise InvalidGrant("the code was given to another client, or for another address")
        challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
        if not hmac.compare_digest(challenge, found.challenge):
            raise InvalidGrant("the verifier does not fit the challenge")
        return found, self._next(_family(code), found)

    def refresh(self, token: str, *, client_id: str) -> tuple[Authorization, str]:
        """Returns what a refresh token stands for, with the one that replaces it. Raises InvalidGrant."""
        current, authorization = self._families.pop(_family(token), ("", None))
        if authorization is None or current != token or authorization.client_id != client_id:
            raise InvalidGrant("the refresh token is not known, or was used before")
        return authorization, self._next(_family(token), authorization)

    def _next(self, family: str, authorization: Authorization) -> str:
        token = f"{family}.{secrets.token_urlsafe(24)}"
        self._families[family] = (token, authorization)
        return token


def _family(text: str) -> str:
    """Returns by which name all belong together that came of one authorization."""
    return text.partition(".")[0]
