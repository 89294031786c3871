"""Quillfeather Library Books: JSON over HTTPS, documents fetched after a cursor, large orders decided later.

Joins write, read and transport into the adapter; `adapter` is the entry point. The profile needs no class of its own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from services.suppliers.contract import HttpsProfile, OrderToSend, OutboundMessage, RawMessage, Reading
from services.suppliers.https import Door, Fixed, open_client

from quillfeather import read, write
from quillfeather.transport import QuillfeatherTransport

__all__ = ["Quillfeather", "adapter"]


class Quillfeather:
    """Implements `Adapter`. It takes no cancellations and no requests for records, so it has no methods for them."""

    push_secrets: Sequence[str] = ()

    def __init__(self, profile: HttpsProfile, api_key: str | None) -> None:
        self.profile = profile
        self._api_key = api_key

    def write_order(self, order: OrderToSend, reference: int) -> OutboundMessage:
        """Returns the order document. Raises ValueError for a council without an account."""
        return write.order(order, reference, self.profile)

    def read(self, raw: RawMessage) -> Reading:
        """Returns the facts and findings of a document; never raises for bad content."""
        return read.read(raw)

    @asynccontextmanager
    async def transport(self) -> AsyncIterator[QuillfeatherTransport]:
        """Opens the connection. Raises ValueError when there are no secrets, OSError when the CA file cannot be read."""
        if self._api_key is None:
            raise ValueError("without secrets, this adapter reads and writes only; give it api_key to connect")
        async with open_client(self.profile) as client:
            yield QuillfeatherTransport(Door(client, self.profile, Fixed({"X-Api-Key": self._api_key})))


def adapter(profile_json: str, secrets: Mapping[str, str] | None) -> Quillfeather:
    """Builds the adapter. Secret: `api_key`; without secrets (None) it reads and writes only.

    Raises ValueError for a wrong profile, or when `api_key` is missing.
    """
    profile = HttpsProfile.model_validate_json(profile_json)
    if secrets is not None and not secrets.get("api_key"):
        raise ValueError("the secrets have no api_key; add it")
    return Quillfeather(profile, None if secrets is None else secrets["api_key"])
