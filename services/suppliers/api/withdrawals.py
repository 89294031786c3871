"""Routes by which operations staff withdraw the secrets shared with the supplier, and restore them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from services.suppliers import schemas
from services.suppliers.api.callers import StaffReader, StaffWriter
from services.suppliers.api.paths import SupplierPath, WithdrawalPath
from services.suppliers.exchange import Exchange, check_served
from services.suppliers.store import withdrawals
from services.suppliers.usecases import withdrawing
from shared.http.headers import IfMatchWhereSent, check_match
from shared.http.paging import Page, PageQuery
from shared.http.refusals import refusals
from shared.http.repeating import Repeatable
from shared.http.representations import tag_of_view

_EACH = ("no-such-supplier", "operations-staff-only")


def withdrawals_router(engine: AsyncEngine, exchange: Exchange) -> APIRouter:
    """`/v1/suppliers/{id}/withdrawals`: for the supplier as a whole, so only for operations staff of all councils."""
    router = APIRouter(prefix="/v1/suppliers/{supplier_id}/withdrawals", tags=["suppliers"])
    _add_reading(router, engine, exchange)

    async def withdraw(
        supplier_id: SupplierPath, body: schemas.NewWithdrawal, caller: StaffWriter, repeatable: Repeatable, response: Response
    ) -> schemas.WithdrawalView:
        """Withdraws the supplier's secrets, for every council: its pushes are kept and refused, and nothing is sent or fetched.

        Refused (409) while councils still have open lines, unless `despite_open_lines`. Sourcing rules are the councils' own:
        see that none names the supplier any more.
        """
        check_served(exchange, supplier_id)
        asked = withdrawing.Withdraw(body.confirm, body.despite_open_lines, caller.subject, body.reason)
        async with repeatable.once(engine, caller) as turn:
            if turn.subject is None:
                made = await withdrawing.withdraw(turn.connection, exchange, asked)
                turn.subject = str(made.id)
            else:
                made = await withdrawing.get(turn.connection, UUID(turn.subject))
        response.headers["Location"] = f"/v1/suppliers/{supplier_id}/withdrawals/{made.id}"
        return schemas.withdrawal_view(made)

    async def restore(
        supplier_id: SupplierPath,
        withdrawal_id: WithdrawalPath,
        body: schemas.Reason,
        caller: StaffWriter,
        repeatable: Repeatable,
        if_match: IfMatchWhereSent = "",
    ) -> schemas.WithdrawalView:
        """Lets the secrets count again. Messages that ended as `withdrawn` stay so, until a person replays each."""
        check_served(exchange, supplier_id)
        async with repeatable.once(engine, caller) as turn:
            found = await withdrawing.get(turn.connection, withdrawal_id)
            if turn.first:
                check_match(if_match, tag_of_view(schemas.withdrawal_view(found)), "withdrawal")
                found = await withdrawing.restore(turn.connection, exchange, found.id, actor=caller.subject, reason=body.reason)
            return schemas.withdrawal_view(found)

    withdrawn = refusals(*_EACH, "not-confirmed", "lines-still-open", "already-withdrawn")
    router.add_api_route("", withdraw, methods=["POST"], status_code=201, responses=withdrawn)
    router.add_api_route("/{withdrawal_id}/restore", restore, methods=["POST"], responses=refusals(*_EACH, "no-such-withdrawal"))
    return router


def _add_reading(router: APIRouter, engine: AsyncEngine, exchange: Exchange) -> None:
    async def list_all(
        supplier_id: SupplierPath, _: StaffReader, query: Annotated[PageQuery, Query()]
    ) -> Page[schemas.WithdrawalView]:
        """Withdrawals, newest first: who, when and why, and who restored the secrets."""
        check_served(exchange, supplier_id)
        async with engine.connect() as connection:
            after = query.after(datetime.fromisoformat, UUID)
            rows = await withdrawals.page(connection, after=after, limit=query.fetched)
        return query.page(rows, keys=lambda row: (row.withdrawn_at, row.id), view=schemas.withdrawal_view)

    async def get(
        supplier_id: SupplierPath, withdrawal_id: WithdrawalPath, _: StaffReader, response: Response
    ) -> schemas.WithdrawalView:
        """One withdrawal."""
        check_served(exchange, supplier_id)
        async with engine.connect() as connection:
            view = schemas.withdrawal_view(await withdrawing.get(connection, withdrawal_id))
        response.headers["ETag"] = tag_of_view(view)
        return view

    router.add_api_route("", list_all, methods=["GET"], responses=refusals(*_EACH))
    router.add_api_route("/{withdrawal_id}", get, methods=["GET"], responses=refusals(*_EACH, "no-such-withdrawal"))
