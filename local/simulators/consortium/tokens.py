"""Access tokens by client credentials (RFC 6749, 4.4). Kept in memory only: a restart makes all of them invalid."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import time


class Tokens:
    """Issues and recognises bearer tokens that live for `seconds`."""

    def __init__(self, client_id: str, client_secret: str, seconds: float) -> None:
        self.seconds = seconds
        self._expected = f"{client_id}:{client_secret}".encode()
        self._ends: dict[str, float] = {}

    def issue(self, authorization: str) -> str | None:
        """Returns a new token for a correct `Authorization: Basic` header, None for a wrong one."""
        scheme, _, given = authorization.partition(" ")
        try:
            credentials = base64.b64decode(given, validate=True)
        except binascii.Error:
            return None
        if scheme.lower() != "basic" or not hmac.compare_digest(credentials, self._expected):
            return None
        now = time.monotonic()
        self._ends = {token: end for token, end in self._ends.items() if end > now}
        token = secrets.token_urlsafe(24)
        self._ends[token] = now + self.seconds
        return token

    def accepts(self, authorization: str) -> bool:
        """Returns whether an `Authorization: Bearer` header carries a valid token."""
        scheme, _, token = authorization.partition(" ")
        return scheme.lower() == "bearer" and self._ends.get(token, 0.0) > time.monotonic()
