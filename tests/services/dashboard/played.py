"""A service as pages meet it: answers what a test gives it, by path, and remembers what it was asked."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

Asked = tuple[str, str, Any]


@dataclass
class Played(httpx.AsyncBaseTransport):
    """`answers`: by path, or by path and query; `refusals`: by path, the problem that it answers to a decision."""

    answers: dict[str, Any] = field(default_factory=dict)
    refusals: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    headers: list[httpx.Headers] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answers as a service does."""
        whole = request.url.raw_path.decode()
        path = urlsplit(whole).path
        self.asked.append((request.method, whole, json.loads(request.content) if request.content else None))
        self.headers.append(request.headers)
        if path in self.refusals:
            status, code, detail = self.refusals[path]
            return _answer(status, {"code": code, "detail": detail})
        found = self.answers.get(whole, self.answers.get(path))
        if found is None:
            return _answer(404, {"code": "no-such-thing", "detail": "There is no such thing."})
        return _answer(200, found)

    @property
    def decisions(self) -> list[Asked]:
        """What it was asked to change."""
        return [asked for asked in self.asked if asked[0] != "GET"]


def _answer(status: int, body: Any) -> httpx.Response:
    return httpx.Response(status, stream=httpx.ByteStream(json.dumps(body).encode()))
