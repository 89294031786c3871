"""Verifies suppliers' signed pushes (Standard Webhooks 1.0): id, age, signature. Must not interpret the body."""

from __future__ import annotations

import binascii
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from pydantic import SecretStr
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from shared.errors import DomainError, Kind

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Push:
    """A push with a valid signature. `push_id` is the same when the supplier sends the push again."""

    push_id: str
    body: bytes


def verify_push(headers: Mapping[str, str], body: bytes, secrets: Sequence[SecretStr]) -> Push:
    """Returns the push if it was signed with one of `secrets` within the last five minutes.

    Raises DomainError (401), with the same text for every failure, so that a forger learns nothing. Whoever has the secret is
    told that the two clocks differ, and so is the log: until one is corrected, every push is refused.
    """
    for secret in secrets:
        try:
            Webhook(secret.get_secret_value()).verify(body, dict(headers), json_parse=False)
        except (WebhookVerificationError, ValueError, binascii.Error):
            # On malformed headers the library raises ValueError instead of its own error.
            continue
        return Push(push_id=headers["webhook-id"], body=body)
    if any(_is_signed(headers, body, secret) for secret in secrets):
        sent_at = headers["webhook-timestamp"]
        log.warning("push out of time", push_id=headers["webhook-id"], webhook_timestamp=sent_at)
        raise DomainError(
            "push-out-of-time",
            f"The signature is valid, but its time {sent_at} differs from this service's clock by more than five minutes: "
            "compare both clocks, then send the push again with a new time.",
            Kind.UNAUTHENTICATED,
        )
    raise DomainError(
        "bad-signature",
        "The push is not signed with a valid secret, or is older than five minutes.",
        Kind.UNAUTHENTICATED,
    )


def _is_signed(headers: Mapping[str, str], body: bytes, secret: SecretStr) -> bool:
    """Returns whether the signature is right, whatever its time."""
    try:
        moment = datetime.fromtimestamp(float(headers["webhook-timestamp"]), UTC)
        right = Webhook(secret.get_secret_value()).sign(headers["webhook-id"], moment, body.decode())
    except (KeyError, ValueError, OverflowError, OSError):
        return False
    return any(hmac.compare_digest(right.encode(), given.encode()) for given in headers.get("webhook-signature", "").split(" "))
