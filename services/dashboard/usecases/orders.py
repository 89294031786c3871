"""Reads an order from all services that know something of it, as the person at the page, and passes on what that person does.

A service that does not answer is named; what the others say is shown.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from pydantic import TypeAdapter

from services.dashboard.domain.orders import (
    ConsignmentSeen,
    EnquirySeen,
    FileSeen,
    MessageSeen,
    OrderSeen,
    SupplierSeen,
)
from services.dashboard.domain.visitors import Visitor
from services.dashboard.usecases.asking import Services, all_items
from shared.contracts.delivery import Leg
from shared.errors import DomainError, Kind
from shared.http.headers import etag

T = TypeVar("T")

# A page shows so many deliveries of an order, and says so where there are more.
_MOST_CONSIGNMENTS, _ASKED_AT_ONCE = 100, 8
_MOST_MESSAGES = "200"
# How often a move is tried whose order changes between two calls.
_TRIES = 3
_ENQUIRIES, _FILES = TypeAdapter(list[EnquirySeen]), TypeAdapter(list[FileSeen])
_MESSAGES, _SUPPLIERS = TypeAdapter(list[MessageSeen]), TypeAdapter(list[SupplierSeen])


@dataclass(frozen=True, slots=True)
class WholeOrder:
    """An order with everything that other services know of it. `silent`: who gave no answer, each with why."""

    order: OrderSeen
    messages: Sequence[MessageSeen] = ()
    consignments: Sequence[ConsignmentSeen] = ()
    enquiries: Sequence[EnquirySeen] = ()
    files: Sequence[FileSeen] = ()
    suppliers: Sequence[SupplierSeen] = ()
    silent: Sequence[tuple[str, str]] = ()

    def goes_by_hub(self, copy_id: UUID) -> bool:
        """Returns whether goods of a copy were ever advised for a hub."""
        return any(item.copy_id == copy_id for each in self.consignments if each.leg != Leg.DIRECT for item in each.copies)


@dataclass(slots=True)
class _Heard:
    """Answers of services, and who gave none."""

    silent: list[tuple[str, str]] = field(default_factory=list)

    async def of(self, name: str, asked: Awaitable[T], otherwise: T) -> T:
        """Returns an answer; `otherwise` where there is none, which is noted."""
        try:
            return await asked
        except DomainError as error:
            self.silent.append((name, error.detail))
            return otherwise


async def read_order(services: Services, visitor: Visitor, order_id: UUID, consignment_ids: Sequence[UUID]) -> WholeOrder:
    """Returns an order with what all services know of it. `consignment_ids`: those that copies of it were ever in; of very
    many, some are read.

    Raises DomainError as the order book refuses the order; without it there is nothing to show.
    """
    token, heard = visitor.token, _Heard()
    order = OrderSeen.model_validate(await services.of("orders").ask("GET", f"/v1/orders/{order_id}", token))
    enquiries, suppliers, messages, consignments, files = await asyncio.gather(
        heard.of("the enquiries in the order book", _enquiries(services, token, order_id), []),
        heard.of("the suppliers in the order book", _suppliers(services, token), []),
        read_messages(services, token, order_id, order.supplier_ids, heard),
        heard.of("deliveries", _consignments(services, token, consignment_ids), []),
        heard.of("the mailboxes of library systems", _files(services, token, order.order_number), []),
    )
    if len(consignment_ids) > _MOST_CONSIGNMENTS:
        text = (
            f"The order has {len(consignment_ids)}, and {_MOST_CONSIGNMENTS} are shown. The page of a copy shows all of its own."
        )
        heard.silent.append(("further deliveries", text))
    return WholeOrder(order, messages, consignments, enquiries, files, suppliers, heard.silent)


async def read_messages(
    services: Services, token: str, order_id: UUID, supplier_ids: Sequence[str], heard: _Heard | None = None
) -> list[MessageSeen]:
    """Returns the messages of these suppliers' exchanges that touch an order. What gives no answer has none."""
    heard = heard or _Heard()
    query = urlencode({"order_id": str(order_id), "limit": _MOST_MESSAGES})

    async def of_exchange(supplier_id: str) -> list[MessageSeen]:
        page = await services.exchange(supplier_id).ask("GET", f"/v1/messages?{query}", token)
        return _MESSAGES.validate_python([{**item, "supplier_id": supplier_id} for item in page["items"]])

    asked = (heard.of(f"the exchange of {supplier_id}", of_exchange(supplier_id), []) for supplier_id in supplier_ids)
    return [message for answer in await asyncio.gather(*asked) for message in answer]


async def _enquiries(services: Services, token: str, order_id: UUID) -> list[EnquirySeen]:
    async with services.of("orders").session(token) as session:
        return _ENQUIRIES.validate_python(await all_items(session, "/v1/enquiries", {"order_id": str(order_id)}))


async def _suppliers(services: Services, token: str) -> list[SupplierSeen]:
    async with services.of("orders").session(token) as session:
        return _SUPPLIERS.validate_python(await all_items(session, "/v1/suppliers", {}))


async def _consignments(services: Services, token: str, consignment_ids: Sequence[UUID]) -> list[ConsignmentSeen]:
    if not consignment_ids:
        return []
    room = asyncio.Semaphore(_ASKED_AT_ONCE)
    async with services.of("delivery").session(token) as session:

        async def read(consignment_id: UUID) -> ConsignmentSeen:
            async with room:
                return ConsignmentSeen.model_validate(await session.ask("GET", f"/v1/consignments/{consignment_id}"))

        return await asyncio.gather(*map(read, consignment_ids[:_MOST_CONSIGNMENTS]))


