"""The connection to the consortium: HTTPS with a pinned authority, bearer tokens, and the meaning of each failure.

Knows no order: it sends the bodies that `write` made.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import MappingProxyType

import httpx
from pydantic import ValidationError

from services.suppliers.consortium import wire
from services.suppliers.consortium.answers import Answer, Caps, ask
from services.suppliers.consortium.profile import ConsortiumProfile
from services.suppliers.consortium.write import JSON, ORDERS
from services.suppliers.contract import (
    Kind,
    OutboundMessage,
    RawMessage,
    SendOutcomeUnknown,
    SupplierRefused,
    SupplierUnavailable,
    SupplierUnintelligible,
    Transport,
)

# A token is renewed this long before it expires, so that it does not expire during a request.
_RENEW_BEFORE_SECONDS = 10.0
# Shorter than any server's keep-alive: a request on a connection that the server just closed would have an unknown outcome.
_IDLE_SECONDS = 2.0
_NOT_TAKEN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_LARGEST_TOKEN = 64 * 1024
_GRANT = b"grant_type=client_credentials"
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_TRY_LATER = frozenset({408, 425, 429, 503})


@dataclass(frozen=True, slots=True)
class Credentials:
    """Our credentials at the consortium; never shown in a log."""

    client_id: str
    client_secret: str = field(repr=False)


@asynccontextmanager
async def open_client(profile: ConsortiumProfile) -> AsyncIterator[httpx.AsyncClient]:
    """Opens an HTTP client that trusts only the profile's authority. Raises OSError when its file cannot be read."""
    trusted = ssl.create_default_context(cafile=profile.ca_file)
    timeout = httpx.Timeout(profile.answer_seconds, connect=profile.connect_seconds)
    limits = httpx.Limits(keepalive_expiry=_IDLE_SECONDS)
    async with httpx.AsyncClient(verify=trusted, timeout=timeout, limits=limits, trust_env=False) as client:
        yield client


class ConsortiumTransport(Transport):
    """Sends messages to the consortium. Responses arrive by push, so there is no mailbox."""

    def __init__(self, client: httpx.AsyncClient, profile: ConsortiumProfile, credentials: Credentials) -> None:
        self._client = client
        self._profile = profile
        self._tokens = _Tokens(client, profile, credentials)

    async def send(self, message: OutboundMessage) -> RawMessage:
        """Posts the message with its reference as idempotency key; returns the consortium's receipt.

        Raises SupplierUnavailable, SupplierRefused, SupplierUnintelligible, SendOutcomeUnknown.
        """
        headers = {"Content-Type": message.content_type, "Idempotency-Key": f'"{message.reference}"'}
        try:
            answer = await self._ask("POST", message.name, content=message.body, headers=headers)
        except _NOT_TAKEN as error:
            raise SupplierUnavailable(_because(error)) from error
        except httpx.HTTPError as error:
            raise SendOutcomeUnknown(_because(error)) from error
        _raise_for_failure(answer)
        name = f"answer to {message.kind} {message.reference}"
        return RawMessage(name, answer.body, answer.content_type)

    async def has_received(self, message: OutboundMessage) -> bool | None:
        """Returns whether the order lists our reference among its requests; None for requests that are not about an order.

        Raises SupplierUnavailable.
        """
        if message.kind is Kind.RECORD_REQUEST:
            return None
        order = _order_of(message)
        try:
            answer = await self._ask("GET", f"{ORDERS}/{order}")
        except httpx.HTTPError as error:
            raise SupplierUnavailable(_because(error)) from error
        if answer.status == httpx.codes.NOT_FOUND and _problem(answer) is not None:
            return False
        try:
            held = wire.OrderHeld.model_validate_json(answer.body)
        except ValidationError as error:
            detail = answer.cut or f"the consortium answered {answer.status}"
            raise SupplierUnavailable(f"asked for order {order}: {detail}") from error
        return str(message.reference) in held.requests

    async def _ask(
        self, method: str, path: str, *, content: bytes | None = None, headers: Mapping[str, str] = MappingProxyType({})
    ) -> Answer:
        """Sends one request with a valid token, and once more with a new token if the first was refused (401)."""
        answer = await self._ask_once(method, path, content, headers)
        if answer.status != httpx.codes.UNAUTHORIZED:
            return answer
        self._tokens.forget()
        return await self._ask_once(method, path, content, headers)

    async def _ask_once(self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]) -> Answer:
        authorization = {"Authorization": f"Bearer {await self._tokens.current()}", "Accept": JSON}
        caps = Caps(self._profile.largest_answer, _seconds(self._profile))
        url = self._profile.base_url + path
        return await ask(self._client, method, url, caps, content=content, headers={**authorization, **headers})


