"""Verifies suppliers' signed pushes (Standard Webhooks 1.0): id, age, signature. Must not interpret the body."""

from __future__ import annotations

import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import SecretStr
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from shared.errors import DomainError, Kind


@dataclass(frozen=True, slots=True)
class Push:
    """A push with a valid signature. `push_id` is the same when the supplier sends the push again."""

    push_id: str
    body: bytes


def verify_push(headers: Mapping[str, str], body: bytes, secrets: Sequence[SecretStr]) -> Push:
    """Returns the push if it was signed with one of `secrets` within the last five minutes.

    Raises DomainError (401), with the same text for every failure, so that a forger learns nothing.
    """
    for secret in secrets:
        try:
            Webhook(secret.get_secret_value()).verify(body, dict(headers), json_parse=False)
        except (WebhookVerificationError, ValueError, binascii.Error):
            # On malformed headers the library raises ValueError instead of its own error.
            continue
        return Push(push_id=headers["webhook-id"], body=body)
    raise DomainError(
        "bad-signature",
        "The push is not signed with a valid secret, or is older than five minutes.",
        Kind.UNAUTHENTICATED,
    )
