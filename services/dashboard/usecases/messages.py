"""Reads a message from its exchange, and passes on what staff decide about it: both with the token of the person at the page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from services.dashboard.domain.messages import AsidePage, Content, Message, Tree
from services.dashboard.usecases.asking import Services
from shared.errors import DomainError, Kind
from shared.http.calls import Api
from shared.http.headers import etag

_ASIDE_ON_A_PAGE = 50
_LEAVES_SHOWN = 60
_TOO_LARGE = "This message is too large to be shown here part by part."
# The exchange refuses these for good reasons, which the page shows beside everything else.
_SHOWN = frozenset({Kind.FORBIDDEN, Kind.TOO_LARGE, Kind.NOT_FOUND})


@dataclass(frozen=True, slots=True)
class SeenMessage:
    """Everything on the page of a message. `aside_problem`: why what is kept aside is not listed."""

    supplier_id: str
    message: Message
    aside: AsidePage
    aside_problem: str
    content: Content


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person decided about a message: to `replay` or to `discard` the version that the page showed."""

    decision: str
    version: int
    reason: str


@dataclass(frozen=True, slots=True)
class Exchanges:
    """The exchanges that the dashboard reaches."""

    services: Services

    async def read(self, supplier_id: str, message_id: UUID, token: str, *, cursor: str) -> SeenMessage:
        """Returns a message, and the page of what is kept aside of it that `cursor` names ("" for the first).

        Raises DomainError: as the exchange refuses it, or 404 for a supplier without an exchange here.
        """
        api = self.services.exchange(supplier_id)
        path = f"/v1/messages/{message_id}"
        message = Message.model_validate(await api.ask("GET", path, token))
        aside, problem = AsidePage(), ""
        if message.progress is not None:
            query = urlencode({"limit": _ASIDE_ON_A_PAGE} | ({"cursor": cursor} if cursor else {}))
            try:
                aside = AsidePage.model_validate(await api.ask("GET", f"{path}/kept-aside?{query}", token))
            except DomainError as error:
                problem = _shown(error)
        # While it changes by itself the page asks every few seconds, and a tree costs the exchange much.
        content = Content() if message.moves else await _content(api, path, token)
        return SeenMessage(supplier_id, message, aside, problem, content)

    async def decide(self, supplier_id: str, message_id: UUID, token: str, decided: Decided) -> None:
        """Has the exchange `replay` or `discard` a message. Raises DomainError as the exchange refuses it."""
        path, tag = f"/v1/messages/{message_id}/{decided.decision}", etag(decided.version)
        await self.services.exchange(supplier_id).ask("POST", path, token, body={"reason": decided.reason}, if_match=tag)

    async def raw(self, supplier_id: str, message_id: UUID, token: str) -> AsyncIterator[bytes]:
        """Returns the bytes of a message as they arrive. Raises DomainError as the exchange refuses it."""
        return await self.services.exchange(supplier_id).download(f"/v1/messages/{message_id}/raw", token)

    async def raw_aside(self, supplier_id: str, message_id: UUID, token: str, number: int) -> AsyncIterator[bytes]:
        """Returns the bytes of one record that is kept aside. Raises DomainError as the exchange refuses it."""
        return await self.services.exchange(supplier_id).download(f"/v1/messages/{message_id}/kept-aside/{number}", token)


async def _content(api: Api, path: str, token: str) -> Content:
    try:
        return Content(Tree.model_validate(await api.ask("GET", f"{path}/tree?leaves={_LEAVES_SHOWN}", token)))
    except DomainError as error:
        return Content(problem=_TOO_LARGE if error.code == "too-large-to-show" else _shown(error))


def _shown(error: DomainError) -> str:
    """Returns what to say instead of a part of the page. Raises the error again where the whole page fails."""
    if error.kind not in _SHOWN:
        raise error
    return error.detail
