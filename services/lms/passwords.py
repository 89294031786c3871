"""Keeps passwords of LMSs as hashes that take long to try (scrypt), and makes new ones."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from pydantic import SecretStr

# About 50 ms and 16 MB for each try.
_N, _R, _P = 2**14, 8, 1
_SALT_BYTES, _HASH_BYTES, _NEW_BYTES = 16, 32, 24
_LARGEST_MEMORY = 64 * 1024 * 1024


def new_password() -> SecretStr:
    """Returns a password that nobody can guess."""
    return SecretStr(secrets.token_urlsafe(_NEW_BYTES))


def hashed(password: SecretStr) -> str:
    """Returns a password as the database may have it, with the parameters by which it was hashed."""
    salt = secrets.token_bytes(_SALT_BYTES)
    digest = _scrypt(password.get_secret_value(), salt, _N, _R, _P)
    return f"scrypt:{_N}:{_R}:{_P}:{salt.hex()}:{digest.hex()}"


def matches(password: str, stored: str) -> bool:
    """Returns whether a password is the one that was hashed. Takes as long for "", which no password matches."""
    _, n, r, p, salt, digest = (stored or _NOBODYS).split(":")
    found = _scrypt(password, bytes.fromhex(salt), int(n), int(r), int(p))
    return hmac.compare_digest(found, bytes.fromhex(digest)) and bool(stored)


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=n, r=r, p=p, maxmem=_LARGEST_MEMORY, dklen=_HASH_BYTES)


# So that it cannot be measured whether a user exists.
_NOBODYS = f"scrypt:{_N}:{_R}:{_P}:{bytes(_SALT_BYTES).hex()}:{bytes(_HASH_BYTES).hex()}"
