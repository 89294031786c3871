"""`/v1/invoices`: parse, use case, render."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncEngine

from services.orders import schemas, usecases
from services.orders.api.access import AnyReader, Writer
from services.orders.store import invoice_reading
from services.orders.store.invoice_reading import InvoiceFilter, InvoiceRows
from shared.auth import CouncilPrincipal
from shared.bus import cause_by, set_cause
from shared.clock import Clock
from shared.contracts.words import InvoiceId
from shared.errors import no_such
from shared.http.headers import etag
from shared.http.lines import JSON, JSON_LINES, described_lines, fetching, lines_answer
from shared.http.paging import Page
from shared.http.refusals import refusals
from shared.http.repeating import Attempt, attempt_at
from shared.http.representations import chosen_form
from shared.invoicing.matching import Terms

InvoiceAttempt = Annotated[Attempt, Depends(attempt_at("invoice"))]


def invoices_router(engine: AsyncEngine) -> APIRouter:
    """Returns the routes of `/v1/invoices` that read: list and read one."""
    router = APIRouter(prefix="/v1/invoices", tags=["invoices"])

    async def list_invoices(
        caller: AnyReader, request: Request, query: Annotated[schemas.InvoiceQueryParameters, Query()]
    ) -> Page[schemas.InvoiceSummary] | Response:
        """Lists invoices and credit notes of the caller's council, or of all councils for operations staff; newest first.

        With `Accept: application/jsonl`, all of them from the cursor on, each whole, with its lines, costs and history.
        """
        wanted = InvoiceFilter(caller.council, **query.filters())
        form = chosen_form(request, (JSON, JSON_LINES))
        fetch, after = fetching(engine, invoice_reading.list_invoices, wanted), query.after(datetime.fromisoformat, UUID)
        if form == JSON_LINES:
            return await lines_answer(fetch, partial(_line, engine, wanted.council), keys=_keys, after=after)
        return query.page(await fetch(after, query.fetched), keys=_keys, view=schemas.invoice_summary)

    async def get_invoice(invoice_id: InvoiceId, caller: AnyReader, response: Response) -> schemas.InvoiceView:
        """Returns one invoice with its lines, costs, queries and history. Send its ETag as `If-Match` with a decision."""
        return await _view(engine, invoice_id, caller.council, response)

    answer, answers = Page[schemas.InvoiceSummary], {**described_lines("InvoiceView"), **refusals("not-acceptable")}
    router.add_api_route("", list_invoices, methods=["GET"], response_model=answer, responses=answers)
    router.add_api_route("/{invoice_id}", get_invoice, methods=["GET"], responses=refusals("no-such-invoice"))
    return router


def invoice_decisions_router(engine: AsyncEngine, clock: Clock, terms: Terms) -> APIRouter:
    """Returns the routes of `/v1/invoices` that decide about queried ones."""
    router = APIRouter(prefix="/v1/invoices", tags=["invoices"])

    async def accept(
        invoice_id: InvoiceId, body: schemas.Reason, caller: Writer, attempt: InvoiceAttempt, response: Response
    ) -> schemas.InvoiceView:
        """Accepts a queried invoice: it counts as it is. Costs for which no copy can be charged are kept without a copy.

        A repetition with the same Idempotency-Key changes nothing: it gets the invoice.
        """
        decision = _decision(invoice_id, body, caller, attempt)
        async with attempt.repeatable.once(engine, caller) as turn:
            if turn.first:
                await usecases.accept_invoice(turn.connection, decision, clock=clock, terms=terms)
        return await _view(engine, invoice_id, decision.council, response)

    async def reject(
        invoice_id: InvoiceId, body: schemas.Reason, caller: Writer, attempt: InvoiceAttempt, response: Response
    ) -> schemas.InvoiceView:
        """Rejects a queried invoice: it never counts. A repetition changes nothing, as for an acceptance."""
        decision = _decision(invoice_id, body, caller, attempt)
        async with attempt.repeatable.once(engine, caller) as turn:
            if turn.first:
                await usecases.reject_invoice(turn.connection, decision, clock=clock)
        return await _view(engine, invoice_id, decision.council, response)

    refused = refusals("no-such-invoice", "invoice-settled")
    router.add_api_route("/{invoice_id}/accept", accept, methods=["POST"], responses=refused)
    router.add_api_route("/{invoice_id}/reject", reject, methods=["POST"], responses=refused)
    return router


def _decision(invoice_id: UUID, body: schemas.Reason, caller: CouncilPrincipal, attempt: Attempt) -> usecases.InvoiceDecision:
    set_cause(cause_by(caller.subject))
    return usecases.InvoiceDecision(invoice_id, caller.council, attempt.version, body.reason)


async def _load(engine: AsyncEngine, invoice_id: UUID, council: str | None) -> InvoiceRows:
    async with engine.connect() as connection:
        rows = await invoice_reading.get_invoice(connection, invoice_id, council)
    if rows is None:
        raise no_such("invoice")
    return rows


async def _view(engine: AsyncEngine, invoice_id: UUID, council: str | None, response: Response) -> schemas.InvoiceView:
    rows = await _load(engine, invoice_id, council)
    response.headers["ETag"] = etag(rows.invoice.version)
    return schemas.invoice_view(rows)


async def _line(engine: AsyncEngine, council: str | None, row: RowMapping) -> schemas.InvoiceView:
    return schemas.invoice_view(await _load(engine, row.invoice_id, council))


def _keys(row: RowMapping) -> tuple[datetime, UUID]:
    return row.received_at, row.invoice_id
