"""Creates the keys, tokens and secrets for a run on one machine. None is used after the run, and none is committed."""

import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

import asyncssh
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

from shared.auth import ALL_COUNCILS
from shared.clock import Clock
from shared.http.signatures import new_secret

# The defaults of the services' settings.
_ISSUER = "stockbridge"
_AUDIENCE = "stockbridge"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 key that signs bearer tokens, and its name in the key set."""

    kid: str
    private: Ed25519PrivateKey


def mint_signing_key() -> SigningKey:
    """Returns a new key with a random name."""
    return SigningKey(kid=secrets.token_hex(8), private=Ed25519PrivateKey.generate())


def write_signing_key(path: Path, key: SigningKey) -> None:
    """Writes a key with its name, for a process of the same run that signs with it."""
    write_secret(path, json.dumps({"kid": key.kid, "private": key.private.private_bytes_raw().hex()}).encode())


def read_signing_key(path: Path) -> SigningKey:
    """Returns a key that was written."""
    written = json.loads(path.read_text())
    return SigningKey(written["kid"], Ed25519PrivateKey.from_private_bytes(bytes.fromhex(written["private"])))


def key_set(keys: Sequence[SigningKey]) -> dict[str, object]:
    """Returns the public keys as a JSON Web Key Set (RFC 7517, RFC 8037)."""
    return {"keys": [_public_jwk(key) for key in keys]}


def write_jwks(path: Path, keys: Sequence[SigningKey]) -> None:
    """Writes the public keys as a JSON Web Key Set."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(key_set(keys), indent=2))


def mint_token(
    key: SigningKey,
    *,
    subject: str,
    council: str | None,
    scopes: Sequence[str],
    clock: Clock,
    lifetime: timedelta = timedelta(hours=1),
    further: Mapping[str, object] = MappingProxyType({}),
) -> str:
    """Returns a bearer JWT (EdDSA) for `subject`, which acts for the council with that ISIL, or for all if None.

    `further`: claims that no service reads.
    """
    now = clock.now()
    granted = scopes if council is not None else (*scopes, ALL_COUNCILS)
    claims: dict[str, object] = {
        **further,
        "iss": _ISSUER,
        "aud": _AUDIENCE,
        "sub": subject,
        "iat": int(now.timestamp()),
        "exp": int((now + lifetime).timestamp()),
        "scope": " ".join(granted),
    }
    if council is not None:
        claims["council"] = council
    return jwt.encode(claims, key.private, algorithm="EdDSA", headers={"kid": key.kid})


def mint_ssh_key(path: Path) -> None:
    """Writes an Ed25519 key pair in OpenSSH's format: the private key to `path`, the public key to `path`.pub."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    write_secret(path, key.export_private_key())
    path.with_name(f"{path.name}.pub").write_bytes(key.export_public_key())


def mint_webhook_secret() -> str:
    """Returns a new secret in the form of Standard Webhooks: `whsec_` and 32 random bytes in base64."""
    return new_secret().get_secret_value()


def write_secret(path: Path, content: bytes) -> None:
    """Writes a file that only its owner may read, from the moment it is created."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def _public_jwk(key: SigningKey) -> dict[str, object]:
    public: dict[str, object] = OKPAlgorithm.to_jwk(key.private.public_key(), as_dict=True)
    return {**public, "kid": key.kid, "alg": "EdDSA", "use": "sig"}
