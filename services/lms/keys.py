"""SSH keys as people give them: public keys of an LMS and of its server, private keys of ours. Reads, judges and makes them."""

from __future__ import annotations

from dataclasses import dataclass

import asyncssh
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from pydantic import SecretStr

_FEWEST_RSA_BITS = 2_048
_NEW_KEY = "ssh-ed25519"
_COMMENT = "stockbridge"


class UselessKey(ValueError):
    """A key that is not taken. `str(error)` states why, and what to give instead; it has nothing of the key."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A private key of ours with its public part, both as OpenSSH writes them."""

    private: SecretStr
    public: str


def public_key(text: str) -> str:
    """Returns a public key as `type base64`, without options and comment. Raises UselessKey."""
    try:
        key = asyncssh.import_public_key(text.strip())
    except asyncssh.KeyImportError as error:
        hint = "give one line as in a .pub file or in known_hosts without the host, such as `ssh-ed25519 AAAA…`"
        raise UselessKey(f"This is no public key: {hint}.") from error
    return _judged(key)


def private_key(text: SecretStr) -> asyncssh.SSHKey:
    """Returns a private key. Raises UselessKey."""
    try:
        return asyncssh.import_private_key(text.get_secret_value())
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
        raise UselessKey("This is no private key that we can use: give it in OpenSSH's form, without a passphrase.") from error


def key_pair(private: SecretStr) -> KeyPair:
    """Returns a private key with its public part. Raises UselessKey."""
    return KeyPair(private, _judged(private_key(private)))


def new_key_pair() -> KeyPair:
    """Makes a key pair."""
    key = asyncssh.generate_private_key(_NEW_KEY, _COMMENT)
    return KeyPair(SecretStr(key.export_private_key().decode()), written(key))


def fingerprint(public: str) -> str:
    """Returns the fingerprint of a public key that was read, as `ssh-keygen -l` shows it."""
    return asyncssh.import_public_key(public).get_fingerprint()


def written(key: asyncssh.SSHKey) -> str:
    """Returns the public part of a key as `type base64`."""
    return " ".join(key.export_public_key().decode().split()[:2])


def _judged(key: asyncssh.SSHKey) -> str:
    """Returns the public part of a key that is safe enough. Raises UselessKey."""
    kind = key.get_algorithm()
    if kind == "ssh-dss":
        raise UselessKey("Keys of type ssh-dss are not safe any more: make one of type ssh-ed25519.")
    pyca = key.convert_to_public().pyca_key
    if isinstance(pyca, RSAPublicKey) and pyca.key_size < _FEWEST_RSA_BITS:
        raise UselessKey(f"An RSA key must have {_FEWEST_RSA_BITS} bits or more: make one of type ssh-ed25519.")
    return written(key)
