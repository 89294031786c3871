"""`/v1/orders`: parse, use case, render."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import ValidationError
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.orders import schemas, usecases
from services.orders.api.access import Reader, Writer
from services.orders.api.refusals import lenient, refused_document
from services.orders.domain.asked import AskedOrder
from services.orders.store import reading
from services.orders.store.reading import OrderFilter, OrderRows
from services.orders.usecases import Placed, PlaceOrder
from shared.bus import cause_by, set_cause
from shared.clock import Clock
from shared.contracts.words import OrderId
from shared.db.grouped import GroupedCommit
from shared.errors import no_such
from shared.http.bodies import described_body
from shared.http.headers import REPLAYED, IdempotencyKey, IfMatchWhereSent, etag, required_key, sent_version
from shared.http.instants import bounds_of
from shared.http.lines import JSON, JSON_LINES, described_lines, fetching, lines_answer
from shared.http.paging import Page
from shared.http.refusals import refusals
from shared.http.repeating import Attempt, Repeatable, attempt_at
from shared.http.representations import chosen_form

OrderAttempt = Annotated[Attempt, Depends(attempt_at("order"))]
_ORDER_BODY = described_body({"application/json": AskedOrder.model_json_schema()})


def orders_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the route of `/v1/orders` that places one."""
    router = APIRouter(prefix="/v1/orders", tags=["orders"])

    async def write(connection: AsyncConnection, commands: Sequence[PlaceOrder]) -> list[Placed | Exception]:
        return await usecases.place_orders(connection, commands, clock)

    intake: GroupedCommit[PlaceOrder, Placed] = GroupedCommit(engine, write)

    async def place_order(request: Request, caller: Writer, idempotency_key: IdempotencyKey = "") -> Response:
        """Places a purchase order. It is committed before the answer is sent.

        A repetition with the same Idempotency-Key, or the same order number and content, gets the first answer again.
        """
        council = caller.council
        key = required_key(idempotency_key, "order")
        raw = await request.body()
        try:
            asked = AskedOrder.model_validate_json(raw)
        except ValidationError as error:
            async with engine.connect() as connection:
                raise await refused_document(connection, council, error, document=lenient(raw), clock=clock) from error
        command = PlaceOrder(council, key, asked, cause_by(caller.subject))
        placed = await intake.submit(command)
        return await placed_answer(engine, placed, council)

    router.add_api_route(
        "",
        place_order,
        methods=["POST"],
        status_code=201,
        response_model=schemas.OrderReceipt,
        openapi_extra=_ORDER_BODY,
        responses=refusals("order-refused", "duplicate-order-number"),
    )
    return router


def cancellations_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the route of `/v1/orders/{order_id}/cancellations`."""
    router = APIRouter(prefix="/v1/orders", tags=["orders"])

    async def cancel(
        order_id: OrderId, body: schemas.Cancellation, caller: Writer, attempt: OrderAttempt, response: Response
    ) -> schemas.OrderView:
        """Asks the supplier to cancel copies. They change state when it has answered.

        A repetition with the same Idempotency-Key asks nothing again: it gets the order.
        """
        council = caller.council
        wanted = usecases.CancelCopies(order_id, council, tuple(body.copy_ids), attempt.version, body.reason)
        set_cause(cause_by(caller.subject))
        async with attempt.repeatable.once(engine, caller) as turn:
            if turn.first:
                await usecases.request_cancellation(turn.connection, wanted, clock)
        return await view_of_order(engine, order_id, council, response)

    refused = refusals("no-such-order", "not-cancellable")
    router.add_api_route("/{order_id}/cancellations", cancel, methods=["POST"], status_code=202, responses=refused)
    return router


def supplier_told_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the route of `/v1/orders/{id}/supplier-told`."""
    router = APIRouter(prefix="/v1/orders", tags=["orders"])

    async def supplier_told(
        order_id: OrderId,
        body: schemas.SupplierTold,
        caller: Writer,
        repeatable: Repeatable,
        response: Response,
        if_match: IfMatchWhereSent = "",
    ) -> schemas.OrderView:
        """Notes that you told suppliers what these lines asked: places of delivery, answers to offers, enquiries."""
        set_cause(cause_by(caller.subject))
        wanted = usecases.SupplierTold(order_id, caller.council, tuple(body.line_keys), body.reason, sent_version(if_match))
        async with repeatable.once(engine, caller) as turn:
            if turn.first:
                await usecases.note_supplier_told(turn.connection, wanted, clock)
        return await view_of_order(engine, order_id, caller.council, response)

    refused = refusals("no-such-order", "unknown-line")
    router.add_api_route("/{order_id}/supplier-told", supplier_told, methods=["POST"], responses=refused)
    return router


