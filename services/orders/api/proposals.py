"""`/v1/proposals`: parse, use case, render."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.orders import schemas, usecases
from services.orders.api.access import Reader, Writer
from services.orders.api.orders import placed_answer
from services.orders.api.proposal_faults import as_proposed, faults_of
from services.orders.api.refusals import lenient, refused_document
from services.orders.domain.asked import AskedOrder
from services.orders.domain.proposals import Acceptance, Proposal, ProposalState, asked_for
from services.orders.store import proposals as store
from services.orders.store.history import history_of
from services.orders.store.proposals import ProposalFilter
from shared.bus import cause_by, set_cause
from shared.clock import Clock
from shared.errors import no_such
from shared.http.bodies import described_body
from shared.http.headers import IdempotencyKey, IfMatchWhereSent, check_match, required_key
from shared.http.paging import Page
from shared.http.refusals import refusals
from shared.http.repeating import Repeatable
from shared.http.representations import tag_of_view

_ACCEPTANCE_BODY = described_body({"application/json": Acceptance.model_json_schema()})
_SETTLED = ("no-such-proposal", "proposal-settled")


def proposals_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the routes of `/v1/proposals` that read: list the orders that suppliers propose, and read one."""
    router = APIRouter(prefix="/v1/proposals", tags=["proposals"])

    async def list_proposals(caller: Reader, query: Annotated[schemas.ProposalQuery, Query()]) -> Page[schemas.ProposalSummary]:
        """Lists proposals for the caller's council, newest first."""
        wanted = ProposalFilter(caller.council, **query.filters())
        return await _page(engine, wanted, query)

    async def get_proposal(proposal_id: schemas.ProposalId, caller: Reader, response: Response) -> schemas.ProposalView:
        """Returns one proposal, with every fault that prevents ordering it as it is."""
        return await _view(engine, proposal_id, caller.council, clock, response)

    router.add_api_route("", list_proposals, methods=["GET"], responses=refusals())
    router.add_api_route("/{proposal_id}", get_proposal, methods=["GET"], responses=refusals("no-such-proposal"))
    return router


def proposal_decisions_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the routes of `/v1/proposals` that decide: accept and decline."""
    router = APIRouter(prefix="/v1/proposals", tags=["proposals"])

    async def accept(
        proposal_id: schemas.ProposalId,
        request: Request,
        caller: Writer,
        idempotency_key: IdempotencyKey = "",
        if_match: IfMatchWhereSent = "",
    ) -> Response:
        """Orders a proposal, with the rules and answers of `POST /v1/orders`."""
        council, key, raw = caller.council, required_key(idempotency_key, "order"), await request.body()
        cause = cause_by(caller.subject)
        async with engine.begin() as connection:
            proposal = await _load(connection, proposal_id, council)
            acceptance, asked = await _read(connection, proposal, raw=raw, clock=clock)
            await _check_match(connection, proposal, if_match, clock)
            command = usecases.AcceptProposal(proposal_id, council, key, acceptance, asked, cause)
            placed = await usecases.accept_proposal(connection, command, clock)
        return await placed_answer(engine, placed, council)

    async def decline(
        proposal_id: schemas.ProposalId,
        body: schemas.Reason,
        caller: Writer,
        repeatable: Repeatable,
        response: Response,
        if_match: IfMatchWhereSent = "",
    ) -> schemas.ProposalView:
        """Declines a proposal: nothing is ordered."""
        set_cause(cause_by(caller.subject))
        council = caller.council
        async with repeatable.once(engine, caller) as turn:
            if turn.first:
                await _check_match(turn.connection, await _load(turn.connection, proposal_id, council), if_match, clock)
                await usecases.decline_proposal(turn.connection, proposal_id, council, reason=body.reason, clock=clock)
        return await _view(engine, proposal_id, council, clock, response)

    router.add_api_route(
        "/{proposal_id}/accept",
        accept,
        methods=["POST"],
        status_code=201,
        response_model=schemas.OrderReceipt,
        openapi_extra=_ACCEPTANCE_BODY,
        responses=refusals(*_SETTLED, "order-refused", "duplicate-order-number", "sourced-elsewhere"),
    )
    router.add_api_route("/{proposal_id}/decline", decline, methods=["POST"], responses=refusals(*_SETTLED))
    return router


async def _read(connection: AsyncConnection, proposal: Proposal, *, raw: bytes, clock: Clock) -> tuple[Acceptance, AskedOrder]:
    """Reads the acceptance in a body and the order it results in. Raises DomainError with every fault of both."""
    try:
        acceptance = Acceptance.model_validate_json(raw)
    except ValidationError as error:
        raise await refused_document(connection, proposal.council, error, document=lenient(raw), clock=clock) from error
    return acceptance, asked_for(acceptance) or await as_proposed(connection, proposal, acceptance.order_number, clock)


async def _load(connection: AsyncConnection, proposal_id: UUID, council: str) -> Proposal:
    proposal = await store.get_proposal(connection, proposal_id, council)
    if proposal is None:
        raise no_such("proposal")
    return proposal


async def _view(engine: AsyncEngine, proposal_id: UUID, council: str, clock: Clock, response: Response) -> schemas.ProposalView:
    async with engine.connect() as connection:
        view = await _shown(connection, await _load(connection, proposal_id, council), clock)
    response.headers["ETag"] = tag_of_view(view)
    return view


async def _shown(connection: AsyncConnection, proposal: Proposal, clock: Clock) -> schemas.ProposalView:
    faults = await faults_of(connection, proposal, clock)
    return schemas.proposal_view(proposal, faults, await history_of(connection, proposal.proposal_id))


async def _check_match(connection: AsyncConnection, proposal: Proposal, if_match: str, clock: Clock) -> None:
    """Refuses (412) a decision about an open proposal of which the caller had read another version. Others are repetitions."""
    if if_match and proposal.state is ProposalState.OPEN:
        check_match(if_match, tag_of_view(await _shown(connection, proposal, clock)), "proposal")


async def _page(engine: AsyncEngine, wanted: ProposalFilter, query: schemas.ProposalQuery) -> Page[schemas.ProposalSummary]:
    async with engine.connect() as connection:
        after = query.after(datetime.fromisoformat, UUID)
        rows = await store.list_proposals(connection, wanted, after=after, limit=query.fetched)
    return query.page(rows, keys=lambda row: (row.received_at, row.proposal_id), view=schemas.proposal_summary)
