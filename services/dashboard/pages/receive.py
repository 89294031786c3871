"""The page on which a counter receives goods with a scanner: without a script, and with one through a loss of network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from services.dashboard.domain import deliveries as wording
from services.dashboard.domain.deliveries import Today
from services.dashboard.pages.frame import Operating, Visiting, acted, check_council, now_of, page, pages_router
from services.dashboard.pages.rendering import HEADERS
from services.dashboard.usecases.deliveries import Deliveries, Reported
from shared.contracts.delivery import ServicingKind
from shared.errors import DomainError

_WRITE = "delivery:write"

Code = Annotated[str, Form(min_length=1, max_length=64)]
Chosen = Annotated[str, Form(pattern="^(ok|damaged)$")]
Faults = Annotated[list[ServicingKind], Form()]
Note = Annotated[str, Form(max_length=200)]
Asked = Annotated[str, Query(min_length=1, max_length=64)]


class PageReceipt(BaseModel):
    """A receipt that the page's script made: its id, and what it says, which the delivery service checks."""

    model_config = ConfigDict(extra="forbid")

    receipt_id: UUID
    consignment_id: UUID
    scans: list[dict[str, Any]] = Field(max_length=2_000)
    complete: bool = False
    parcel_id: str | None = None


def receive_router(deliveries: Deliveries) -> APIRouter:
    """Returns the routes of `/receive`."""
    router = pages_router("/receive")

    async def choose(request: Request, visitor: Visiting, place: Annotated[str, Query(max_length=64)] = "") -> Response:
        check_council(visitor, "Deliveries")
        if place.strip():
            return RedirectResponse(_at(place.strip()), status_code=303, headers=HEADERS)
        return page(request, visitor, "receive_places.html", waiting=_waiting(await deliveries.today(visitor.token)))

    async def show(request: Request, visitor: Visiting, place: str) -> Response:
        check_council(visitor, "Deliveries")
        seen = await deliveries.at_place(visitor.token, place, now_of(request).date())
        called = next((item.place.called for item in seen.items), place)
        may = visitor.operates and visitor.may(_WRITE)
        return page(request, visitor, "receive.html", seen=seen, place=place, called=called, wording=wording, may_receive=may)

    async def receive(
        request: Request,
        visitor: Operating,
        place: str,
        code: Code,
        condition: Chosen = "ok",
        servicing: Faults = [],  # noqa: B006  (the framework reads it and makes a new one)
        note: Note = "",
    ) -> Response:
        check_council(visitor, "Deliveries")
        faults = [kind.value for kind in servicing] if condition == "ok" else []
        doing = deliveries.receive_code(visitor.token, Reported(place, code.strip(), condition, faults, note))
        done = f"{code.strip()} is {'received' if condition == 'ok' else 'kept as damaged'}."
        return await acted(request, doing, then=_at(place), done=done)

    router.add_api_route("", choose, methods=["GET"])
    router.add_api_route("/{place}", show, methods=["GET"])
    router.add_api_route("/{place}", receive, methods=["POST"])
    _add_routes_of_script(router, deliveries)
    return router


def _add_routes_of_script(router: APIRouter, deliveries: Deliveries) -> None:
    """Adds what the page's own script asks and sends. Refusals of the delivery service are sentences in JSON."""

    async def scan(visitor: Visiting, place: str, code: Asked) -> Response:
        check_council(visitor, "Deliveries")
        return await _as_json(deliveries.scan(visitor.token, place, code))

    async def post_receipt(visitor: Operating, receipt: PageReceipt) -> Response:
        check_council(visitor, "Deliveries")
        body = receipt.model_dump(mode="json", exclude={"receipt_id", "consignment_id"}, exclude_none=True)
        return await _as_json(deliveries.receive(visitor.token, receipt.consignment_id, receipt.receipt_id, body))

    router.add_api_route("/{place}/scans", scan, methods=["GET"])
    router.add_api_route("/{place}/receipts", post_receipt, methods=["POST"])


async def _as_json(doing: Awaitable[object]) -> Response:
    try:
        found = await doing
    except DomainError as error:
        return JSONResponse({"code": error.code, "detail": error.detail}, error.kind.value, headers=dict(HEADERS))
    return JSONResponse(jsonable_encoder(found), headers=dict(HEADERS))


def _at(place: str) -> str:
    return f"/receive/{quote(place, safe='')}"


def _waiting(today: Today) -> list[tuple[str, str, int]]:
    """Returns address, name and number of open consignments of each place that expects something."""
    names = {place.code: place.called for place in today.places}
    waiting = Counter(dict.fromkeys(names, 0))
    for place in today.places:
        waiting[place.code] += place.open
    return [(_at(code), names[code], waiting[code]) for code in names]
