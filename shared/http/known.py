"""Asks a server that the settings name, such as the provider of sign-in: within limits of time and size, and without a retry.

Must not know what is asked. The servers of strangers are asked by `shared.http.outward`, our own services by `shared.http.calls`.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from functools import cache

import httpx

from shared.http.answers import Answer, Caps, ask, because
from shared.http.outward import NoAnswer

_CONNECT_SECONDS = 3.0


class Known:
    """Sends single requests within `caps`: follows no redirect, asks no proxy, keeps no cookie. Tests give the `transport`."""

    def __init__(self, caps: Caps, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._caps = caps
        self._transport = transport

    async def get(self, url: str) -> Answer:
        """Returns what a URL answers, whatever its status. Raises NoAnswer where none came."""
        return await self._ask("GET", url, {"Accept": "application/json"}, None)

    async def post(self, url: str, content: bytes, headers: Mapping[str, str]) -> Answer:
        """Sends a body and returns what was answered, whatever its status. Raises NoAnswer where no answer came."""
        return await self._ask("POST", url, headers, content)

    async def _ask(self, method: str, url: str, headers: Mapping[str, str], content: bytes | None) -> Answer:
        try:
            async with httpx.AsyncClient(
                timeout=httpx.Timeout(self._caps.seconds, connect=_CONNECT_SECONDS),
                transport=self._transport,
                trust_env=False,
                verify=_trusted(),
            ) as client:
                return await ask(client, method, url, self._caps, headers=headers, content=content)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NoAnswer(because(error)) from error


@cache
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context()
