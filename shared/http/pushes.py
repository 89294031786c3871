"""Verifies suppliers' signed pushes (Standard Webhooks 1.0): identity, age, signature. Reads no body's meaning."""

from __future__ import annotations

import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import SecretStr
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from shared.errors import DomainError, Kind


@dataclass(frozen=True, slots=True)
class Push:
    """A push whose signature is right: `push_id` stays the same when the supplier sends it again."""

    push_id: str
    body: bytes


def verify_push(headers: Mapping[str, str], body: bytes, secrets: Sequence[SecretStr]) -> Push:
    """Return the push if one of the live secrets signed it within the last five minutes.

    Raises DomainError (401) with one and the same text for every failure, so that a forger learns nothing.
    """
    for secret in secrets:
        try:
            Webhook(secret.get_secret_value()).verify(body, dict(headers), json_parse=False)
        except (WebhookVerificationError, ValueError, binascii.Error):
            # The library lets bare ValueErrors escape on malformed headers; they are failures like any other.
            continue
        return Push(push_id=headers["webhook-id"], body=body)
    raise DomainError(
        "bad-signature",
        "The push is not signed with a live secret, or is older than five minutes.",
        Kind.UNAUTHENTICATED,
    )
