"""The secret of a session, which only its browser has: what the database keeps is found, opened and checked by it."""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken

_BYTES = 32
# A longer text is no cookie of ours.
_LONGEST = 64


def new_cookie() -> Cookie:
    """Returns the secret of a new session."""
    return Cookie(secrets.token_urlsafe(_BYTES))


@dataclass(frozen=True, slots=True, repr=False)
class Cookie:
    """A session's secret. The keys below are different ones, and none of them gives away the secret."""

    secret: str

    @property
    def session_id(self) -> bytes:
        """The key of the session's row. Whoever reads the database cannot make the cookie from it."""
        return sha256(self.secret[:_LONGEST].encode()).digest()

    @property
    def form_key(self) -> str:
        """What every form of this session sends back; another site cannot know it."""
        return self._key("form").hex()

    def seal(self, text: str) -> str:
        """Returns a text as the database may have it."""
        return self._fernet().encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str | None:
        """Returns a text that was sealed; None where it was sealed by another secret, or changed."""
        try:
            return self._fernet().decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None

    def _key(self, use: str) -> bytes:
        return hmac.digest(self.secret[:_LONGEST].encode(), f"stockbridge dashboard {use}".encode(), "sha256")

    def _fernet(self) -> Fernet:
        return Fernet(urlsafe_b64encode(self._key("seal")))
