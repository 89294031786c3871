"""Lists the messages of the exchanges, each asked with the token of the person at the page."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from services.dashboard.domain.message_lists import Narrowed, OfSupplier
from services.dashboard.domain.messages import Message
from services.dashboard.usecases.asking import Services
from shared.errors import DomainError

_OF_ONE, _OF_EACH = 50, 10


async def list_messages(services: Services, token: str, narrowed: Narrowed, cursor: str) -> Sequence[OfSupplier]:
    """Returns the newest messages of each exchange, or of the one that the filters name those that begin at `cursor`.

    An exchange that does not answer, or refuses, is among them with its reason. Raises DomainError (404) for an unknown supplier.
    """
    if narrowed.supplier:
        services.exchange(narrowed.supplier)
        return [await _of(services, _Question(narrowed.supplier, token, narrowed, _OF_ONE, cursor))]
    questions = (_Question(supplier_id, token, narrowed, _OF_EACH) for supplier_id in sorted(services.exchanges))
    return await asyncio.gather(*(_of(services, question) for question in questions))


@dataclass(frozen=True, slots=True)
class _Question:
    supplier_id: str
    token: str
    narrowed: Narrowed
    limit: int
    cursor: str = ""


async def _of(services: Services, question: _Question) -> OfSupplier:
    asked = {**question.narrowed.asked(), "limit": str(question.limit)}
    query = urlencode(asked | ({"cursor": question.cursor} if question.cursor else {}))
    try:
        page = await services.exchange(question.supplier_id).ask("GET", f"/v1/messages?{query}", question.token)
    except DomainError as error:
        return OfSupplier(question.supplier_id, problem=error.detail)
    found = [Message.model_validate(each) for each in page["items"]]
    return OfSupplier(question.supplier_id, found, page["next_cursor"] or "")
