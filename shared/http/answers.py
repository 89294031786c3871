"""Asks over HTTP and reads the answer within limits of size and time, whatever the other side sends. Knows no protocol of theirs.

Compressed answers are neither asked for nor read: a few kilobytes of them can be gigabytes, and a decoder gives them all at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

LARGEST_HEAD = 4_096
"""How much of a body is kept that is not read to its end."""
_AS_IT_IS = {"Accept-Encoding": "identity"}


class Problem(BaseModel):
    """Body of a refusal (RFC 9457), where the supplier may have a `code` of its own."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    code: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. `cut` says why the body is only its beginning, or not readable; empty where it is whole.

    `retry_after` is the pause in seconds for which it asks; None where it does not.
    """

    status: int
    content_type: str
    body: bytes
    cut: str = ""
    retry_after: float | None = None

    @property
    def successful(self) -> bool:
        """Whether the status is one of success."""
        return httpx.codes.is_success(self.status)

    @property
    def problem(self) -> Problem | None:
        """The reason that it gives for a refusal; None where it gives none."""
        try:
            problem = Problem.model_validate_json(self.body)
        except ValidationError:
            return None
        return problem if problem.code or problem.detail else None


@dataclass(frozen=True, slots=True)
class Caps:
    """Limits of one answer: of its body in bytes, and of all of it in seconds."""

    largest: int
    seconds: float


async def ask(
    client: httpx.AsyncClient,
    method: str,
    url: str,
    caps: Caps,
    *,
    headers: Mapping[str, str],
    content: bytes | None = None,
    auth: httpx.Auth | None = None,
) -> Answer:
    """Sends one request and returns its answer. Raises httpx.HTTPError, ReadTimeout where the answer began but did not end."""
    request = client.build_request(method, url, headers={**_AS_IT_IS, **headers}, content=content)
    began = False
    try:
        async with asyncio.timeout(caps.seconds):
            answer = await client.send(request, auth=auth, stream=True)
            began = True
            try:
                return await _read(answer, caps.largest)
            finally:
                await answer.aclose()
    except TimeoutError as error:
        what = "did not end" if began else "did not begin"
        raise httpx.ReadTimeout(f"the answer {what} within {caps.seconds:g} s", request=request) from error


async def _read(answer: httpx.Response, largest: int) -> Answer:
    status, content_type, retry_after = answer.status_code, answer.headers.get("Content-Type", ""), _retry_after(answer)
    encoding = answer.headers.get("Content-Encoding", "identity").strip().lower()
    plain = encoding in ("", "identity")
    limit = largest if plain else LARGEST_HEAD
    body = bytearray()
    async for chunk in answer.aiter_raw():
        body += chunk
        if len(body) > limit:
            break
    if not plain:
        cut = f"the answer is compressed ({encoding[:50]}), which was not asked for and is not read"
        return Answer(status, content_type, bytes(body[:LARGEST_HEAD]), cut, retry_after)
    if len(body) > limit:
        cut = f"the answer is larger than {largest} bytes"
        return Answer(status, content_type, bytes(body[:LARGEST_HEAD]), cut, retry_after)
    return Answer(status, content_type, bytes(body), retry_after=retry_after)


def _retry_after(answer: httpx.Response) -> float | None:
    """Returns the pause in seconds of a Retry-After header (RFC 9110, 10.2.3); None where there is none that can be read.

    A moment is measured from the answer's own Date, so that the two hosts' clocks need not agree.
    """
    stated = answer.headers.get("Retry-After", "").strip()
    if stated.isascii() and stated.isdigit():
        return float(stated[:9])
    try:
        pause = (parsedate_to_datetime(stated) - parsedate_to_datetime(answer.headers.get("Date", ""))).total_seconds()
    except (TypeError, ValueError):
        return None
    return max(pause, 0.0)


def because(error: Exception) -> str:
    """Returns what went wrong, in words short enough to keep."""
    return f"{type(error).__name__}: {error}"[:300]
