"""Keeps secrets unreadable in the database, its copies and its backups: they are sealed by keys that only the process has."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import SecretStr

_SHORTEST = 32


class UnknownKey(Exception):
    """A secret was sealed by a key that this process does not have."""


class Seal:
    """Seals by the first of its keys, and opens what any of them sealed, so that a key can be replaced by another."""

    def __init__(self, keys: SecretStr) -> None:
        """`keys`: random texts, separated by commas. Raises ValueError where one is short enough to be found by trying."""
        texts = [text.strip() for text in keys.get_secret_value().split(",")]
        if any(len(text) < _SHORTEST for text in texts):
            raise ValueError(f"each webhook key must have {_SHORTEST} random characters or more")
        self._keys = MultiFernet([Fernet(urlsafe_b64encode(sha256(text.encode()).digest())) for text in texts])

    def seal(self, secret: SecretStr) -> str:
        """Returns a secret as the database may have it."""
        return self._keys.encrypt(secret.get_secret_value().encode()).decode()

    def open(self, sealed: str) -> SecretStr:
        """Returns a secret that was sealed. Raises UnknownKey."""
        try:
            return SecretStr(self._keys.decrypt(sealed.encode()).decode())
        except InvalidToken as error:
            raise UnknownKey("a secret was sealed by a key that is not among the webhook keys") from error