class _Tokens:
    """Keeps the access token, and fetches a new one when it is about to expire (RFC 6749, 4.4)."""

    def __init__(self, client: httpx.AsyncClient, profile: ConsortiumProfile, credentials: Credentials) -> None:
        self._client = client
        self._url = profile.token_url
        self._caps = Caps(_LARGEST_TOKEN, _seconds(profile))
        self._basic = httpx.BasicAuth(credentials.client_id, credentials.client_secret)
        self._fetching = asyncio.Lock()
        self._token = ""
        self._ends = 0.0

    async def current(self) -> str:
        """Returns a token that does not expire soon. Raises SupplierUnavailable: without a token, nothing was sent."""
        async with self._fetching:
            if time.monotonic() >= self._ends:
                await self._fetch()
            return self._token

    def forget(self) -> None:
        """Makes the next call fetch a new token."""
        self._ends = 0.0

    async def _fetch(self) -> None:
        try:
            answer = await ask(self._client, "POST", self._url, self._caps, content=_GRANT, headers=_FORM, auth=self._basic)
        except httpx.HTTPError as error:
            raise SupplierUnavailable(f"no access token: {_because(error)}") from error
        if answer.cut or not answer.successful:
            raise SupplierUnavailable(f"no access token: {answer.cut or f'the consortium answered {answer.status}'}")
        try:
            token = wire.Token.model_validate_json(answer.body)
        except ValidationError as error:
            raise SupplierUnavailable(f"no access token: {_because(error)}") from error
        self._token = token.access_token
        self._ends = time.monotonic() + max(token.expires_in - _RENEW_BEFORE_SECONDS, token.expires_in / 2)


def _seconds(profile: ConsortiumProfile) -> float:
    return profile.connect_seconds + profile.answer_seconds


def _raise_for_failure(answer: Answer) -> None:
    """Raises the error that an answer means for the message, unless it is a readable receipt."""
    status = answer.status
    if answer.successful:
        _raise_if_unreadable(answer)
    elif status in _TRY_LATER or status == httpx.codes.UNAUTHORIZED:
        raise SupplierUnavailable(f"the consortium answered {status}")
    elif httpx.codes.is_server_error(status):
        raise SendOutcomeUnknown(f"the consortium answered {status}")
    elif (problem := _problem(answer)) is not None:
        raise SupplierRefused(problem.code, problem.detail or problem.code)
    else:
        detail = answer.cut or "it gives no reason"
        raise SupplierUnintelligible(f"the consortium answered {status}: {detail}", answer.body)


def _raise_if_unreadable(answer: Answer) -> None:
    try:
        wire.Envelope.model_validate_json(answer.body)
    except ValidationError as error:
        detail = f": {answer.cut}" if answer.cut else ""
        raise SupplierUnintelligible(f"the consortium's receipt cannot be read{detail}", answer.body) from error


def _problem(answer: Answer) -> wire.Problem | None:
    try:
        return wire.Problem.model_validate_json(answer.body)
    except ValidationError:
        return None


def _order_of(message: OutboundMessage) -> str:
    """Returns the order that a message is about, from its body or from the path it is posted to."""
    if message.kind is Kind.ORDER:
        return wire.OrderRequest.model_validate_json(message.body).reference
    return message.name.removeprefix(f"{ORDERS}/").partition("/")[0]


def _because(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
