"""`/v1/decisions`: what people decided about trials, suppliers and switches."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.evidence.api.answering import Answering
from services.evidence.api.forms import JSON, QUESTION_REFUSALS, pointing_to, steady
from services.evidence.api.paths import DecisionPath
from services.evidence.domain.decisions import Decision, topic_of
from services.evidence.schemas.decisions import DecisionQuery, DecisionView, NewDecision
from services.evidence.schemas.report import report_view
from services.evidence.store.decisions import DecisionFilter, list_decisions
from services.evidence.usecases.deciding import get_decision, record_decision
from shared.auth import CouncilPrincipal, council_with
from shared.http.paging import Page
from shared.http.refusals import refusals
from shared.http.repeating import Repeatable
from shared.http.representations import tagged_answer

Reader = Annotated[CouncilPrincipal, Depends(council_with("evidence:read"))]
Writer = Annotated[CouncilPrincipal, Depends(council_with("evidence:write"))]

_OF_A_DECISION = (*QUESTION_REFUSALS, "names-none", "in-the-future", "nothing-known")


def decisions_router(engine: AsyncEngine, answering: Answering) -> APIRouter:
    """Returns the routes of decisions."""
    router = APIRouter(prefix="/v1/decisions", tags=["decisions"])

    async def post_decision(caller: Writer, body: NewDecision, repeatable: Repeatable, response: Response) -> DecisionView:
        """Records what a person decided about a trial, a supplier or a switch; it is shown beside their figures from now on.

        The figures of this moment are kept with it. It changes nothing, and can be answered only by another decision.
        """
        async with repeatable.once(steady(engine), caller) as turn:
            if turn.subject is None:
                decided = await _recorded(answering, turn.connection, caller, body)
                turn.subject = str(decided.decision_id)
            else:
                decided, _ = await get_decision(turn.connection, caller.council, UUID(turn.subject))
        response.headers["Location"] = f"/v1/decisions/{decided.decision_id}"
        return DecisionView.model_validate(decided)

    async def list_all(caller: Reader, query: Annotated[DecisionQuery, Query()]) -> Page[DecisionView]:
        """Lists what people of the council decided, the last recorded first."""
        wanted = DecisionFilter(caller.council, **query.filters())
        async with engine.connect() as connection:
            after = query.after(datetime.fromisoformat, UUID)
            rows = await list_decisions(connection, wanted, after=after, limit=query.fetched)
        return query.page(rows, keys=lambda row: (row.recorded_at, row.decision_id), view=DecisionView.model_validate)

    async def get_one(caller: Reader, decision_id: DecisionPath) -> DecisionView:
        """Returns one decision."""
        async with engine.connect() as connection:
            found, _ = await get_decision(connection, caller.council, decision_id)
        return DecisionView.model_validate(found)

    async def get_decision_figures(caller: Reader, decision_id: DecisionPath, request: Request) -> Response:
        """Returns the figures that were kept with a decision, byte for byte: their SHA-256 is its `digest`."""
        async with engine.connect() as connection:
            _, figures = await get_decision(connection, caller.council, decision_id)
        return tagged_answer(request, figures.encode(), JSON)

    router.add_api_route("", post_decision, methods=["POST"], status_code=201, responses=refusals(*_OF_A_DECISION))
    router.add_api_route("", list_all, methods=["GET"], responses=refusals())
    router.add_api_route("/{decision_id}", get_one, methods=["GET"], responses=refusals("no-such-decision"))
    router.add_api_route("/{decision_id}/figures", get_decision_figures, methods=["GET"], responses=refusals("no-such-decision"))
    return router


async def _recorded(answering: Answering, connection: AsyncConnection, caller: CouncilPrincipal, body: NewDecision) -> Decision:
    """Records the decision with the figures of this moment, in the transaction of the request."""
    with pointing_to("/question"):
        asked = await answering.asked(connection, body.question, caller.council)
        topic = topic_of(body.about, asked)
        text = report_view(await answering.report(connection, asked)).figures()
    decided = body.of(caller.council, topic, text, by=caller.subject, at=answering.clock.now())
    await record_decision(connection, decided, text, answering.clock)
    return decided
