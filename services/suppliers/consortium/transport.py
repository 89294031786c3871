"""The connection to the consortium: its requests, its bearer tokens, and which of its receipts can be read.

Knows no order: it sends the bodies that `write` made.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

import httpx
from pydantic import ValidationError

from services.suppliers.consortium import wire
from services.suppliers.consortium.profile import ConsortiumProfile
from services.suppliers.consortium.write import JSON, ORDERS, RECORDS
from services.suppliers.contract import (
    CredentialsRefused,
    Kind,
    OutboundMessage,
    RawMessage,
    SupplierUnavailable,
    SupplierUnintelligible,
    Transport,
    Try,
)
from services.suppliers.https import Answer, Caps, Door, ask, because

# A token is renewed this long before it expires, so that it does not expire during a request.
_RENEW_BEFORE_SECONDS = 10.0
_LARGEST_TOKEN = 64 * 1024
_GRANT = b"grant_type=client_credentials"
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
# RFC 6749, 5.2: `invalid_client` is answered 400 or 401.
_NOT_OURS = frozenset({400, 401, 403})


@dataclass(frozen=True, slots=True)
class Credentials:
    """Our credentials at the consortium; never shown in a log."""

    client_id: str
    client_secret: str = field(repr=False)


class ConsortiumTransport(Transport):
    """Sends messages to the consortium. Responses arrive by push; what is fetched is its list of records, if it has one."""

    def __init__(self, client: httpx.AsyncClient, profile: ConsortiumProfile, credentials: Credentials) -> None:
        self._lists_records = profile.lists_records
        self._door = Door(client, profile, _Tokens(client, profile, credentials))

    async def send(self, message: OutboundMessage) -> RawMessage:
        """Posts the message with its reference as idempotency key; returns the consortium's receipt.

        Raises SupplierUnavailable, SupplierRefused, SupplierUnintelligible, SendOutcomeUnknown.
        """
        headers = {"Content-Type": message.content_type, "Idempotency-Key": f'"{message.reference}"'}
        answer = await self._door.hand_over("POST", message.name, message.body, headers=headers)
        _raise_if_unreadable(answer)
        name = f"answer to {message.kind} {message.reference}"
        return RawMessage(name, answer.body, answer.content_type)

    async def has_received(self, message: OutboundMessage) -> bool | None:
        """Returns whether the order lists our reference among its requests; None for requests that are not about an order.

        Raises SupplierUnavailable.
        """
        if message.kind is Kind.RECORD_REQUEST:
            return None
        order = _order_of(message)
        answer = await self._door.ask("GET", f"{ORDERS}/{order}", also=(httpx.codes.NOT_FOUND,))
        if answer.status == httpx.codes.NOT_FOUND and answer.problem is not None:
            return False
        try:
            held = wire.OrderHeld.model_validate_json(answer.body)
        except ValidationError as error:
            detail = answer.cut or f"the consortium answered {answer.status}"
            raise SupplierUnavailable(f"asked for order {order}: {detail}") from error
        return str(message.reference) in held.requests

    @property
    def address(self) -> tuple[str, int]:
        """Where the consortium's API is."""
        return self._door.address

    @property
    def fetch_calls(self) -> bool:
        """Only a consortium with a list of records is asked."""
        return self._lists_records

    def tries(self) -> Sequence[Try]:
        """Its certificate, an access token, and a question after an order that does not exist."""
        return (
            Try("certificate (TLS)", self._door.certificate),
            Try("our credentials", self._door.credentials),
            Try("a question", self._question),
        )

    async def _question(self) -> str:
        asked = f"{ORDERS}/CONNECTION-TEST"
        answer = await self._door.ask("GET", asked, also=(httpx.codes.NOT_FOUND,))
        return f"asked for an order that does not exist, it answers {answer.status}"

    async def fetch(self, after: str | None, /) -> AsyncIterator[RawMessage]:
        """Yields the pages of the consortium's records that changed after a cursor; all of them where it no longer knows it.

        Raises SupplierUnavailable, also for a page that does not lead on: the next look asks for it again.
        """
        if not self._lists_records:
            return
        cursor, more = after, True
        while more:
            asked = f"{RECORDS}?since={quote(cursor or '', safe='')}"
            answer = await self._door.ask("GET", asked, also=(httpx.codes.GONE,) if cursor else ())
            if answer.status == httpx.codes.GONE:
                cursor = None
                continue
            page = _page_of(answer, asked)
            if not page.data.records:
                return
            if page.cursor == cursor:
                raise SupplierUnavailable(f"{asked} was answered with records that have the same cursor")
            cursor, more = page.cursor, page.more
            yield _message_of(answer, page, asked)


