"""Expected refusals, raised by business rules. Must not know any framework: `shared.http.problems` renders them.

A domain error carries a stable code and a kind; the kind's value is the HTTP status of the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from typing import Any


class Kind(Enum):
    """The kind of an error; its value is the HTTP status of the answer."""

    INVALID = HTTPStatus.UNPROCESSABLE_ENTITY
    MALFORMED = HTTPStatus.BAD_REQUEST
    UNAUTHENTICATED = HTTPStatus.UNAUTHORIZED
    FORBIDDEN = HTTPStatus.FORBIDDEN
    NOT_FOUND = HTTPStatus.NOT_FOUND
    NOT_ACCEPTABLE = HTTPStatus.NOT_ACCEPTABLE
    CONFLICT = HTTPStatus.CONFLICT
    GONE = HTTPStatus.GONE
    STALE = HTTPStatus.PRECONDITION_FAILED
    PRECONDITION_REQUIRED = HTTPStatus.PRECONDITION_REQUIRED
    UNSUPPORTED = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    TOO_LARGE = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    TOO_MANY = HTTPStatus.TOO_MANY_REQUESTS
    UNAVAILABLE = HTTPStatus.SERVICE_UNAVAILABLE


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a request: where (RFC 6901 pointer), what, and how to fix it."""

    pointer: str
    code: str
    detail: str


class DomainError(Exception):
    """An expected refusal. `code` is stable and part of the API; `detail` is for people."""

    def __init__(
        self, code: str, detail: str, kind: Kind, faults: Sequence[Fault] = (), *, retry_seconds: int | None = None
    ) -> None:
        """`retry_seconds`: after how long a repetition of the request may succeed."""
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.kind = kind
        self.faults = tuple(faults)
        self.retry_seconds = 5 if retry_seconds is None and kind is Kind.UNAVAILABLE else retry_seconds


def no_such(what: str) -> DomainError:
    """Returns the error (404) for a thing that does not exist or is another council's: the same for both on purpose."""
    return DomainError(f"no-such-{what}", f"The council has no {what} with this id.", Kind.NOT_FOUND)


# The code of a key that was used with other content.
KEY_REUSED = "idempotency-key-reused"


def key_reused(first: str) -> DomainError:
    """Returns the error (422) for an `Idempotency-Key` that was used with other content; `first` names what it was used for.

    The status is that of draft-ietf-httpapi-idempotency-key-header-07, 2.7.
    """
    detail = f"This Idempotency-Key was used for {first} with other content; send a new key with a new request."
    return DomainError(KEY_REUSED, detail, Kind.INVALID)


def _pointer(location: Sequence[str | int]) -> str:
    """Returns the JSON pointer (RFC 6901) of a validation error's place in the request's body."""
    steps = [str(step).replace("~", "~0").replace("/", "~1") for step in location if step != "body"]
    return "".join(f"/{step}" for step in steps)


def validation_faults(errors: Sequence[Any]) -> list[Fault]:
    """Returns the faults for pydantic's errors about a body; `errors` is `ValidationError.errors()`."""
    return [Fault(_pointer(item["loc"]), item["type"], item["msg"].removeprefix("Value error, ")) for item in errors]
