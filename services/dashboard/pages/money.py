"""The pages of money: all invoices, one beside the orders that it charges for, and what staff decide about it."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from services.dashboard.domain.invoices import STATES, about_all, verdict_on_invoice, verdict_on_money
from services.dashboard.pages.frame import Operating, Reason, Version, Visiting, acted, page, pages_router
from services.dashboard.pages.narrowing import Narrowed, narrowed
from services.dashboard.usecases.invoices import Invoices, Verdicts

Decision = Annotated[Literal["accept", "reject"], Form()]
_DONE = {"accept": "Accepted: it counts as it is.", "reject": "Rejected: it never counts. Ask the supplier for another."}


def money_router(invoices: Invoices) -> APIRouter:
    """Returns the routes of `/money` and `/invoices`."""
    router = pages_router()

    async def show_all(
        request: Request,
        visitor: Visiting,
        supplier_id: Narrowed = "",
        state: Narrowed = "",
        invoice_number: Narrowed = "",
        cursor: str = "",
    ) -> Response:
        filters = narrowed(supplier_id=supplier_id, state=state, invoice_number=invoice_number)
        seen = await invoices.list(visitor.token, filters=filters, cursor=cursor)
        verdict = verdict_on_money(seen.waiting, more=seen.more_wait)
        return page(request, visitor, "money.html", seen=seen, verdict=verdict, filters=filters, cursor=cursor, states=STATES)

    async def show(request: Request, visitor: Visiting, invoice_id: UUID) -> Response:
        seen = await invoices.read(invoice_id, visitor.token)
        verdict = verdict_on_invoice(seen.invoice)
        asked = about_all(seen.invoice)
        return page(
            request, visitor, "invoice.html", seen=seen, verdict=verdict, about_all=asked, invoice=seen.invoice, states=STATES
        )

    async def decide(
        request: Request,
        visitor: Operating,
        invoice_id: UUID,
        decision: Decision,
        version: Version,
        reason: Reason = "",
    ) -> Response:
        doing = invoices.decide(invoice_id, visitor.token, Verdicts(decision, version, reason))
        return await acted(request, doing, then=f"/invoices/{invoice_id}", done=_DONE[decision])

    router.add_api_route("/money", show_all, methods=["GET"])
    router.add_api_route("/invoices/{invoice_id}", show, methods=["GET"])
    router.add_api_route("/invoices/{invoice_id}", decide, methods=["POST"])
    return router
