"""The pages of an order and of one copy: why it waits, what happened across all services, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncEngine

from services.dashboard.domain.orders import LineSeen
from services.dashboard.domain.path import path_of
from services.dashboard.domain.timeline import Sources, Step, narrowed, timeline_of
from services.dashboard.domain.visitors import Visitor
from services.dashboard.domain.waiting import Known, Waiting, state_of_order, waiting_of
from services.dashboard.pages.frame import Visiting, names_of, now_of, page, pages_router
from services.dashboard.store import finding as store
from services.dashboard.usecases.asking import Services
from services.dashboard.usecases.orders import WholeOrder, read_messages, read_order
from shared.errors import no_such


def orders_router(engine: AsyncEngine, services: Services) -> APIRouter:
    """Returns the routes of `/orders/{order_id}` and `/copies/{copy_id}`."""
    router = pages_router()

    async def show(request: Request, visitor: Visiting, order_id: UUID, line: str = "", copy: UUID | None = None) -> Response:
        if visitor.council is None:
            return await _known(request, visitor, engine, services, order_id)
        whole = await _whole(engine, services, visitor, order_id)
        return _shown(request, visitor, whole, line=line, copy_id=copy)

    async def show_copy(request: Request, visitor: Visiting, copy_id: UUID) -> Response:
        async with engine.connect() as connection:
            order_id = await store.order_of_copy(connection, visitor.council, copy_id)
        if order_id is None:
            raise no_such("copy")
        if visitor.council is None:
            return await _known(request, visitor, engine, services, order_id)
        return _copy_shown(request, visitor, await _whole(engine, services, visitor, order_id, copy_id), copy_id)

    router.add_api_route("/orders/{order_id}", show, methods=["GET"])
    router.add_api_route("/copies/{copy_id}", show_copy, methods=["GET"])
    return router


async def _whole(
    engine: AsyncEngine, services: Services, visitor: Visitor, order_id: UUID, copy_id: UUID | None = None
) -> WholeOrder:
    """Returns an order with what all services know of it; with `copy_id`, only the deliveries of that copy."""
    async with engine.connect() as connection:
        consignments = await store.consignments_of(connection, visitor.council, order_id, copy_id)
    return await read_order(services, visitor, order_id, [each.consignment_id for each in consignments])


def _waiting(request: Request, whole: WholeOrder) -> Mapping[str, Sequence[Waiting]]:
    """Returns why each line waits, by its key."""
    known = Known(now_of(request), whole.messages, whole.enquiries, whole.consignments, names_of(request))
    return {line.line_key: waiting_of(whole.order, line, known) for line in whole.order.lines}


def _seen(visitor: Visitor, whole: WholeOrder, waiting: Mapping[str, Sequence[Waiting]]) -> dict[str, Any]:
    """Returns what both pages show of an order."""
    may_act = visitor.operates and visitor.may("orders:write")
    return {"whole": whole, "order": whole.order, "waiting": waiting, "may_act": may_act}


def _steps(request: Request, whole: WholeOrder, line: LineSeen | None, copy_id: UUID | None) -> Sequence[Step]:
    sources = Sources(whole.messages, whole.consignments, whole.files, names_of(request))
    return narrowed(timeline_of(whole.order, sources), line, copy_id)


def _shown(request: Request, visitor: Visitor, whole: WholeOrder, *, line: str, copy_id: UUID | None) -> Response:
    waiting = _waiting(request, whole)
    state = state_of_order(whole.order, waiting)
    chosen = next((each for each in whole.order.lines if each.line_key == line), None)
    steps = _steps(request, whole, chosen, copy_id)
    seen = _seen(visitor, whole, waiting)
    return page(request, visitor, "order.html", **seen, state=state, steps=steps, line_key=line, copy_id=copy_id)


def _copy_shown(request: Request, visitor: Visitor, whole: WholeOrder, copy_id: UUID) -> Response:
    if copy_id not in whole.order.copies:
        raise no_such("copy")
    line, copy = whole.order.copies[copy_id]
    path = path_of(copy, whole.order.reached(copy_id), now_of(request).date(), by_hub=whole.goes_by_hub(copy_id))
    steps = _steps(request, whole, line, copy_id)
    waiting = _waiting(request, whole)
    mine = [each for each in waiting[line.line_key] if copy_id in each.copy_ids]
    values: dict[str, Any] = {"line": line, "copy": copy, "path_of_copy": path, "steps": steps, "mine_waiting": mine}
    return page(request, visitor, "copy.html", **_seen(visitor, whole, waiting), **values)


async def _known(request: Request, visitor: Visitor, engine: AsyncEngine, services: Services, order_id: UUID) -> Response:
    """Shows staff of all councils, whom the order book refuses, what the dashboard's own read model has of an order."""
    async with engine.connect() as connection:
        copies = await store.copies_of(connection, visitor.council, order_id)
        consignments = await store.consignments_of(connection, visitor.council, order_id)
    if not copies:
        raise no_such("order")
    suppliers = list(dict.fromkeys(copy.supplier_id for copy in copies))
    messages = await read_messages(services, visitor.token, order_id, suppliers)
    return page(request, visitor, "order_known.html", copies=copies, consignments=consignments, messages=messages)
