"""Reads a message from its exchange, and passes on what staff decide about it: both with the token of the person at the page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from services.dashboard.domain.contents import Content, Reference
from services.dashboard.domain.mappings import Mapped, Preview, Suggestion
from services.dashboard.domain.messages import AsidePage, Message, TouchedOrder
from services.dashboard.usecases.asking import Services
from services.dashboard.usecases.contents import Window, read_content, shown
from shared.errors import DomainError
from shared.http.calls import Session
from shared.http.headers import etag

_ASIDE_ON_A_PAGE = 50
_RELEASES = ("resend", "treat_as_sent")


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a message a person wants to see. `mapped`: a reference that the person is about to map.

    `cursor`: the page of what is kept aside, "" for the first. `previewed`: what a replay would change.
    """

    window: Window = field(default_factory=Window)
    cursor: str = ""
    mapped: Mapped | None = None
    previewed: bool = False


@dataclass(frozen=True, slots=True)
class Correcting:
    """What helps to correct a held message: its references, what the chosen one may mean, and what a replay would change.

    The problems are sentences that say why one of them is not shown; `mapping_problem`: why the mapping would be refused.
    """

    references: Sequence[Reference] = ()
    mapped: Mapped | None = None
    suggestions: Sequence[Suggestion] = ()
    preview: Preview | None = None
    problem: str = ""
    mapping_problem: str = ""


