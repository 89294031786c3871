"""Headers that several services read or answer with: idempotency keys and version tags."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header

from shared.errors import DomainError, Kind

IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH = "Idempotency-Key", "If-Match", "If-None-Match"
# In the schema of a header that a caller must send, though its parameter has a default: we refuse a request without it ourselves,
# with a code of its own. `shared.http.contract` makes it `required`.
REQUIRED = "x-required"

_KEY_TEXT = "Recognises this request if you send it again: a new key, such as a UUID, for each new request"
_MATCH_TEXT = "The `ETag` of the version that you have read; refused (412) where it is no longer the present one"
_KEY_EXAMPLE = "7f1c9a52-0c1e-4f5e-9d5b-2f1f6b1c9a10"
# Empty for none: the framework looks into a union of types at each request, which takes longer than checking the token.
IdempotencyKey = Annotated[
    str,
    Header(
        alias=IDEMPOTENCY_KEY, max_length=255, description=_KEY_TEXT, examples=[_KEY_EXAMPLE], json_schema_extra={REQUIRED: True}
    ),
]
IfMatch = Annotated[
    str,
    Header(alias=IF_MATCH, max_length=255, description=_MATCH_TEXT, examples=['"3"'], json_schema_extra={REQUIRED: True}),
]
IfMatchWhereSent = Annotated[
    str, Header(alias=IF_MATCH, max_length=255, description=f"{_MATCH_TEXT}. Optional here", examples=['"3"'])
]

# Tells the caller that its request is a repetition and the answer is the first one.
REPLAYED = {"Idempotent-Replayed": "true"}


def bare_key(key: str) -> str:
    """Returns an `Idempotency-Key` without its optional quotes, "" for none.

    See draft-ietf-httpapi-idempotency-key-header-07, 2.1.
    """
    return key.strip().strip('"')


def required_key(key: str, what: str) -> str:
    """Returns the `Idempotency-Key` without its optional quotes.

    `what` names what each key is for, such as "order". Raises DomainError (400) if the key is missing.
    """
    bare = bare_key(key)
    if not bare:
        raise DomainError(
            "idempotency-key-required",
            f"Send an `Idempotency-Key` header: a new key for each new {what}, the same key when you repeat a request.",
            Kind.MALFORMED,
        )
    return bare


def required_version(if_match: str, what: str) -> int:
    """Returns the version in an `If-Match` header (RFC 9110, 13.1.1); -1, which matches nothing, for a foreign tag.

    Raises DomainError (428) if the header is missing.
    """
    if not if_match:
        raise DomainError("if-match-required", _missing(what), Kind.PRECONDITION_REQUIRED)
    text = if_match.strip().strip('"')
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def sent_version(if_match: str) -> int | None:
    """Returns the version in an `If-Match` header that need not be sent; None where it is not, or is `*`, which is any."""
    return None if if_match.strip() in ("", "*") else required_version(if_match, "")


def _missing(what: str) -> str:
    return f"Send `If-Match` with the ETag of the {what} you read."


def bare_tag(if_match: str) -> str:
    """Returns the tag in an `If-Match` header without its quotes; "" for none, "*" for any."""
    return if_match.strip().removeprefix("W/").strip('"')


def etag(version: int) -> str:
    """Returns the `ETag` of a version; `required_version` reads it back."""
    return f'"{version}"'


def check_match(if_match: str, tag: str, what: str) -> None:
    """Checks the `If-Match` of a request against the `ETag` of `what` now, such as "order" (RFC 9110, 13.1.1).

    Raises DomainError (412) where it names other versions only; "" is a request without the header.
    """
    given = {one.strip() for one in if_match.split(",")}
    if if_match and tag not in given and "*" not in given:
        raise stale(what)


def stale(what: str) -> DomainError:
    """Returns the error (412) for a change of `what`, such as "order", of which the caller had read another version."""
    return DomainError("stale-version", f"The {what} changed since you read it; read it again, then decide.", Kind.STALE)


def check_required_match(if_match: str, tag: str, what: str) -> None:
    """Checks `If-Match` as `check_match` does. Raises DomainError (428) where it is missing, too."""
    if not if_match:
        raise DomainError("if-match-required", _missing(what), Kind.PRECONDITION_REQUIRED)
    check_match(if_match, tag, what)
