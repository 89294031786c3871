"""Answers in the form that the caller asks for, with a tag by which it can ask whether the answer has changed (RFC 9110)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from fastapi import Request, Response

from shared.errors import DomainError, Kind

_ANY = "*/*"


def chosen_form(request: Request, offered: Sequence[str]) -> str:
    """Returns which of the offered media types the `Accept` header prefers; the first where there is none (RFC 9110, 12.5.1).

    Raises DomainError (406) where none of them is accepted; it names those there are.
    """
    accepted = request.headers.get("accept", "").strip() or _ANY
    ranges = [_range(part) for part in accepted.split(",") if part.strip()]
    best = max(offered, key=lambda form: _quality(form, ranges))
    if _quality(best, ranges) == 0:
        text = f"No answer in the form {accepted!r} can be given; ask for {', '.join(offered)}."
        raise DomainError("not-acceptable", text, Kind.NOT_ACCEPTABLE)
    return best


def tagged_answer(request: Request, body: bytes, media_type: str) -> Response:
    """Returns the answer with an ETag; 304 without a body where the caller has it already (RFC 9110, 13.1.2).

    The tag is made from the bytes, so that it changes exactly when they do.
    """
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Vary": "Accept", "Cache-Control": "private, no-cache"}
    known = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def _range(part: str) -> tuple[str, float]:
    """Returns a media range and its quality; 1 where none is stated, 0 where it is no number."""
    media, *parameters = (word.strip().lower() for word in part.split(";"))
    stated = next((word.removeprefix("q=") for word in parameters if word.startswith("q=")), "1")
    try:
        return media, min(max(float(stated), 0.0), 1.0)
    except ValueError:
        return media, 0.0


def _quality(form: str, ranges: Sequence[tuple[str, float]]) -> float:
    """Returns the quality of the most exact range that a form is in; 0 where it is in none."""
    family = form.partition("/")[0] + "/*"
    for exact in (form, family, _ANY):
        found = [quality for media, quality in ranges if media == exact]
        if found:
            return max(found)
    return 0.0
