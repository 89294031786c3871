"""Connects to Quillfeather; the only part of the adapter that does I/O. Does not know what a document contains."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import quote

from pydantic import BaseModel, TypeAdapter, ValidationError
from services.suppliers.contract import (
    OutboundMessage,
    RawMessage,
    SendOutcomeUnknown,
    SupplierRefused,
    SupplierUnavailable,
    Transport,
    Undecided,
    not_fetched,
)
from services.suppliers.https import Door

_MARKS = TypeAdapter(list[str])
_TAKEN_LATER, _NOT_FOUND, _GONE = 202, 404, 410


class Ticket(BaseModel):
    """What they decided about an order, or that they have not: `state` is waiting, taken or refused."""

    ticket: str
    state: str = "waiting"
    reason: str = ""


class QuillfeatherTransport(Transport):
    """Sends orders and follows their tickets; lists and fetches documents. Nothing is removed, so `taken` does nothing."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def send(self, message: OutboundMessage) -> Undecided | None:
        """Puts the order under our reference; a repetition has no second effect. A large order gets a ticket (202)."""
        headers = {"Content-Type": message.content_type}
        answer = await self._door.hand_over("PUT", f"/orders/{message.reference}", message.body, headers=headers)
        if answer.status != _TAKEN_LATER:
            return None
        try:
            return Undecided(Ticket.model_validate_json(answer.body).ticket, answer.retry_after)
        except ValueError as error:
            raise SendOutcomeUnknown("they took the order, but gave no ticket that can be read") from error

    async def decision(self, message: OutboundMessage, token: str) -> Undecided | None:
        """Asks what was decided under a ticket."""
        answer = await self._door.ask("GET", f"/tickets/{quote(token, safe='')}", also=(_NOT_FOUND,))
        if answer.status == _NOT_FOUND:
            raise SendOutcomeUnknown(f"they do not know the ticket {token} of {message.name}")
        try:
            ticket = Ticket.model_validate_json(answer.body)
        except ValidationError as error:
            raise SupplierUnavailable(f"what they say about the ticket {token} cannot be read") from error
        if ticket.state == "refused":
            raise SupplierRefused("refused", ticket.reason)
        return None if ticket.state == "taken" else Undecided(token, answer.retry_after)

    async def has_received(self, message: OutboundMessage) -> bool:
        """Returns whether they have an order under our reference."""
        return (await self._door.ask("GET", f"/orders/{message.reference}", also=(_NOT_FOUND,))).successful

    async def fetch(self, after: str | None, /) -> AsyncIterator[RawMessage]:
        """Yields the documents after a mark, oldest first; one that they cannot give is reported and passed over."""
        listed = await self._door.ask("GET", f"/documents?after={quote(after or '', safe='')}")
        try:
            marks = _MARKS.validate_json(listed.body)
        except ValidationError as error:
            raise SupplierUnavailable("GET /documents was not answered with a JSON list of marks") from error
        for mark in marks:
            document = await self._door.ask("GET", f"/documents/{quote(mark, safe='')}", also=(_NOT_FOUND, _GONE))
            if document.cut or not document.successful:
                yield not_fetched(f"document {mark}", document.cut or f"it was answered {document.status}", cursor=mark)
            else:
                yield RawMessage(f"document {mark}", document.body, document.content_type, mark)
