"""Routes of reconciliations: compare a supplier's list of open lines with ours."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncEngine

from services.suppliers import schemas
from services.suppliers.api.callers import Reader, Writer
from services.suppliers.contract import OpenLinesFact
from services.suppliers.domain.open_lines_csv import COLUMNS, read_csv
from services.suppliers.exchange import Exchange
from services.suppliers.store import reconciliations
from services.suppliers.usecases.reconciling import reconcile
from shared.auth import Principal
from shared.errors import DomainError, Kind
from shared.http.bodies import described_body
from shared.http.paging import Page, PageQuery, number

Council = Annotated[str | None, Query(description="ISIL of the council the list is for; operations staff must give it")]

_CSV = "A header row, then a row for each line; comma, semicolon or tab. Other columns are ignored. " + "; ".join(
    f"`{name}`: {meaning}" for name, meaning in COLUMNS.items()
)
_BODY = described_body(
    {
        "text/csv": {"type": "string", "description": _CSV},
        "application/json": schemas.OpenLinesForm.model_json_schema(),
    }
)


def reconciliations_router(engine: AsyncEngine, exchange: Exchange) -> APIRouter:
    """`/v1/reconciliations`: comparisons of the supplier's open lines with ours."""
    router = APIRouter(prefix="/v1/reconciliations", tags=["reconciliations"])

    async def add(request: Request, caller: Writer, council: Council = None) -> schemas.ReconciliationView:
        """Compares the supplier's list (CSV or JSON) of a council's open lines with ours, and keeps the result."""
        owner = _owner(exchange, caller, council)
        fact = await _fact(request)
        async with engine.begin() as connection:
            compared = await reconcile(connection, exchange, fact, council=owner, actor=caller.subject)
        return schemas.reconciliation_view(compared)

    async def list_all(caller: Reader, query: Annotated[PageQuery, Query()]) -> Page[schemas.ReconciliationView]:
        """Comparisons, newest first. A council sees its own."""
        async with engine.connect() as connection:
            rows = await reconciliations.page(connection, caller.council, after=query.after(number), limit=query.fetched)
        return query.page(rows, keys=lambda row: (row.seq,), view=schemas.reconciliation_view)

    async def get(
        reconciliation_id: UUID, caller: Reader, query: Annotated[schemas.ComparedLineQuery, Query()]
    ) -> schemas.ReconciliationDetail:
        """One comparison with a page of its lines, only those of `outcome` where it is given."""
        async with engine.connect() as connection:
            found = await reconciliations.find(connection, reconciliation_id)
            if found is None or caller.council not in (None, found.council):
                detail = f"There is no reconciliation {reconciliation_id}."
                raise DomainError("no-such-reconciliation", detail, Kind.NOT_FOUND)
            after = query.after(partial(number, bits=32))
            rows = await reconciliations.rows_of(connection, reconciliation_id, query.outcome, after=after, limit=query.fetched)
        return schemas.reconciliation_detail(found, rows[: query.limit], query.next_cursor(rows, lambda row: row[:1]))

    router.add_api_route("", add, methods=["POST"], status_code=201, openapi_extra=_BODY)
    router.add_api_route("", list_all, methods=["GET"])
    router.add_api_route("/{reconciliation_id}", get, methods=["GET"])
    return router


def _owner(exchange: Exchange, caller: Principal, council: str | None) -> str:
    """Returns the ISIL of the council that the list is for. Raises DomainError (422)."""
    owner = caller.council or council
    if owner is None or (caller.council is not None and council not in (None, caller.council)):
        detail = "Name the council that the list is for in `council`; a council may only send its own list."
        raise DomainError("no-council", detail, Kind.INVALID)
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
