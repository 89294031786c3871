"""Who gets a council's news in the test of webhooks: endpoints in several kinds of trouble, and a reader of the feed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
from standardwebhooks.webhooks import Webhook
from starlette.types import Receive, Scope, Send

from tests.services.endpoint import body_of

STEADY, BREAKING, STALLING, FAILING = "/steady", "/breaking", "/stalling", "/failing"
# Every so many changes, one is answered 500, or not at all, at the first attempt.
_EVERY: Mapping[str, int] = {BREAKING: 900, STALLING: 100}
_STALL_SECONDS = 10.0


@dataclass
class Receivers:
    """Endpoints that verify each signature, and keep the changes that arrived: all of them, and those that they took."""

    secrets: dict[str, str] = field(default_factory=dict)
    taken: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    fails: bool = True
    _ids: dict[str, set[str]] = field(default_factory=dict)
    _tried: set[tuple[str, str]] = field(default_factory=set)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        path, body = scope["path"], await body_of(receive)
        if body is None:
            return
        headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
        Webhook(self.secrets[path]).verify(body, headers, json_parse=False)
        change = json.loads(body)["data"]
        assert headers["webhook-id"] == change["change_id"]
        status = await self._status(path, change["change_id"])
        if status == 204:
            self._take(path, change)
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def _status(self, path: str, change_id: str) -> int:
        if path == FAILING and self.fails:
            return 500
        first = (path, change_id) not in self._tried
        self._tried.add((path, change_id))
        if not first or path not in _EVERY or len(self.ids(path)) % _EVERY[path] != 7:
            return 204
        if path == STALLING:
            await asyncio.sleep(_STALL_SECONDS)
        return 500

    def _take(self, path: str, change: Mapping[str, Any]) -> None:
        self.taken.setdefault(path, []).append(change)
        self.ids(path).add(change["change_id"])

    def ids(self, path: str) -> set[str]:
        """Returns the ids of the changes that an endpoint took."""
        return self._ids.setdefault(path, set())


def first_arrivals(taken: Sequence[Mapping[str, Any]]) -> Sequence[int]:
    """Returns the places in the feed of what an endpoint took, each when it was taken first."""
    return list(dict.fromkeys(change["position"] for change in taken))


class Reader:
    """Follows the feed as an LMS does: goes on from the last cursor, whatever happens to the service."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self.changes: list[Mapping[str, Any]] = []

    async def follow(self) -> None:
        """Reads until cancelled."""
        cursor: str | None = None
        while True:
            with suppress(httpx.TransportError):
                cursor = await self._page(cursor)

    async def _page(self, cursor: str | None) -> str | None:
        params = {"wait": "5", "limit": "200", **({} if cursor is None else {"after": cursor})}
        answer = await self._client.get("/v1/changes", params=params)
        if answer.status_code != 200:
            await asyncio.sleep(0.1)
            return cursor
        page = answer.json()
        self.changes += page["items"]
        return str(page["next_cursor"])