async def _files(services: Services, token: str, order_number: str) -> list[FileSeen]:
    query = urlencode({"order_number": order_number, "limit": _MOST_MESSAGES})
    page = await services.of("lms").ask("GET", f"/v1/mailbox-messages?{query}", token)
    return _FILES.validate_python(page["items"])


@dataclass(frozen=True, slots=True)
class Chosen:
    """Copies of an order that a person chose, and why."""

    order_id: UUID
    copy_ids: Sequence[UUID]
    reason: str


@dataclass(frozen=True, slots=True)
class Move:
    """Where chosen copies are to come from. `confirmed`: their supplier has confirmed to the person that it cancels them."""

    chosen: Chosen
    to_supplier: str
    confirmed: bool

    @property
    def body(self) -> Mapping[str, object]:
        """What the order book is asked."""
        copy_ids = [str(copy_id) for copy_id in self.chosen.copy_ids]
        where = {"to_supplier": self.to_supplier, "cancellation_confirmed": self.confirmed}
        return {"copy_ids": copy_ids, **where, "reason": self.chosen.reason}


@dataclass(frozen=True, slots=True)
class MovePreview:
    """What a move would do with each copy, in words. `version`: the version of the order for which that holds."""

    version: int
    fates: Sequence[Mapping[str, Any]]

    @property
    def mark(self) -> str:
        """Two previews have the same mark if they say the same of the same copies, and only then."""
        said = sorted((fate["becomes"], sorted(fate["copy_ids"])) for fate in self.fates)
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


class SaysOtherwise(Exception):
    """A move would do something else than the person saw. `preview`: what it would do now."""

    def __init__(self, preview: MovePreview) -> None:
        super().__init__("the move would do something else than was shown")
        self.preview = preview


@dataclass(frozen=True, slots=True)
class OrderBook:
    """The order book, asked to change an order. Each call raises DomainError as it refuses."""

    services: Services
    token: str

    async def cancel(self, chosen: Chosen, version: int) -> None:
        """Asks the supplier to cancel copies. `version`: that of the order which the person saw."""
        body = {"copy_ids": [str(copy_id) for copy_id in chosen.copy_ids], "reason": chosen.reason}
        await self._post(chosen.order_id, "cancellations", body, version=version)

    async def chase(self, chosen: Chosen, kind: str) -> None:
        """Asks the supplier what becomes of copies, or claims them."""
        body = {"copy_ids": [str(copy_id) for copy_id in chosen.copy_ids], "kind": kind, "reason": chosen.reason}
        await self._post(chosen.order_id, "enquiries", body)

    async def preview_move(self, move: Move) -> MovePreview:
        """Returns what would become of copies that are moved, in the newest version of their order."""
        found = await self._post(move.chosen.order_id, "moves/preview", move.body)
        return MovePreview(found["version"], found["copies"])

    async def move(self, move: Move, shown: str) -> None:
        """Moves copies to another supplier. `shown`: the mark of the preview that the person saw.

        Other changes of the order do not matter. Raises SaysOtherwise if the move would now do something else than was shown.
        """
        for remaining in reversed(range(_TRIES)):
            preview = await self.preview_move(move)
            if preview.mark != shown:
                raise SaysOtherwise(preview)
            try:
                await self._post(move.chosen.order_id, "moves", move.body, version=preview.version)
                return
            except DomainError as error:
                if error.kind is not Kind.STALE or not remaining:
                    raise

    async def answer_offer(self, order_id: UUID, decision_id: UUID, version: int, *, then: str, reason: str) -> None:
        """Accepts an offer, or declines it and keeps or cancels what was ordered: `then` is accept, keep or cancel."""
        answer, body = ("accept", {"reason": reason}) if then == "accept" else ("decline", {"reason": reason, "then": then})
        await self._post(order_id, f"decisions/{decision_id}/{answer}", body, version=version)

    async def supplier_told(self, order_id: UUID, line_key: str, reason: str) -> None:
        """Notes that a person told the supplier of a line what it asked."""
        await self._post(order_id, "supplier-told", {"line_keys": [line_key], "reason": reason})

    async def decide_switch(self, switch_id: UUID, line_key: str, *, decision: str, reason: str) -> None:
        """Decides about the copies of a line that a switch asks about: `place_anew` or `leave`."""
        async with self.services.of("orders").session(self.token) as session:
            of_line = {"stage": "asks", "line_key": line_key}
            copies = [copy["copy_id"] for copy in await all_items(session, f"/v1/switches/{switch_id}/copies", of_line)]
            if not copies:
                detail = "The switch asks about no copy of this line now. Load the page again later."
                raise DomainError("nothing-to-decide", detail, Kind.CONFLICT)
            body = {"copy_ids": copies, "decision": decision, "reason": reason}
            await session.ask("POST", f"/v1/switches/{switch_id}/copies", body=body)

    async def _post(self, order_id: UUID, path: str, body: Mapping[str, object], *, version: int | None = None) -> Any:
        if_match = "" if version is None else etag(version)
        return await self.services.of("orders").ask(
            "POST", f"/v1/orders/{order_id}/{path}", self.token, body=body, if_match=if_match
        )