@dataclass(frozen=True, slots=True)
class SeenMessage:
    """Everything on the page of a message. `aside_problem`: why what is kept aside is not listed."""

    supplier_id: str
    message: Message
    aside: AsidePage = field(default_factory=AsidePage)
    aside_problem: str = ""
    content: Content = field(default_factory=Content)
    orders: Sequence[TouchedOrder] = ()
    correcting: Correcting = field(default_factory=Correcting)


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person decided about the version of a message that the page showed: `replay`, `discard`, or how to release it."""

    decision: str
    version: int
    reason: str


@dataclass(frozen=True, slots=True)
class Exchanges:
    """The exchanges that the dashboard reaches."""

    services: Services

    async def read(self, supplier_id: str, message_id: UUID, token: str, asked: Asked) -> SeenMessage:
        """Returns a message with all that its page shows.

        Raises DomainError: as the exchange refuses it, or 404 for a supplier without an exchange here.
        """
        path = f"/v1/messages/{message_id}"
        async with self.services.exchange(supplier_id).session(token) as session:
            message = Message.model_validate(await session.ask("GET", path))
            # While it changes by itself the page asks every few seconds, and the rest costs the exchange much.
            if message.moves:
                aside, problem = await _aside(session, path, message, asked.cursor)
                return SeenMessage(supplier_id, message, aside, problem)
            (aside, problem), content, orders, correcting = await asyncio.gather(
                _aside(session, path, message, asked.cursor),
                read_content(session, path, asked.window),
                _orders(session, path, message),
                _correcting(session, path, message, asked),
            )
        return SeenMessage(supplier_id, message, aside, problem, content, orders, correcting)

    async def decide(self, supplier_id: str, message_id: UUID, token: str, decided: Decided) -> None:
        """Has the exchange replay, discard or release a message. Raises DomainError as the exchange refuses it."""
        body = {"reason": decided.reason}
        action = decided.decision
        if action in _RELEASES:
            body, action = body | {"decision": action}, "release"
        path, tag = f"/v1/messages/{message_id}/{action}", etag(decided.version)
        await self.services.exchange(supplier_id).ask("POST", path, token, body=body, if_match=tag)

    async def map_and_replay(self, supplier_id: str, message_id: UUID, token: str, mapped: Mapped, decided: Decided) -> None:
        """Has the exchange make a mapping, then replay the message.

        Raises DomainError as the exchange refuses either; where it is the replay, the mapping is made, and the error says so.
        """
        body = {**mapped.body(), "reason": decided.reason}
        await self.services.exchange(supplier_id).ask("POST", f"/v1/messages/{message_id}/mappings", token, body=body)
        try:
            await self.decide(supplier_id, message_id, token, decided)
        except DomainError as error:
            detail = f"The reference is mapped, but the message was not replayed: {error.detail}"
            raise DomainError(error.code, detail, error.kind) from error

    async def raw(self, supplier_id: str, message_id: UUID, token: str) -> AsyncIterator[bytes]:
        """Returns the bytes of a message as they arrive. Raises DomainError as the exchange refuses it."""
        return await self.services.exchange(supplier_id).download(f"/v1/messages/{message_id}/raw", token)

    async def raw_aside(self, supplier_id: str, message_id: UUID, token: str, number: int) -> AsyncIterator[bytes]:
        """Returns the bytes of one record that is kept aside. Raises DomainError as the exchange refuses it."""
        return await self.services.exchange(supplier_id).download(f"/v1/messages/{message_id}/kept-aside/{number}", token)


async def _aside(session: Session, path: str, message: Message, cursor: str) -> tuple[AsidePage, str]:
    """Returns a page of what is kept aside of a file of records, and why there is none, if it is not shown."""
    if message.progress is None:
        return AsidePage(), ""
    query = urlencode({"limit": _ASIDE_ON_A_PAGE} | ({"cursor": cursor} if cursor else {}))
    try:
        return AsidePage.model_validate(await session.ask("GET", f"{path}/kept-aside?{query}")), ""
    except DomainError as error:
        return AsidePage(), shown(error)


async def _orders(session: Session, path: str, message: Message) -> Sequence[TouchedOrder]:
    if not message.order_ids:
        return ()
    return [TouchedOrder.model_validate(each) for each in (await session.ask("GET", f"{path}/orders"))["items"]]


async def _correcting(session: Session, path: str, message: Message, asked: Asked) -> Correcting:
    """Returns what helps to correct a held message; of any other message only the preview that was asked for."""
    if message.direction != "in" or message.progress is not None:
        return Correcting()
    if not message.is_held:
        preview, problem = await _preview(session, path, None) if asked.previewed else (None, "")
        return Correcting(preview=preview, problem=problem)
    try:
        found = (await session.ask("GET", f"{path}/references"))["references"]
        references = [Reference.model_validate(each) for each in found]
        mapped, suggested = await _to_map(session, path, asked.mapped, references)
    except DomainError as error:
        return Correcting(problem=shown(error))
    chosen = mapped if mapped is not None and mapped.ours else None
    preview, problem = await _preview(session, path, chosen)
    if chosen is None:
        return Correcting(references, mapped, suggested, preview, problem)
    return Correcting(references, mapped, suggested, preview, mapping_problem=problem)


async def _to_map(
    session: Session, path: str, asked: Mapped | None, references: Sequence[Reference]
) -> tuple[Mapped | None, Sequence[Suggestion]]:
    """Returns the mapping to show, and what the reference may mean.

    The first wrong reference and the best suggestion are shown at once, so that a person who agrees has two clicks less.
    """
    mapped = _still_to_map(asked, references)
    first = next((Mapped(each.field, each.theirs) for each in references if each.is_wrong), None)
    shown_one = mapped or first
    suggested = await _suggested(session, path, shown_one)
    if shown_one is None or not suggested:
        return mapped, suggested
    return (shown_one if shown_one.ours else replace(shown_one, ours=suggested[0].ours)), suggested


def _still_to_map(mapped: Mapped | None, references: Sequence[Reference]) -> Mapped | None:
    """Returns the mapping that a person is about to make; None where it is made."""
    if mapped is None:
        return None
    made = (each.mapped_to == mapped.ours for each in references if (each.field, each.theirs) == (mapped.field, mapped.theirs))
    return None if mapped.ours and any(made) else mapped


async def _suggested(session: Session, path: str, mapped: Mapped | None) -> Sequence[Suggestion]:
    if mapped is None:
        return ()
    query = urlencode({"field": mapped.field, "theirs": mapped.theirs})
    found = (await session.ask("GET", f"{path}/suggestions?{query}"))["suggestions"]
    return [Suggestion.model_validate(each) for each in found]


async def _preview(session: Session, path: str, mapped: Mapped | None) -> tuple[Preview | None, str]:
    """Returns what a replay would change, and why that is not shown, if it is not."""
    body: Mapping[str, Any] = {"mapping": None if mapped is None else mapped.body()}
    try:
        return Preview.model_validate(await session.ask("POST", f"{path}/replay/preview", body=body)), ""
    except DomainError as error:
        return None, shown(error)
