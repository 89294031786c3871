"""Routes of the connection to the supplier: test it, stop all calls, and have the supplier called again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.suppliers import schemas
from services.suppliers.api.callers import StaffReader, StaffWriter
from services.suppliers.api.paths import SupplierPath
from services.suppliers.domain.reachability import ActKind
from services.suppliers.exchange import Exchange, check_served
from services.suppliers.store import reachability
from services.suppliers.usecases import reaching, withdrawing
from services.suppliers.usecases.testing_connection import try_connection
from shared.acts.noting import note_act
from shared.http.paging import Page, PageQuery
from shared.http.refusals import refusals
from shared.http.repeating import Repeatable

_EACH = ("no-such-supplier", "operations-staff-only")


def connections_router(engine: AsyncEngine, exchange: Exchange) -> APIRouter:
    """`/v1/suppliers/{id}`, its connection: it serves every council, so only operations staff of all councils decide."""
    router = APIRouter(prefix="/v1/suppliers/{supplier_id}", tags=["suppliers"])
    _add_testing(router, engine, exchange)

    async def open_circuit(
        supplier_id: SupplierPath, body: schemas.Reason, caller: StaffWriter, repeatable: Repeatable
    ) -> schemas.ReachabilityView:
        """Stops all calls to the supplier, for every council, until a person closes the circuit; also after a restart.

        What is to be sent waits, and goes out then. The supplier's own pushes are taken all the time.
        """
        check_served(exchange, supplier_id)
        async with repeatable.once(engine, caller) as turn:
            if turn.first:
                await reaching.open_circuit(turn.connection, exchange, actor=caller.subject, reason=body.reason)
            return await view_of(turn.connection, exchange)

    async def close_circuit(
        supplier_id: SupplierPath, body: schemas.Reason, caller: StaffWriter, repeatable: Repeatable
    ) -> schemas.ReachabilityView:
        """Has the supplier called again at once, whether a person opened the circuit or the supplier was not reached."""
        check_served(exchange, supplier_id)
        async with repeatable.once(engine, caller) as turn:
            if turn.first:
                await reaching.close_circuit(turn.connection, exchange, actor=caller.subject, reason=body.reason)
            return await view_of(turn.connection, exchange)

    router.add_api_route("/circuit/open", open_circuit, methods=["POST"], responses=refusals(*_EACH, "circuit-open"))
    router.add_api_route("/circuit/close", close_circuit, methods=["POST"], responses=refusals(*_EACH))
    return router


def _add_testing(router: APIRouter, engine: AsyncEngine, exchange: Exchange) -> None:
    async def test_connection(supplier_id: SupplierPath, body: schemas.Reason, caller: StaffWriter) -> schemas.ConnectionActView:
        """Tries the connection now, step by step, for at most 20 seconds: harmless for the supplier, also beside an open circuit.

        Who tested it, why, and what came back is kept. Each test is one of its own, so it takes no `Idempotency-Key`.
        """
        check_served(exchange, supplier_id)
        async with engine.connect() as connection:
            await withdrawing.check_may_send(connection)
        # No connection to the database is held meanwhile.
        steps = await try_connection(exchange)
        now = exchange.clock.now()
        act = reachability.new_act(ActKind.TESTED, at=now, actor=caller.subject, reason=body.reason, steps=steps)
        async with engine.begin() as connection:
            await reachability.add_act(connection, act)
            await note_act(connection, after={"steps": steps})
        return schemas.connection_act_view(act)

    async def list_acts(
        supplier_id: SupplierPath, _: StaffReader, query: Annotated[PageQuery, Query()]
    ) -> Page[schemas.ConnectionActView]:
        """What people did about the connection, newest first: who, when, why, and the steps of each test."""
        check_served(exchange, supplier_id)
        async with engine.connect() as connection:
            rows = await reachability.page_acts(connection, after=query.after(datetime.fromisoformat, UUID), limit=query.fetched)
        return query.page(rows, keys=lambda row: (row.at, row.id), view=schemas.connection_act_view)

    tested = refusals(*_EACH, "sending-stopped")
    router.add_api_route("/connection-test", test_connection, methods=["POST"], responses=tested)
    router.add_api_route("/connection-acts", list_acts, methods=["GET"], responses=refusals(*_EACH))


async def view_of(connection: AsyncConnection, exchange: Exchange, council: str | None = None) -> schemas.ReachabilityView:
    """Renders whether the supplier is reached and what waits for it; of what waits, a council sees its own."""
    known = await reachability.find(connection, exchange.profile.supplier_id)
    waiting = await reachability.waiting(connection, council)
    return schemas.reachability_view(known, waiting, await reachability.last_sent_at(connection))
