"""Finds what somebody typed: in the read model, and where that has nothing, among the messages and files of other services."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.domain.finding import Findings, FoundFile, FoundMessage, FoundProposal
from services.dashboard.domain.searching import SHORTEST_BEGINNING, Sought
from services.dashboard.domain.visitors import Visitor
from services.dashboard.store import finding as store
from services.dashboard.usecases.asking import Services
from shared.errors import DomainError
from shared.http.calls import Api

_ASKED_OF_EACH = "20"
# Shorter, a part of a name is in too many of them.
_SHORTEST_PART = 3
_LARGEST_REFERENCE = 2**31 - 1
_MESSAGE, _FILE, _PROPOSAL = TypeAdapter(FoundMessage), TypeAdapter(FoundFile), TypeAdapter(FoundProposal)


async def find(connection: AsyncConnection, council: str | None, sought: Sought) -> Findings:
    """Returns what the read model knows by what was typed. A number that nothing has is looked for as the beginning of one."""
    if sought.given_id is not None:
        copies = await store.copies_with(connection, council, copy_id=sought.given_id)
        return Findings(copies=copies, orders=await store.orders_of(connection, council, [sought.given_id]))
    if not sought.code:
        return Findings()
    found = Findings(
        orders=await store.orders_named(connection, council, sought.order_code, begins=False),
        copies=await store.copies_with(connection, council, barcodes=sought.written),
        invoices=await store.invoices_numbered(connection, council, sought.written),
        consignments=await store.consignments_named(connection, council, sought.written),
    )
    if found.hits:
        return found
    titles = await store.titles_with(connection, council, sought.words)
    if titles or len(sought.code) < SHORTEST_BEGINNING:
        return Findings(titles=titles)
    return Findings(orders=await store.orders_named(connection, council, sought.code, begins=True))


async def look_further(services: Services, visitor: Visitor, sought: Sought) -> Findings:
    """Returns what the exchanges, the mailboxes and the order book's proposals have by this name or reference."""
    exchanges = services.exchanges.items() if visitor.may("exchange:read") else ()
    asked = [_messages(supplier_id, api, visitor.token, sought) for supplier_id, api in exchanges]
    if visitor.council is not None:
        asked += [_files(services, visitor.token, sought)] if visitor.may("lms:read") else []
        asked += [_proposals(services, visitor.token, sought)] if visitor.may("orders:read") else []
    found = Findings()
    for answer in await asyncio.gather(*asked):
        found = found.beside(answer)
    return found


async def _messages(supplier_id: str, api: Api, token: str, sought: Sought) -> Findings:
    """Returns an exchange's messages by part of their name, by references, and by the supplier's order number."""
    narrowed = [{"control_reference": sought.text}, {"supplier_reference": sought.text}]
    if len(sought.text) >= _SHORTEST_PART:
        narrowed.append({"name_contains": sought.text})
    if sought.text.isascii() and sought.text.isdigit() and 0 < int(sought.text) <= _LARGEST_REFERENCE:
        narrowed.append({"reference": sought.text})
    try:
        async with api.session(token) as session:
            pages = await asyncio.gather(*(session.ask("GET", _list("/v1/messages", query)) for query in narrowed))
    except DomainError as error:
        return Findings(silent=[(f"the exchange of {supplier_id}", error.detail)])
    items: dict[str, Any] = {item["message_id"]: item for page in pages for item in page["items"]}
    return Findings(messages=[_MESSAGE.validate_python({**item, "supplier_id": supplier_id}) for item in items.values()])


async def _files(services: Services, token: str, sought: Sought) -> Findings:
    try:
        page = await services.of("lms").ask("GET", _list("/v1/mailbox-messages", {"name": sought.text}), token)
    except DomainError as error:
        return Findings(silent=[("the mailboxes of library systems", error.detail)])
    return Findings(files=[_FILE.validate_python(item) for item in page["items"]])


async def _proposals(services: Services, token: str, sought: Sought) -> Findings:
    try:
        page = await services.of("orders").ask("GET", _list("/v1/proposals", {"selection_number": sought.text[:70]}), token)
    except DomainError as error:
        return Findings(silent=[("the proposals in the order book", error.detail)])
    return Findings(proposals=[_PROPOSAL.validate_python(item) for item in page["items"]])


def _list(path: str, query: Mapping[str, str]) -> str:
    return f"{path}?{urlencode({**query, 'limit': _ASKED_OF_EACH})}"
