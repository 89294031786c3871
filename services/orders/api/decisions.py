"""`/v1/decisions`, and the answers to offers below `/v1/orders/{id}/decisions`: parse, use case, render."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from services.orders import schemas, usecases
from services.orders.api.access import Reader, Writer
from services.orders.schemas.decisions import DecisionId
from services.orders.store import decisions as store
from services.orders.store.decisions import DecisionFilter
from services.orders.usecases import AnswerOffer
from shared.auth import CouncilPrincipal
from shared.bus import cause_by, set_cause
from shared.clock import Clock
from shared.contracts.decisions import Answer
from shared.contracts.words import OrderId
from shared.errors import no_such
from shared.http.headers import etag
from shared.http.paging import Page
from shared.http.refusals import refusals
from shared.http.repeating import Attempt, attempt_at
from shared.invoicing.matching import Terms

OrderAttempt = Annotated[Attempt, Depends(attempt_at("order"))]


def decisions_router(engine: AsyncEngine) -> APIRouter:
    """Returns the route that lists decisions about offers."""
    router = APIRouter(prefix="/v1/decisions", tags=["decisions"])

    async def list_decisions(caller: Reader, query: Annotated[schemas.DecisionQuery, Query()]) -> Page[schemas.DecisionView]:
        """Lists suppliers' offers of substitutes and prices, and what became of them, the newest first.

        What else lines ask is in `decisions` of each line: `GET /v1/orders?attention=true` finds their orders.
        """
        wanted, after = DecisionFilter(caller.council, **query.filters()), query.after(datetime.fromisoformat, UUID)
        async with engine.connect() as connection:
            rows = await store.list_decisions(connection, wanted, after=after, limit=query.fetched)
        return query.page(rows, keys=lambda row: (row.asked_at, row.decision_id), view=schemas.decision_view)

    router.add_api_route("", list_decisions, methods=["GET"], responses=refusals())
    return router


def offer_answers_router(engine: AsyncEngine, clock: Clock, terms: Terms) -> APIRouter:
    """Returns the routes that answer offers. `terms`: for invoices that are matched again."""
    router = APIRouter(prefix="/v1/orders/{order_id}/decisions/{decision_id}", tags=["decisions"])

    async def accept(
        order_id: OrderId,
        decision_id: DecisionId,
        body: schemas.Reason,
        caller: Writer,
        attempt: OrderAttempt,
        response: Response,
    ) -> schemas.DecisionAnswered:
        """Accepts an offer: the copies are copies of the substitute from now on, or the line has the offered price.

        The supplier is told where it takes answers; else the line asks you to tell it. A repetition changes nothing.
        """
        by = (caller.council, attempt.version, Answer.ACCEPTED, None, body.reason, caller.subject)
        return await _answer(AnswerOffer(order_id, decision_id, *by), caller, attempt, response)

    async def decline(
        order_id: OrderId,
        decision_id: DecisionId,
        body: schemas.Decline,
        caller: Writer,
        attempt: OrderAttempt,
        response: Response,
    ) -> schemas.DecisionAnswered:
        """Declines an offer: the copies stay on order as they were ordered, or are cancelled. A repetition changes nothing."""
        by = (caller.council, attempt.version, Answer.DECLINED, body.then, body.reason, caller.subject)
        return await _answer(AnswerOffer(order_id, decision_id, *by), caller, attempt, response)

    async def _answer(
        wanted: AnswerOffer, caller: CouncilPrincipal, attempt: Attempt, response: Response
    ) -> schemas.DecisionAnswered:
        set_cause(cause_by(caller.subject))
        async with attempt.repeatable.once(engine, caller) as turn:
            if turn.first:
                await usecases.answer_offer(turn.connection, wanted, clock=clock, terms=terms)
        return await _answered(engine, wanted, response)

    settled = ("no-such-order", "no-such-decision", "decision-settled")
    accepting = refusals(*settled, "copies-replaced", "offer-without-isbn", "offer-lapsed")
    declining = refusals(*settled, "copies-replaced", "too-late-to-cancel")
    router.add_api_route("/accept", accept, methods=["POST"], responses=accepting)
    router.add_api_route("/decline", decline, methods=["POST"], responses=declining)
    return router


async def _answered(engine: AsyncEngine, wanted: AnswerOffer, response: Response) -> schemas.DecisionAnswered:
    async with engine.begin() as connection:
        rows = await store.decisions_of_order(connection, wanted.order_id)
        version = await store.version_of(connection, wanted.order_id, wanted.council)
        accepted = wanted.answer is Answer.ACCEPTED
        warnings = (
            await usecases.warn_of_titles(connection, wanted.order_id, wanted.decision_id, wanted.council) if accepted else []
        )
    row = next((row for row in rows if row.decision_id == wanted.decision_id), None)
    if row is None or version is None:
        raise no_such("decision")
    response.headers["ETag"] = etag(version)
    return schemas.DecisionAnswered(decision=schemas.decision_view(row), warnings=warnings)
