"""Answers in the form that the caller asks for, with a tag by which it can ask whether the answer has changed (RFC 9110)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

from fastapi import Request, Response
from pydantic import BaseModel
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import DomainError, Kind

View = TypeVar("View", bound=BaseModel)

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
    headers = {"ETag": tag_of(body), "Vary": "Accept", "Cache-Control": "private, no-cache"}
    if is_known(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def never_shown(name: str) -> dict[str, str]:
    """Returns headers with which no browser displays the bytes: they come from outside and are not trusted."""
    return {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}


def tag_of(body: bytes) -> str:
    """Returns the ETag of the bytes of a representation."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def tag_of_view(view: BaseModel) -> str:
    """Returns the ETag of a thing without a version: set it where the thing is read, and check it where it is changed."""
    return tag_of(view.model_dump_json(by_alias=True).encode())


def with_tag(view: View, response: Response) -> View:
    """Returns a thing without a version, with its ETag in the headers of the answer."""
    response.headers["ETag"] = tag_of_view(view)
    return view


def is_known(if_none_match: str, tag: str) -> bool:
    """Returns whether a caller that sends this `If-None-Match` has the representation with this tag."""
    known = {one.strip().removeprefix("W/") for one in if_none_match.split(",")}
    return tag in known or "*" in known


def tagged(app: ASGIApp) -> ASGIApp:
    """Returns a route's app whose JSON answers have an ETag, and are 304 where the caller has them already (RFC 9110, 13.1.2).

    A route that sets an `ETag` itself, such as that of a version, keeps it.
    """

    async def answered(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope, receive, _Tagging(dict(scope["headers"]).get(b"if-none-match", b"").decode("latin-1"), send))

    return answered


class _Tagging:
    """Holds back the head of a JSON answer until its body is there, in one part; passes on any other answer."""

    def __init__(self, if_none_match: str, send: Send) -> None:
        self._if_none_match = if_none_match
        self._send = send
        self._start: Message | None = None

    async def __call__(self, message: Message) -> None:
        """Passes a message on, or holds it back."""
        if message["type"] == "http.response.start":
            kind = Headers(raw=message["headers"]).get("content-type", "")
            if message["status"] == 200 and kind.startswith("application/json"):
                self._start = message
                return
        elif self._start is not None:
            start, self._start = self._start, None
            if not message.get("more_body"):
                start, message = self._with_tag(start, message)
            await self._send(start)
        await self._send(message)

    def _with_tag(self, start: Message, body: Message) -> tuple[Message, Message]:
        headers = MutableHeaders(raw=list(start["headers"]))
        tag = headers.setdefault("ETag", tag_of(body["body"]))
        headers.setdefault("Cache-Control", "private, no-cache")
        if not is_known(self._if_none_match, tag):
            return {**start, "headers": headers.raw}, body
        del headers["content-length"]
        return {**start, "status": 304, "headers": headers.raw}, {**body, "body": b""}


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
