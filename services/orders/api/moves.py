"""`/v1/orders/{order_id}/moves`: parse, use case, render."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from services.orders import schemas, usecases
from services.orders.api.access import Reader, Writer
from services.orders.api.orders import OrderAttempt, view_of_order
from services.orders.domain.moves import MoveCopies, fate_in_words, fate_of
from shared.bus import cause_by, set_cause
from shared.clock import Clock
from shared.contracts.words import OrderId
from shared.http.headers import IfMatchWhereSent, sent_version
from shared.http.refusals import refusals


def moves_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the routes of `/v1/orders/{order_id}/moves`."""
    router = APIRouter(prefix="/v1/orders/{order_id}/moves", tags=["orders"])

    async def move(
        order_id: OrderId, body: schemas.MoveBody, caller: Writer, attempt: OrderAttempt, response: Response
    ) -> schemas.OrderView:
        """Moves copies to another supplier. They are placed there once the first one has cancelled them, or has given them up.

        It is a switch of these copies alone and changes no rule. What asks a person later shows in the line's `attention`.
        """
        set_cause(cause_by(caller.subject))
        wanted = _wanted(order_id, body, caller.council, attempt.version)
        async with attempt.repeatable.once(engine, caller) as turn:
            if turn.first:
                await usecases.move_copies_elsewhere(turn.connection, wanted, clock, by=caller.subject)
        return await view_of_order(engine, order_id, caller.council, response)

    async def preview(
        order_id: OrderId, body: schemas.MoveBody, caller: Reader, if_match: IfMatchWhereSent = ""
    ) -> schemas.MovePreview:
        """Shows what would become of each copy. Changes nothing; refuses what the move would refuse."""
        wanted = _wanted(order_id, body, caller.council, sent_version(if_match))
        async with engine.connect() as connection:
            found = await usecases.movable_copies(connection, wanted)
        suppliers = found.from_supplier, wanted.to_supplier
        # The lock counts a change, which does not come about here.
        version = found.order.version - 1
        fates = ((copy.copy_id, fate_in_words(fate_of(copy, wanted), *suppliers, copy.state)) for copy in found.copies)
        return schemas.move_preview(version, fates)

    refused = refusals("no-such-order", "not-movable")
    router.add_api_route("", move, methods=["POST"], status_code=202, responses=refused)
    router.add_api_route("/preview", preview, methods=["POST"], responses=refused)
    return router


def _wanted(order_id: UUID, body: schemas.MoveBody, council: str, version: int | None) -> MoveCopies:
    copy_ids = tuple(dict.fromkeys(body.copy_ids))
    return MoveCopies(order_id, council, copy_ids, body.to_supplier, body.cancellation_confirmed, version, body.reason)
