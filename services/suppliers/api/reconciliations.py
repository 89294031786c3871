"""Routes of reconciliations: compare a supplier's list of open lines with ours."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.suppliers import schemas
from services.suppliers.api.callers import Reader, Writer
from services.suppliers.api.paths import ReconciliationPath
from services.suppliers.contract import OpenLinesFact
from services.suppliers.domain.open_lines_csv import COLUMNS, read_csv
from services.suppliers.domain.reconciliation import ComparedLine, Outcome, Reconciliation
from services.suppliers.exchange import Exchange
from services.suppliers.store import reconciliations
from services.suppliers.usecases.reconciling import reconcile
from shared.auth import Principal
from shared.errors import DomainError, Kind
from shared.http.bodies import described_body
from shared.http.lines import JSON, JSON_LINES, described_lines, lines_answer
from shared.http.paging import Page, PageQuery, number
from shared.http.refusals import refusals
from shared.http.repeating import Repeatable
from shared.http.representations import chosen_form

Council = Annotated[
    str | None,
    Query(max_length=16, description="ISIL of the council the list is for; operations staff must give it", examples=["GB-SFK"]),
]

_CSV = "A header row, then a row for each line; comma, semicolon or tab. Other columns are ignored. " + "; ".join(
    f"`{name}`: {meaning}" for name, meaning in COLUMNS.items()
)
_BODY = described_body(
    {
        "text/csv": {"type": "string", "description": _CSV},
        "application/json": schemas.OpenLinesForm.model_json_schema(),
    }
)

_MADE = refusals("council-not-named", "no-account", "unreadable-list", "unknown-form")


def reconciliations_router(engine: AsyncEngine, exchange: Exchange) -> APIRouter:
    """`/v1/reconciliations`: comparisons of the supplier's open lines with ours."""
    router = APIRouter(prefix="/v1/reconciliations", tags=["reconciliations"])
    _add_reading(router, engine)

    async def add(
        request: Request, caller: Writer, repeatable: Repeatable, response: Response, council: Council = None
    ) -> schemas.ReconciliationView:
        """Compares the supplier's list (CSV or JSON) of a council's open lines with ours, and keeps the result."""
        owner = _owner(exchange, caller, council)
        fact = await _fact(request)
        async with repeatable.once(engine, caller) as turn:
            if turn.subject is None:
                compared = await reconcile(turn.connection, exchange, fact, council=owner, actor=caller.subject)
                turn.subject = str(compared.id)
            else:
                compared = await _visible(turn.connection, UUID(turn.subject), caller)
        response.headers["Location"] = f"/v1/reconciliations/{compared.id}"
        return schemas.reconciliation_view(compared)

    router.add_api_route("", add, methods=["POST"], status_code=201, openapi_extra=_BODY, responses=_MADE)
    return router


def _add_reading(router: APIRouter, engine: AsyncEngine) -> None:
    async def list_all(
        caller: Reader, request: Request, query: Annotated[PageQuery, Query()]
    ) -> Page[schemas.ReconciliationView] | Response:
        """Comparisons, newest first; all from the cursor on with `Accept: application/jsonl`. A council sees its own."""
        fetch = partial(_reconciliations, engine, caller.council)
        if chosen_form(request, (JSON, JSON_LINES)) == JSON_LINES:
            return await lines_answer(fetch, _compared, keys=lambda row: (row.seq,), after=query.after(number))
        rows = await fetch(query.after(number), query.fetched)
        return query.page(rows, keys=lambda row: (row.seq,), view=schemas.reconciliation_view)

    async def get(
        reconciliation_id: ReconciliationPath,
        caller: Reader,
        request: Request,
        query: Annotated[schemas.ComparedLineQuery, Query()],
    ) -> schemas.ReconciliationDetail | Response:
        """One comparison with a page of its lines, only those of `outcome` where it is given.

        With `Accept: application/jsonl`, only the lines, all from the cursor on.
        """
        async with engine.connect() as connection:
            found = await _visible(connection, reconciliation_id, caller)
        after = query.after(partial(number, bits=32))
        fetch = partial(_compared_lines, engine, reconciliation_id, query.outcome)
        if chosen_form(request, (JSON, JSON_LINES)) == JSON_LINES:
            return await lines_answer(fetch, partial(_compared_line, found), keys=lambda row: row[:1], after=after)
        rows = await fetch(after, query.fetched)
        return schemas.reconciliation_detail(found, rows[: query.limit], query.next_cursor(rows, lambda row: row[:1]))

    views, listed = Page[schemas.ReconciliationView], {**described_lines("ReconciliationView"), **refusals("not-acceptable")}
    lines = {**described_lines("ComparedLineView"), **refusals("not-acceptable", "no-such-reconciliation")}
    router.add_api_route("", list_all, methods=["GET"], response_model=views, responses=listed)
    detail = schemas.ReconciliationDetail
    router.add_api_route("/{reconciliation_id}", get, methods=["GET"], response_model=detail, responses=lines)


async def _visible(connection: AsyncConnection, reconciliation_id: UUID, caller: Principal) -> Reconciliation:
    found = await reconciliations.find(connection, reconciliation_id)
    if found is None or caller.council not in (None, found.council):
        raise DomainError("no-such-reconciliation", f"There is no reconciliation {reconciliation_id}.", Kind.NOT_FOUND)
    return found


async def _reconciliations(
    engine: AsyncEngine, council: str | None, after: tuple[int] | None, limit: int
) -> Sequence[Reconciliation]:
    async with engine.connect() as connection:
        return await reconciliations.page(connection, council, after=after, limit=limit)


async def _compared(row: Reconciliation) -> schemas.ReconciliationView:
    return schemas.reconciliation_view(row)


async def _compared_lines(
    engine: AsyncEngine, of: UUID, outcome: Outcome | None, after: tuple[int] | None, limit: int
) -> Sequence[tuple[int, ComparedLine]]:
    async with engine.connect() as connection:
        return await reconciliations.rows_of(connection, of, outcome, after=after, limit=limit)


async def _compared_line(of: Reconciliation, row: tuple[int, ComparedLine]) -> schemas.ComparedLineView:
    return schemas.compared_line_view(*row, compared_at=of.created_at)


def _owner(exchange: Exchange, caller: Principal, council: str | None) -> str:
    """Returns the ISIL of the council that the list is for. Raises DomainError (422)."""
    owner = caller.council or council
    if owner is None or (caller.council is not None and council not in (None, caller.council)):
        detail = "Name the council that the list is for in `council`; a council may only send its own list."
        raise DomainError("council-not-named", detail, Kind.INVALID)
    if owner not in exchange.profile.accounts:
        raise DomainError("no-account", f"{exchange.profile.name} has no account for {owner}.", Kind.INVALID)
    return owner


async def _fact(request: Request) -> OpenLinesFact:
    body = await request.body()
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type == "text/csv":
        return OpenLinesFact("", None, await asyncio.to_thread(read_csv, body))
    if content_type == "application/json":
        try:
            return schemas.OpenLinesForm.model_validate_json(body).to_fact()
        except ValidationError as error:
            raise RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in error.errors()]) from error
    raise DomainError("unknown-form", "Send the list as text/csv or application/json.", Kind.MALFORMED)
