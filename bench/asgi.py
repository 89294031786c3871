"""Calls an ASGI app in this process, many requests at a time, so that a client's HTTP parsing is not measured."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.types import ASGIApp, Message

_CONCURRENT = 64


@dataclass(frozen=True, slots=True)
class Post:
    """One POST request."""

    path: str
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...]


async def _call(app: ASGIApp, post: Post) -> int:
    status = 0
    sent = False

    async def receive() -> Message:
        nonlocal sent
        if sent:
            await asyncio.sleep(3600)
        sent = True
        return {"type": "http.request", "body": post.body, "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = int(message["status"])

    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(post.body)).encode()), *post.headers]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": post.path,
        "raw_path": post.path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    await app(scope, receive, send)
    return status


async def per_second(app: ASGIApp, posts: Sequence[Post]) -> float:
    """Returns requests per second with 64 at a time. Raises RuntimeError if an answer is not 201."""
    waiting = iter(posts)

    async def worker() -> None:
        for post in waiting:
            status = await _call(app, post)
            if status != 201:
                raise RuntimeError(f"answered {status}")

    begin = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(_CONCURRENT)))
    return len(posts) / (time.perf_counter() - begin)