def _page_of(answer: Answer, asked: str) -> wire.RecordPage:
    try:
        return wire.RecordPage.model_validate_json(answer.body)
    except ValidationError as error:
        detail = answer.cut or because(error)
        raise SupplierUnavailable(f"{asked} was answered with a page that cannot be read: {detail}") from error


def _message_of(answer: Answer, page: wire.RecordPage, asked: str) -> RawMessage:
    try:
        return RawMessage(asked, answer.body, answer.content_type, page.cursor)
    except ValueError as error:
        raise SupplierUnavailable(f"{asked} was answered with records, but {error}") from error


class _Tokens:
    """Credentials by an access token, which is fetched again when it is about to expire or is refused (RFC 6749, 4.4)."""

    def __init__(self, client: httpx.AsyncClient, profile: ConsortiumProfile, credentials: Credentials) -> None:
        self._client = client
        self._url = profile.token_url
        self._caps = Caps(_LARGEST_TOKEN, profile.connect_seconds + profile.answer_seconds)
        self._basic = httpx.BasicAuth(credentials.client_id, credentials.client_secret)
        self._fetching = asyncio.Lock()
        self._token = ""
        self._ends = 0.0

    async def headers(self) -> Mapping[str, str]:
        """Returns a token that does not expire soon. Raises SupplierUnavailable: without a token, nothing was sent."""
        async with self._fetching:
            if time.monotonic() >= self._ends:
                await self._fetch()
            return {"Authorization": f"Bearer {self._token}", "Accept": JSON}

    def renew(self) -> bool:
        """Makes the next request fetch another token."""
        self._ends = 0.0
        return True

    async def _fetch(self) -> None:
        try:
            answer = await ask(self._client, "POST", self._url, self._caps, content=_GRANT, headers=_FORM, auth=self._basic)
        except httpx.HTTPError as error:
            raise SupplierUnavailable(f"no access token: {because(error)}") from error
        detail = f"no access token: {answer.cut or f'the consortium answered {answer.status}'}"
        if answer.status in _NOT_OURS:
            raise CredentialsRefused(detail)
        if answer.cut or not answer.successful:
            raise SupplierUnavailable(detail, retry_after=answer.retry_after)
        try:
            token = wire.Token.model_validate_json(answer.body)
        except ValidationError as error:
            raise SupplierUnavailable(f"no access token: {because(error)}") from error
        self._token = token.access_token
        self._ends = time.monotonic() + max(token.expires_in - _RENEW_BEFORE_SECONDS, token.expires_in / 2)


def _raise_if_unreadable(answer: Answer) -> None:
    try:
        wire.Envelope.model_validate_json(answer.body)
    except ValidationError as error:
        detail = f": {answer.cut}" if answer.cut else ""
        raise SupplierUnintelligible(f"the consortium's receipt cannot be read{detail}", answer.body) from error


def _order_of(message: OutboundMessage) -> str:
    """Returns the order that a message is about, from its body or from the path it is posted to."""
    if message.kind is Kind.ORDER:
        return wire.OrderRequest.model_validate_json(message.body).reference
    return message.name.removeprefix(f"{ORDERS}/").partition("/")[0]
