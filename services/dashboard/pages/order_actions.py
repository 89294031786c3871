"""What a person does about an order on its page: cancel, chase, move, decide. Each is asked of the order book as that person."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from services.dashboard.domain import links
from services.dashboard.pages.frame import Operating, Reason, Version, acted, names_of, page, pages_router, turned_back
from services.dashboard.usecases.asking import Services
from services.dashboard.usecases.orders import Chosen, Move, OrderBook, SaysOtherwise
from shared.errors import DomainError, Kind

_PREFIX = "/orders/{order_id}"

CopyIds = Annotated[list[UUID], Form(max_length=500)]
LineKey = Annotated[str, Form(min_length=1, max_length=22)]
Enquiry = Annotated[Literal["status", "short", "damaged"], Form()]
Answer = Annotated[Literal["accept", "keep", "cancel"], Form()]
SwitchAnswer = Annotated[Literal["place_anew", "leave"], Form()]

_ANSWERED = {
    "accept": "Accepted: the supplier is told.",
    "keep": "Declined: what was ordered stays on order.",
    "cancel": "Declined: the supplier is asked to cancel the copies.",
}
_SWITCHED = {
    "place_anew": "Placed with the other supplier.",
    "leave": "Left where they are.",
}


def _chosen(order_id: UUID, reason: Reason = "", copy_id: CopyIds = []) -> Chosen:  # noqa: B006 # a form's field
    """Returns the copies that a form names. Raises DomainError (422) where none is ticked."""
    if not copy_id:
        raise DomainError(
            "nothing-chosen", "No copy is ticked. Go back, tick the copies that you mean, and try again.", Kind.INVALID
        )
    return Chosen(order_id, copy_id, reason)


def _back(order_id: UUID, on_copy: Annotated[UUID | None, Form()] = None) -> str:
    """Returns where the form was, to which the person returns: the page of the order, or of one copy of it."""
    return links.order(order_id) if on_copy is None else links.copy(on_copy)


ChosenCopies = Annotated[Chosen, Depends(_chosen)]
Back = Annotated[str, Depends(_back)]


def copy_actions_router(services: Services) -> APIRouter:
    """Returns the routes of what is done about chosen copies of an order."""
    router = pages_router(_PREFIX)

    async def cancel(request: Request, visitor: Operating, chosen: ChosenCopies, version: Version, back: Back) -> Response:
        doing = OrderBook(services, visitor.token).cancel(chosen, version)
        done = "The supplier is asked to cancel. The copies change when it has answered."
        return await acted(request, doing, then=back, done=done)

    async def chase(request: Request, visitor: Operating, chosen: ChosenCopies, back: Back, kind: Enquiry = "status") -> Response:
        doing = OrderBook(services, visitor.token).chase(chosen, kind)
        return await acted(request, doing, then=back, done="The supplier is asked. Its answer shows here.")

    async def preview(
        request: Request,
        visitor: Operating,
        chosen: ChosenCopies,
        back: Back,
        to_supplier: Annotated[str, Form(max_length=40)] = "",
        confirmed: Annotated[bool, Form()] = False,
    ) -> Response:
        move = Move(chosen, to_supplier, confirmed)
        try:
            preview = await OrderBook(services, visitor.token).preview_move(move)
        except DomainError as error:
            return await turned_back(request, error, then=back)
        return page(request, visitor, "order_move.html", move=move, preview=preview, back=back, otherwise=False)

    async def move(
        request: Request,
        visitor: Operating,
        chosen: ChosenCopies,
        to_supplier: Annotated[str, Form(max_length=40)],
        shown: Annotated[str, Form(max_length=64)],
        confirmed: Annotated[bool, Form()] = False,
    ) -> Response:
        wanted, back = Move(chosen, to_supplier, confirmed), links.order(chosen.order_id)
        done = f"The move to {names_of(request).of(to_supplier)} has begun. Each line says what it waits for."
        try:
            return await acted(request, OrderBook(services, visitor.token).move(wanted, shown), then=back, done=done)
        except SaysOtherwise as error:
            return page(request, visitor, "order_move.html", move=wanted, preview=error.preview, back=back, otherwise=True)

    router.add_api_route("/cancel", cancel, methods=["POST"])
    router.add_api_route("/chase", chase, methods=["POST"])
    router.add_api_route("/move", preview, methods=["POST"])
    router.add_api_route("/move/now", move, methods=["POST"])
    router.add_api_route("/{action}", _returned, methods=["GET"])
    return router


def line_actions_router(services: Services) -> APIRouter:
    """Returns the routes of what is decided about a line of an order."""
    router = pages_router(_PREFIX)

    async def answer(
        request: Request,
        visitor: Operating,
        order_id: UUID,
        decision_id: UUID,
        version: Version,
        then: Answer,
        reason: Reason = "",
    ) -> Response:
        book = OrderBook(services, visitor.token)
        doing = book.answer_offer(order_id, decision_id, version, then=then, reason=reason)
        return await acted(request, doing, then=links.order(order_id), done=_ANSWERED[then])

    async def told(request: Request, visitor: Operating, order_id: UUID, line_key: LineKey, reason: Reason = "") -> Response:
        doing = OrderBook(services, visitor.token).supplier_told(order_id, line_key, reason)
        return await acted(request, doing, then=links.order(order_id), done="Noted: the supplier was told.")

    async def decide_switch(
        request: Request,
        visitor: Operating,
        order_id: UUID,
        switch_id: UUID,
        line_key: LineKey,
        decision: SwitchAnswer,
        reason: Reason = "",
    ) -> Response:
        doing = OrderBook(services, visitor.token).decide_switch(switch_id, line_key, decision=decision, reason=reason)
        return await acted(request, doing, then=links.order(order_id), done=_SWITCHED[decision])

    router.add_api_route("/decisions/{decision_id}", answer, methods=["POST"])
    router.add_api_route("/supplier-told", told, methods=["POST"])
    router.add_api_route("/switches/{switch_id}", decide_switch, methods=["POST"])
    return router


async def _returned(order_id: UUID) -> Response:
    """Leads whoever loads the address of a form again to the page that it is on."""
    return RedirectResponse(links.order(order_id), status_code=303)
