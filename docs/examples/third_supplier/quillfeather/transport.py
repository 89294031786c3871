"""Connects to Quillfeather; the only part of the adapter that does I/O. Does not know what a document contains."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import quote

import httpx
from pydantic import TypeAdapter, ValidationError
from services.suppliers.contract import (
    OutboundMessage,
    RawMessage,
    SendOutcomeUnknown,
    SupplierRefused,
    SupplierUnavailable,
)

from quillfeather.profile import QuillfeatherProfile

_NAMES = TypeAdapter(list[str])
_NOT_TAKEN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_TRY_LATER = frozenset({401, 403, 408, 429, 503})


@asynccontextmanager
async def open_client(profile: QuillfeatherProfile, api_key: str) -> AsyncIterator[httpx.AsyncClient]:
    """Opens an HTTP client that trusts the profile's certificate authority. Raises OSError when its file cannot be read."""
    async with httpx.AsyncClient(
        base_url=profile.base_url,
        headers={"X-Api-Key": api_key},
        verify=ssl.create_default_context(cafile=profile.ca_file),
        timeout=profile.answer_seconds,
        trust_env=False,
    ) as client:
        yield client


class QuillfeatherTransport:
    """Sends orders; lists, fetches and deletes the documents in the outbox."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def send(self, message: OutboundMessage) -> RawMessage | None:
        """Puts the order under our reference; there is no immediate answer. A repetition has no second effect."""
        try:
            answer = await self._client.put(f"/orders/{message.reference}", content=message.body)
        except _NOT_TAKEN as error:
            raise SupplierUnavailable(_reason(error)) from error
        except httpx.HTTPError as error:
            raise SendOutcomeUnknown(_reason(error)) from error
        if answer.status_code in _TRY_LATER:
            raise SupplierUnavailable(f"answered {answer.status_code}")
        if answer.is_server_error:
            raise SendOutcomeUnknown(f"answered {answer.status_code}")
        if not answer.is_success:
            raise SupplierRefused(str(answer.status_code), answer.text[:500])
        return None

    async def has_received(self, message: OutboundMessage) -> bool | None:
        """Returns whether the supplier has an order under our reference."""
        answer = await self._ask("GET", f"/orders/{message.reference}", also=httpx.codes.NOT_FOUND)
        return answer.is_success

    async def fetch(self, _: str | None) -> AsyncIterator[RawMessage]:
        """Yields every document in the outbox, oldest first."""
        listed = await self._ask("GET", "/outbox")
        try:
            names = _NAMES.validate_json(listed.content)
        except ValidationError as error:
            raise SupplierUnavailable("GET /outbox was not answered with a JSON list of names") from error
        for name in names:
            document = await self._ask("GET", f"/outbox/{quote(name, safe='')}")
            yield RawMessage(name, document.content, document.headers.get("content-type", ""))

    async def taken(self, message: RawMessage) -> None:
        """Removes the document from the outbox, after its bytes are stored here."""
        await self._ask("DELETE", f"/outbox/{quote(message.name, safe='')}", also=httpx.codes.NOT_FOUND)

    async def _ask(self, method: str, path: str, *, also: int | None = None) -> httpx.Response:
        """Returns a successful answer, or one of status `also`. Raises SupplierUnavailable for any other."""
        try:
            answer = await self._client.request(method, path)
        except httpx.HTTPError as error:
            raise SupplierUnavailable(_reason(error)) from error
        if not answer.is_success and answer.status_code != also:
            raise SupplierUnavailable(f"{method} {path} was answered {answer.status_code}")
        return answer


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
