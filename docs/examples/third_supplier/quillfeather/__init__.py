"""Quillfeather Library Books: BIC-style JSON over HTTPS, fetched from an outbox, direct deliveries to each branch.

Joins profile, write, read and transport into the adapter; `adapter` is the entry point.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from services.suppliers.contract import OrderToSend, OutboundMessage, RawMessage, Reading

from quillfeather import read, write
from quillfeather.profile import QuillfeatherProfile
from quillfeather.transport import QuillfeatherTransport, open_client

__all__ = ["Quillfeather", "adapter"]


class Quillfeather:
    """Implements `Adapter`. It takes no cancellations and supplies no records, so it has no methods for them."""

    push_secrets: Sequence[str] = ()

    def __init__(self, profile: QuillfeatherProfile, api_key: str | None) -> None:
        self.profile = profile
        self._api_key = api_key

    def write_order(self, order: OrderToSend, reference: int) -> OutboundMessage:
        """Returns the order document. Raises ValueError for a council without an account."""
        return write.order(order, reference, self.profile)

    def read(self, raw: RawMessage) -> Reading:
        """Returns the facts and findings of a document from the outbox; never raises for bad content."""
        return read.read(raw)

    @asynccontextmanager
    async def transport(self) -> AsyncIterator[QuillfeatherTransport]:
        """Opens the connection. Raises ValueError when there are no secrets, OSError when the CA file cannot be read."""
        if self._api_key is None:
            raise ValueError("without secrets, this adapter reads and writes only; give it api_key to connect")
        async with open_client(self.profile, self._api_key) as client:
            yield QuillfeatherTransport(client)


def adapter(profile_json: str, secrets: Mapping[str, str] | None) -> Quillfeather:
    """Builds the adapter. Secret: `api_key`; without secrets (None) it reads and writes only.

    Raises ValueError for a wrong profile, or when `api_key` is missing.
    """
    profile = QuillfeatherProfile.model_validate_json(profile_json)
    if secrets is not None and not secrets.get("api_key"):
        raise ValueError("the secrets have no api_key; add it")
    return Quillfeather(profile, None if secrets is None else secrets["api_key"])
