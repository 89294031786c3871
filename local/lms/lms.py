"""The LMS's actions: sets up the council, places orders, decides on proposed ones, receives what arrives.

It survives the restart of every service that it calls.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from uuid import UUID

import httpx

from local.lms.answers import (
    Changes,
    Consignment,
    ConsignmentInList,
    Goods,
    OrderInBook,
    OrderTaken,
    Page,
    Proposal,
    ProposalInList,
    ReceiptTaken,
)
from local.lms.branches import Branches
from local.lms.calls import Service, UnexpectedAnswer
from local.lms.chance import Chance
from local.lms.ledger import Ledger
from local.lms.orders import Line, Order
from local.lms.proposals import Corrections, corrected
from local.lms.sourcing import catalogue_rules, ordering_rules
from local.lms.unpacking import Receipt, Thing, plan_receipts

SCOPES = (
    "orders:read",
    "orders:write",
    "delivery:read",
    "delivery:write",
    "catalogue:read",
    "catalogue:write",
    "lms:read",
    "lms:write",
)
_AT_ONCE = 4
_WAIT_SECONDS = 2
_ON_THE_WAY = ("expected", "partly_received")
_DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Base URLs of the services, and how to get a bearer token with SCOPES."""

    orders: str
    catalogue: str
    delivery: str
    feed: str
    token: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Lms:
    """One council's LMS. Open it with `open_lms`."""

    orders: Service
    catalogue: Service
    delivery: Service
    feed: Service
    chance: Chance
    ledger: Ledger = field(default_factory=Ledger)

    @property
    def repeated_requests(self) -> int:
        """How often a request was repeated because a service could not be reached."""
        return sum(service.repeated for service in (self.orders, self.catalogue, self.delivery, self.feed))

    async def has_branches(self) -> bool:
        """Returns whether the council has any branch in the orders service."""
        return bool((await self.orders.get("/v1/branches", Page, {"limit": 1})).items)

    async def set_up(self, branches: Branches, *, only: str | None) -> None:
        """Sends branches (by code, in the form of the orders service) and sourcing rules to the services."""
        await self.orders.put("/v1/branches", list(branches.values()))
        for service, rules in ((self.orders, ordering_rules(list(branches), only)), (self.catalogue, catalogue_rules(only))):
            # The first rule applies to everything. A rule that is sent twice changes nothing.
            for rule in rules:
                await service.post("/v1/sourcing-rules", rule.body())

    async def work(self, orders: Iterable[Order]) -> None:
        """Places orders and unpacks every announced consignment until cancelled. Raises UnexpectedAnswer in a group."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._place_all(orders))
            tasks.create_task(self.keep_receiving())

    async def _place_all(self, orders: Iterable[Order]) -> None:
        queue = iter(orders)

        async def clerk() -> None:
            for order in queue:
                await self.place(order)

        async with asyncio.TaskGroup() as clerks:
            for _ in range(_AT_ONCE):
                clerks.create_task(clerk())

    async def keep_receiving(self) -> None:
        """Unpacks every announced consignment until cancelled. Raises UnexpectedAnswer."""
        place: dict[str, str] = {}
        while True:
            for state in _ON_THE_WAY:
                listed = await self.delivery.pages("/v1/consignments", ConsignmentInList, {"state": state})
                # The oldest first.
                await self._unpack([one.consignment_id for one in reversed(listed)])
            place = await self._goods_announced(place)

    async def _goods_announced(self, place: dict[str, str]) -> dict[str, str]:
        """Waits until the feed tells of goods on their way, or for a while; returns the place in the feed to go on from."""
        query: dict[str, str | int] = {"kind": "copy_expected", "limit": 200, "wait": _WAIT_SECONDS, **place}
        try:
            changes = await self.feed.get("/v1/changes", Changes, query)
        except UnexpectedAnswer as refusal:
            if refusal.status != HTTPStatus.GONE:
                raise
            # The feed was built again: what is on its way is listed in any case.
            return {}
        return {"after": changes.next_cursor}

    async def place(self, order: Order) -> None:
        """Places one order, and repeats the request until it is answered. Raises UnexpectedAnswer."""
        taken = await self.orders.post("/v1/orders", _order_body(order), key=f"lms-{order.number}")
        await self._note(taken)

    async def proposals(self) -> list[ProposalInList]:
        """Returns the proposed orders that are not decided yet, newest first."""
        return await self.orders.pages("/v1/proposals", ProposalInList, {"state": "open"})

    async def proposal(self, proposal_id: UUID) -> Proposal:
        """Returns one proposed order with its faults. Raises UnexpectedAnswer."""
        return await self.orders.get(f"/v1/proposals/{proposal_id}", Proposal)

    async def accept(self, proposal: Proposal, order_number: str, corrections: Corrections | None = None) -> OrderInBook:
        """Accepts a proposed order, unchanged or with its faults corrected. Raises UnexpectedAnswer that names what is wrong."""
        lines = {} if corrections is None else {"lines": corrected(proposal, corrections)}
        body = {"order_number": order_number, **lines}
        taken = await self.orders.post(f"/v1/proposals/{proposal.proposal_id}/accept", body, key=f"lms-{order_number}")
        return await self._note(taken)

    async def decline(self, proposal_id: UUID, reason: str) -> None:
        """Declines a proposed order. Raises UnexpectedAnswer if it was already decided otherwise."""
        try:
            await self.orders.post(f"/v1/proposals/{proposal_id}/decline", {"reason": reason})
        except UnexpectedAnswer as refusal:
            # A decision has no idempotency key: the answer to the first request may have been lost.
            if refusal.status != HTTPStatus.CONFLICT or (await self.proposal(proposal_id)).state != _DECLINED:
                raise

    async def _note(self, taken: httpx.Response) -> OrderInBook:
        return await self._read(OrderTaken.model_validate_json(taken.content).order_id)

    async def _read(self, order_id: UUID | None) -> OrderInBook:
        order = await self.orders.get(f"/v1/orders/{order_id}", OrderInBook)
        self.ledger.note_order(order)
        return order

    async def _unpack(self, consignments: Sequence[UUID]) -> None:
        queue = iter(consignments)

        async def unpacker() -> None:
            for consignment_id in queue:
                await self._receive(consignment_id)

        async with asyncio.TaskGroup() as unpackers:
            for _ in range(_AT_ONCE):
                unpackers.create_task(unpacker())

    async def _receive(self, consignment_id: UUID) -> None:
        consignment = await self.delivery.get(f"/v1/consignments/{consignment_id}", Consignment)
        known = {None, *self.ledger.keys}
        for order_id in {goods.order_id for goods in consignment.copies if goods.copy_id not in known}:
            # The order's answer has not arrived yet, or a switch has since placed some of its copies with another supplier.
            await self._read(order_id)
        things = [self._thing(goods) for goods in consignment.copies]
        for receipt in plan_receipts(self.chance, consignment.leg, things):
            await self._send(consignment, receipt)

    async def _send(self, consignment: Consignment, receipt: Receipt) -> None:
        path, body = f"/v1/consignments/{consignment.consignment_id}/receipts", receipt.body()
        key = _receipt_key(consignment.consignment_id, body)
        answer = await self.delivery.post(path, body, key=key)
        taken = ReceiptTaken.model_validate_json(answer.content)
        self.ledger.note_receipt(consignment.leg, taken, good=receipt.good)
        if receipt.repeated:
            again = await self.delivery.post(path, body, key=key)
            self.ledger.repeated_receipts += 1
            if again.json() != answer.json():
                self.ledger.complaints.append(f"{path} answered a repeated receipt in another way than the first")

    def _thing(self, goods: Goods) -> Thing:
        key = None if goods.copy_id is None else self.ledger.keys[goods.copy_id]
        return Thing(str(goods.item_id), key, goods.isbn, goods.line_key, goods.barcode, goods.state)


@asynccontextmanager
async def open_lms(addresses: Addresses, seed: int) -> AsyncIterator[Lms]:
    """Yields an LMS and closes its connections at the end."""
    async with AsyncExitStack() as stack:
        urls = (addresses.orders, addresses.catalogue, addresses.delivery, addresses.feed)
        orders, catalogue, delivery, feed = [await stack.enter_async_context(Service(url, addresses.token)) for url in urls]
        yield Lms(orders, catalogue, delivery, feed, Chance(seed))


def _order_body(order: Order) -> dict[str, object]:
    return {"order_number": order.number, "lines": [_line_body(line) for line in order.lines]}


def _line_body(line: Line) -> dict[str, object]:
    body: dict[str, object] = {
        "line_number": line.number,
        "isbn": line.isbn,
        "title": line.title,
        "author": line.author,
        "material": line.material,
        "copies": [
            {
                "branch": part.branch,
                "fund": part.fund,
                "sequence": part.sequence,
                "shelfmark": part.shelfmark,
                "servicing": list(part.servicing),
                "quantity": part.quantity,
            }
            for part in line.copies
        ],
    }
    return body if line.pence is None else {**body, "unit_price": {"minor": line.pence}}


def _receipt_key(consignment_id: UUID, body: Mapping[str, object]) -> str:
    """Returns the idempotency key of a receipt; an equal receipt always has the same key."""
    text = f"{consignment_id} {json.dumps(body, sort_keys=True)}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]