def order_views_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the routes of `/v1/orders` that read: list and read one."""
    router = APIRouter(prefix="/v1/orders", tags=["orders"])

    async def list_orders(
        caller: Reader, request: Request, query: Annotated[schemas.OrderQuery, Query()]
    ) -> Page[schemas.OrderSummary] | Response:
        """Lists orders of the caller's council, newest first. `state`: orders with at least one copy in that state.

        With `Accept: application/jsonl`, all of them from the cursor on, each whole, with its timeline.
        """
        wanted = OrderFilter(caller.council, **bounds_of(query.filters(), clock))
        if chosen_form(request, (JSON, JSON_LINES)) == JSON_LINES:
            return await _whole(engine, wanted, query)
        return await _page(engine, wanted, query)

    async def get_order(order_id: OrderId, caller: Reader, response: Response) -> schemas.OrderView:
        """Returns one order with its copies and full timeline. Send its ETag as `If-Match` with a cancellation."""
        return await view_of_order(engine, order_id, caller.council, response)

    answer, answers = Page[schemas.OrderSummary], {**described_lines("OrderView"), **refusals("not-acceptable")}
    router.add_api_route("", list_orders, methods=["GET"], response_model=answer, responses=answers)
    router.add_api_route("/{order_id}", get_order, methods=["GET"], responses=refusals("no-such-order"))
    return router


async def _load(engine: AsyncEngine, order_id: UUID, council: str) -> OrderRows:
    async with engine.connect() as connection:
        rows = await reading.get_order(connection, order_id, council)
    if rows is None:
        raise no_such("order")
    return rows


async def view_of_order(engine: AsyncEngine, order_id: UUID, council: str, response: Response) -> schemas.OrderView:
    """Returns an order as it is now, with its ETag. Raises DomainError (404) where the council has no such order."""
    rows = await _load(engine, order_id, council)
    response.headers["ETag"] = etag(rows.order.version)
    return schemas.order_view(rows)


async def placed_answer(engine: AsyncEngine, placed: Placed, council: str) -> Response:
    """Returns the answer (201) to an order placed now, or to a repetition of one placed before."""
    headers = {"Location": f"/v1/orders/{placed.order_id}"}
    if placed.order is not None:
        answer = schemas.receipt_of(placed.order, placed.warnings)
    else:
        answer = schemas.receipt(await _load(engine, placed.order_id, council))
        headers |= REPLAYED
    return Response(answer.model_dump_json(), status_code=201, media_type="application/json", headers=headers)


async def _page(engine: AsyncEngine, wanted: OrderFilter, query: schemas.OrderQuery) -> Page[schemas.OrderSummary]:
    async with engine.connect() as connection:
        rows = await reading.list_orders(connection, wanted, after=query.after(datetime.fromisoformat, UUID), limit=query.fetched)
        counts = await reading.state_counts(connection, [row.order_id for row in rows])

    def view(row: RowMapping) -> schemas.OrderSummary:
        return schemas.OrderSummary(**dict(row), copies=counts[row.order_id])

    return query.page(rows, keys=lambda row: (row.placed_at, row.order_id), view=view)


async def _whole(engine: AsyncEngine, wanted: OrderFilter, query: schemas.OrderQuery) -> Response:
    async def line(row: RowMapping) -> schemas.OrderView:
        return schemas.order_view(await _load(engine, row.order_id, wanted.council))

    fetch, after = fetching(engine, reading.list_orders, wanted), query.after(datetime.fromisoformat, UUID)
    return await lines_answer(fetch, line, keys=lambda row: (row.placed_at, row.order_id), after=after)
