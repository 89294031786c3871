"""One supplier's HTTPS API: each request within the profile's limits, each failure as one of the contract's errors."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import Protocol

import httpx

from services.suppliers.contract import (
    CredentialsRefused,
    HttpsProfile,
    SendOutcomeUnknown,
    SupplierRefused,
    SupplierUnavailable,
    SupplierUnintelligible,
)
from shared.http.answers import Answer, Caps, ask, because

# Shorter than any server's keep-alive: a request on a connection that the server just closed would have an unknown outcome.
_IDLE_SECONDS = 2.0
_HTTPS_PORT = 443
_NOT_TAKEN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_TRY_LATER = frozenset({408, 425, 429, 503})
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class Credentials(Protocol):
    """What shows the supplier who we are."""

    async def headers(self) -> Mapping[str, str]:
        """Returns the headers of the next request. Raises SupplierUnavailable: nothing was sent."""

    def renew(self) -> bool:
        """Gives up headers that the supplier refused; returns whether there may be others."""


class Fixed:
    """Credentials that never change by themselves, such as an API key."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = dict(headers)

    async def headers(self) -> Mapping[str, str]:
        """Returns them."""
        return self._headers

    def renew(self) -> bool:
        """Returns False: only a person can renew them."""
        return False


@asynccontextmanager
async def open_client(profile: HttpsProfile) -> AsyncIterator[httpx.AsyncClient]:
    """Opens an HTTP client that trusts only the profile's authority. Raises OSError when its file cannot be read."""
    trusted = ssl.create_default_context(cafile=profile.ca_file)
    timeout = httpx.Timeout(profile.answer_seconds, connect=profile.connect_seconds)
    limits = httpx.Limits(keepalive_expiry=_IDLE_SECONDS)
    async with httpx.AsyncClient(verify=trusted, timeout=timeout, limits=limits, trust_env=False) as client:
        yield client


class Door:
    """The requests of one transport. `hand_over` is for `Transport.send`, `ask` for everything else."""

    def __init__(self, client: httpx.AsyncClient, profile: HttpsProfile, credentials: Credentials) -> None:
        self._client = client
        self._profile = profile
        self._credentials = credentials
        self.caps = Caps(profile.largest_answer, profile.connect_seconds + profile.answer_seconds)

    @property
    def address(self) -> tuple[str, int]:
        """The host and port of the supplier's API."""
        url = httpx.URL(self._profile.base_url)
        return url.host, url.port or _HTTPS_PORT

    async def certificate(self) -> str:
        """Returns who answers, by the certificate that is checked against the profile's authority. Raises SupplierUnavailable."""
        host, port = self.address
        trusted = ssl.create_default_context(cafile=self._profile.ca_file)
        try:
            async with asyncio.timeout(self._profile.connect_seconds):
                _, writer = await asyncio.open_connection(host, port, ssl=trusted)
        except OSError as error:
            raise SupplierUnavailable(str(error) or type(error).__name__) from error
        shown = writer.get_extra_info("ssl_object")
        writer.close()
        ends = (shown.getpeercert() or {}).get("notAfter", "an unknown day")
        return f"{shown.version()}, the certificate is valid until {ends}"

    async def credentials(self) -> str:
        """Returns that what shows who we are can be had. Raises SupplierUnavailable, which includes CredentialsRefused."""
        await self._credentials.headers()
        return "the supplier takes them"

    async def hand_over(self, method: str, path: str, content: bytes, *, headers: Mapping[str, str] = _NO_HEADERS) -> Answer:
        """Sends a message; returns an answer of success. Raises every error of `Transport.send`."""
        try:
            answer = await self._request(method, path, content, headers)
        except _NOT_TAKEN as error:
            raise SupplierUnavailable(because(error)) from error
        except httpx.HTTPError as error:
            raise SendOutcomeUnknown(because(error)) from error
        if answer.successful:
            return answer
        _raise_if_away(answer)
        if httpx.codes.is_server_error(answer.status):
            raise SendOutcomeUnknown(f"the supplier answered {answer.status}")
        if (problem := answer.problem) is not None:
            raise SupplierRefused(problem.code or str(answer.status), problem.detail or problem.code)
        detail = answer.cut or "it gives no reason"
        raise SupplierUnintelligible(f"the supplier answered {answer.status}: {detail}", answer.body)

    async def ask(self, method: str, path: str, *, also: Collection[int] = ()) -> Answer:
        """Asks something; returns an answer of success, which may be cut, or of a status in `also`.

        Raises SupplierUnavailable for any other, which includes CredentialsRefused.
        """
        try:
            answer = await self._request(method, path, None, _NO_HEADERS)
        except httpx.HTTPError as error:
            raise SupplierUnavailable(because(error)) from error
        if answer.status not in also:
            _raise_if_away(answer)
            if not answer.successful:
                raise SupplierUnavailable(f"{method} {path} was answered {answer.status}")
        return answer

    async def _request(self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]) -> Answer:
        """Sends one request, and once more with other credentials if the first ones were refused (401)."""
        url = self._profile.base_url + path
        own = await self._credentials.headers()
        answer = await ask(self._client, method, url, self.caps, content=content, headers={**own, **headers})
        if answer.status != httpx.codes.UNAUTHORIZED or not self._credentials.renew():
            return answer
        own = await self._credentials.headers()
        return await ask(self._client, method, url, self.caps, content=content, headers={**own, **headers})


def _raise_if_away(answer: Answer) -> None:
    """Raises SupplierUnavailable where the supplier did not deal with the request: too busy, or it does not know us."""
    unnamed = answer.status == httpx.codes.FORBIDDEN and answer.problem is None
    if answer.status == httpx.codes.UNAUTHORIZED or unnamed:
        raise CredentialsRefused(f"the supplier answered {answer.status}")
    if answer.status in _TRY_LATER:
        raise SupplierUnavailable(f"the supplier answered {answer.status}", retry_after=answer.retry_after)
