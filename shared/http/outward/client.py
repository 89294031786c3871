"""The client for strangers' addresses: resolves each host itself, checks what it gets, and connects to exactly that.

A name may mean another address a second later (DNS rebinding), so a check before a request is worth nothing by itself.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Self

import httpcore
import httpx

from shared.http.answers import Answer, Caps, ask, because
from shared.http.outward.addresses import Address
from shared.http.outward.hosts import Resolver, checked_addresses, resolve
from shared.http.outward.urls import Allowed, RefusedUrl, read_url

_CONNECT_SECONDS = 5.0
# Shorter than any server's keep-alive: a request on a connection that the server just closed would have no answer.
_IDLE_SECONDS = 2.0
_MOST_TRIED = 4


class NoAnswer(Exception):
    """A request that was not answered whole. `str(error)` states why, in words short enough to keep."""


class Outward:
    """Sends requests to strangers' addresses, each within `caps`. Follows no redirect, asks no proxy, keeps no cookie.

    Use it as a context: it closes its connections at the end. Tests give it the `resolver`, and the authorities that it trusts.
    """

    def __init__(
        self, allowed: Allowed, caps: Caps, *, resolver: Resolver = resolve, trusted: ssl.SSLContext | None = None
    ) -> None:
        self._allowed = allowed
        self._caps = caps
        self._network = _CheckedNetwork(allowed, resolver)
        self._client = httpx.AsyncClient(
            transport=_Transport(self._network, trusted or _system_authorities()),
            timeout=httpx.Timeout(caps.seconds, connect=_CONNECT_SECONDS),
            follow_redirects=False,
            trust_env=False,
            # What one stranger sets would take memory, and be shown to others of the same domain.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            headers={"User-Agent": "Stockbridge"},
        )

    async def check(self, text: str) -> None:
        """Raises RefusedUrl unless a URL can be asked as of now: its form, and every address of its host."""
        url = read_url(text, self._allowed)
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                await self._network.checked(url.raw_host.decode("ascii"))
        except (OSError, TimeoutError) as error:
            raise RefusedUrl("The host's name cannot be resolved; correct it, or try again when its DNS answers.") from error

    async def post(self, text: str, content: bytes, headers: Mapping[str, str]) -> Answer:
        """Sends one request and returns what was answered, whatever its status.

        Raises RefusedUrl where nothing was sent because of the URL or its host's addresses; NoAnswer where no answer came.
        """
        url = str(read_url(text, self._allowed))
        try:
            return await ask(self._client, "POST", url, self._caps, headers=headers, content=content)
        except httpx.HTTPError as error:
            raise NoAnswer(because(error)) from error

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Closes all connections."""
        await self._client.aclose()


@cache
def _system_authorities() -> ssl.SSLContext:
    return ssl.create_default_context()


class _CheckedNetwork(httpcore.AsyncNetworkBackend):
    """Connects to a host's checked addresses. TLS is still with the name: httpcore takes it from the URL."""

    def __init__(self, allowed: Allowed, resolver: Resolver) -> None:
        self._allowed = allowed
        self._resolver = resolver
        self._network = httpcore.AnyIOBackend()

    async def checked(self, host: str) -> Sequence[Address]:
        """Returns the addresses of a host. Raises RefusedUrl where one of them may not be asked, OSError where it has none."""
        return await checked_addresses(host, self._allowed, self._resolver)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # as httpcore calls it
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connects to the first of the host's addresses that answers."""
        try:
            async with asyncio.timeout(timeout):
                addresses = await self.checked(host)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout("the host's name was not resolved in time") from error
        except OSError as error:
            raise httpcore.ConnectError("the host's name cannot be resolved") from error
        failed: Exception = httpcore.ConnectError("the host has no address")
        for address in addresses[:_MOST_TRIED]:
            try:
                return await self._network.connect_tcp(
                    str(address), port, timeout=timeout, local_address=local_address, socket_options=socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed

    async def sleep(self, seconds: float) -> None:
        """Waits, for httpcore."""
        await asyncio.sleep(seconds)


class _Transport(httpx.AsyncHTTPTransport):
    """httpx's own transport over connections of a given network; httpx has no parameter for it."""

    def __init__(self, network: httpcore.AsyncNetworkBackend, trusted: ssl.SSLContext) -> None:
        super().__init__(verify=trusted, trust_env=False)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=trusted,
            max_connections=500,
            max_keepalive_connections=100,
            keepalive_expiry=_IDLE_SECONDS,
            network_backend=network,
        )
