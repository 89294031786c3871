"""Request headers that several services require, checked in one place."""

from __future__ import annotations

from shared.errors import DomainError, Kind


def required_key(key: str | None, what: str) -> str:
    """The `Idempotency-Key` without its optional quotes (draft-ietf-httpapi-idempotency-key-header-07, 2.1).

    Raises DomainError (400) that says when to send a new one; `what` names what each key is for, such as "order".
    """
    bare = (key or "").strip().strip('"')
    if not bare:
        raise DomainError(
            "idempotency-key-required",
            f"Send an `Idempotency-Key` header, a new one for each new {what}, the same one when you repeat a request.",
            Kind.MALFORMED,
        )
    return bare


def required_version(if_match: str | None, what: str) -> int:
    """The version an `If-Match` header names (RFC 9110, 13.1.1); -1, which nothing has, for a tag that is none of ours.

    Raises DomainError (428) when the header is missing.
    """
    if if_match is None:
        raise DomainError(
            "if-match-required", f"Send `If-Match` with the ETag of the {what} you read.", Kind.PRECONDITION_REQUIRED
        )
    text = if_match.strip().strip('"')
    return int(text) if text.isdecimal() and len(text) < 10 else -1
