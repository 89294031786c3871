"""Signatures of pushes (Standard Webhooks 1.0), and the form of their secrets. Must not know who pushes what."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import SecretStr
from standardwebhooks.webhooks import Webhook

_PREFIX = "whsec_"
_NEW_BYTES = 32
# As the standard asks for.
_FEWEST_BYTES, _MOST_BYTES = 24, 64


def new_secret() -> SecretStr:
    """Returns a new random secret: `whsec_` and 32 bytes in base64."""
    return SecretStr(_PREFIX + base64.b64encode(secrets.token_bytes(_NEW_BYTES)).decode())


def check_secret(text: str) -> str:
    """Returns a secret that somebody else made. Raises ValueError, which does not repeat it, for one of another form."""
    try:
        key = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not text.startswith(_PREFIX) or not _FEWEST_BYTES <= len(key) <= _MOST_BYTES:
        raise ValueError(
            f"give `{_PREFIX}` and {_FEWEST_BYTES} to {_MOST_BYTES} random bytes in base64, or leave it out to get one"
        )
    return text


def signed_headers(push_id: str, at: datetime, body: str, given: Sequence[SecretStr]) -> Mapping[str, str]:
    """Returns the headers of a push with a signature by each secret, so that its receiver may know any one of them.

    `push_id` is the same whenever the same is pushed again; `at` is the moment of this attempt.
    """
    return {
        "webhook-id": push_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(secret.get_secret_value()).sign(push_id, at, body) for secret in given),
    }
