"""Calls of the exchange's API, and the text of a failed call. Knows no command and no table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

_SECONDS = 30.0

# Parsed JSON. The API defines its shape; the commands show it unchanged.
Answer = Any


class CallFailed(Exception):
    """The exchange refused a call or could not be reached; the text says what and why."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """The address and token of one supplier's exchange."""

    url: str
    token: str

    def get(self, path: str, **query: object) -> Answer:
        """Returns the JSON at a path. Raises CallFailed."""
        return self._call("GET", path, params=_given(query)).json()

    def raw(self, path: str) -> bytes:
        """Returns the bytes at a path. Raises CallFailed."""
        return self._call("GET", path).content

    def post(self, path: str, body: Mapping[str, object]) -> Answer:
        """Sends a body as JSON; returns the answer. Raises CallFailed."""
        return self._call("POST", path, json=body, headers=_new_key()).json()

    def decide(self, message: str, decision: str, body: Mapping[str, object]) -> Answer:
        """Decides about a message as it is now; returns it. Raises CallFailed, also where it changes at this very moment."""
        tag = self._call("GET", f"/messages/{message}").headers["ETag"]
        headers = {**_new_key(), "If-Match": tag}
        return self._call("POST", f"/messages/{message}/{decision}", json=body, headers=headers).json()

    def upload(self, path: str, content: bytes, content_type: str, **query: object) -> Answer:
        """Sends a file; returns the answer. Raises CallFailed."""
        headers = {**_new_key(), "Content-Type": content_type}
        return self._call("POST", path, content=content, headers=headers, params=_given(query)).json()

    def _call(self, method: str, path: str, **request: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}", **request.pop("headers", {})}
        try:
            answer = httpx.request(method, f"{self.url.rstrip('/')}/v1{path}", headers=headers, timeout=_SECONDS, **request)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise CallFailed(f"{self.url} cannot be reached: {error}") from error
        if answer.is_success:
            return answer
        raise CallFailed(_problem_text(answer))


def _new_key() -> dict[str, str]:
    """Returns the header by which the exchange recognises a request: each command is one."""
    return {"Idempotency-Key": str(uuid4())}


def _given(query: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in query.items() if value is not None}


def _problem_text(answer: httpx.Response) -> str:
    """Returns the text of a problem (RFC 9457), with its faults line by line."""
    try:
        problem = answer.json()
        faults = [f"  {fault['pointer']}: {fault['detail']}" for fault in problem.get("errors", [])]
        return "\n".join([f"{problem['code']}: {problem['detail']}", *faults])
    except (ValueError, KeyError, TypeError):
        return f"the exchange answered {answer.status_code} without an explanation; check EXCHANGE_URL"
