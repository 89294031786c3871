"""Reads deliveries from the delivery service, and books what places unpack there, with the token of the person at the page."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from services.dashboard.domain.deliveries import (
    Consignment,
    Difference,
    Due,
    PlacedItem,
    Scanned,
    Today,
    WholeConsignment,
    query_of,
)
from services.dashboard.store.titles import titles_of
from services.dashboard.usecases.asking import Services, all_items
from shared.errors import DomainError, Kind
from shared.http.calls import Api, Session
from shared.ids import new_id

_ON_A_PAGE = "50"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which consignments a page lists; "" does not narrow it."""

    due: Due = Due.OPEN
    place: str = ""
    supplier: str = ""
    leg: str = ""
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class SeenDeliveries:
    """Counts of every place, and one page of consignments."""

    today: Today
    listed: Sequence[Consignment]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class SeenConsignment:
    """A consignment with how its goods differed from the advice, and the titles of its books."""

    consignment: WholeConsignment
    differences: Sequence[Difference]
    titles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SeenPlace:
    """What a place has to unpack and unpacked today, and the titles of the books."""

    items: Sequence[PlacedItem]
    titles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reported:
    """What a person says about one scanned code."""

    place: str
    code: str
    condition: str = "ok"
    servicing: Sequence[str] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Deliveries:
    """The delivery service as pages ask it. The titles of books are from the read model."""

    services: Services
    engine: AsyncEngine

    async def today(self, token: str) -> Today:
        """Returns what each place expects today."""
        return Today.model_validate(await self._api.ask("GET", "/v1/arrivals", token))

    async def listed(self, token: str, wanted: Wanted) -> SeenDeliveries:
        """Returns the counts, and a page of the consignments that are wanted."""
        async with self._api.session(token) as session:
            today = Today.model_validate(await session.ask("GET", "/v1/arrivals"))
            narrowed = {"place": wanted.place, "supplier_id": wanted.supplier, "leg": wanted.leg, "cursor": wanted.cursor}
            given = {name: value for name, value in narrowed.items() if value}
            query = urlencode({**query_of(wanted.due, today.day), **given, "limit": _ON_A_PAGE})
            page = await session.ask("GET", f"/v1/consignments?{query}")
        rows = [Consignment.model_validate(row) for row in page["items"]]
        return SeenDeliveries(today, rows, page["next_cursor"])

    async def consignment(self, token: str, consignment_id: UUID) -> SeenConsignment:
        """Returns one consignment. Raises DomainError as the delivery service does."""
        async with self._api.session(token) as session:
            whole, found = await asyncio.gather(
                session.ask("GET", f"/v1/consignments/{consignment_id}"),
                all_items(session, "/v1/discrepancies", {"consignment_id": str(consignment_id)}),
            )
        consignment = WholeConsignment.model_validate(whole)
        differences = [Difference.model_validate(row) for row in found]
        isbns = {item.isbn for item in consignment.copies} | {row.isbn for row in differences}
        return SeenConsignment(consignment, differences, await self._titles(isbns))

    async def at_place(self, token: str, place: str, day: date) -> SeenPlace:
        """Returns what a place has to unpack, and what it unpacked on this day."""
        async with self._api.session(token) as session:
            found = await all_items(session, "/v1/expected-items", {"place": place, "settled_from": day.isoformat()})
        items = [PlacedItem.model_validate(row) for row in found]
        return SeenPlace(items, await self._titles({item.isbn for item in items}))

    async def scan(self, token: str, place: str, code: str) -> Scanned:
        """Returns what a code is that was scanned at a place."""
        async with self._api.session(token) as session:
            return await _scanned(session, place, code)

    async def receive(self, token: str, consignment_id: UUID, receipt_id: UUID, body: Mapping[str, Any]) -> Any:
        """Sends a receipt, which may have been sent before. Returns the answer of the delivery service."""
        return await self._api.ask("POST", _receipts(consignment_id), token, body=body, key=str(receipt_id))

    async def receive_code(self, token: str, reported: Reported) -> None:
        """Books the item that a code names. Raises DomainError with what to do instead where it names none to receive here."""
        async with self._api.session(token) as session:
            scanned = await _scanned(session, reported.place, reported.code)
            if scanned.outcome != "expected":
                raise DomainError("not-expected-here", f"{reported.code}: {scanned.advice}", Kind.CONFLICT)
            if scanned.kind == "parcel":
                detail = f"This is a parcel with {len(scanned.goods)} items that are still to come. Scan each of them."
                raise DomainError("scan-each-item", detail, Kind.CONFLICT)
            first = scanned.goods[0]
            body = {"scans": [_scan_of(first, reported)], "complete": False}
            await session.ask("POST", _receipts(first.consignment_id), body=body, key=str(new_id()))

    @property
    def _api(self) -> Api:
        return self.services.of("delivery")

    async def _titles(self, isbns: Collection[str]) -> dict[str, str]:
        async with self.engine.connect() as connection:
            return await titles_of(connection, isbns)


def _receipts(consignment_id: UUID) -> str:
    return f"/v1/consignments/{consignment_id}/receipts"


async def _scanned(session: Session, place: str, code: str) -> Scanned:
    return Scanned.model_validate(await session.ask("GET", f"/v1/scans?{urlencode({'place': place, 'code': code})}"))


def _scan_of(item: PlacedItem, reported: Reported) -> dict[str, object]:
    faults = [{"kind": kind} for kind in reported.servicing]
    return {"item_id": str(item.item_id), "condition": reported.condition, "servicing": faults, "note": reported.note}
