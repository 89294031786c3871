"""`/v1/suppliers/{supplier_id}/deaths`: parse, use case, render."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from services.orders import schemas, usecases
from services.orders.api.access import Reader, Writer
from services.orders.api.switches import served_switches
from services.orders.domain.planning import AskedDeath
from shared.auth import CouncilPrincipal
from shared.bus import cause_by, set_cause
from shared.clock import Clock
from shared.contracts.words import SupplierId
from shared.http.headers import IdempotencyKey, required_key
from shared.http.refusals import refusals

SupplierPath = Annotated[SupplierId, Path(max_length=40)]


def deaths_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the routes by which a council declares that a supplier answers no more."""
    router = APIRouter(prefix="/v1/suppliers/{supplier_id}/deaths", tags=["suppliers"])

    async def declare(
        supplier_id: SupplierPath,
        body: schemas.DeathBody,
        caller: Writer,
        response: Response,
        idempotency_key: IdempotencyKey = "",
    ) -> schemas.SwitchView:
        """Declares that a supplier answers this council no more: its open copies are freed without an answer.

        Nothing is sent to it. With `to_supplier`, they are placed again there. It is a switch: `GET /v1/switches/{switch_id}`
        shows its progress. A repetition with the same Idempotency-Key gets the same switch.
        """
        set_cause(cause_by(caller.subject))
        key = required_key(idempotency_key, "death")
        async with engine.begin() as connection:
            wanted = _wanted(supplier_id, body, caller)
            planned = await usecases.declare_dead(connection, wanted, clock, idempotency_key=key, by=caller.subject)
        return await served_switches(clock).planned(engine, planned, caller.council, response)

    async def preview(supplier_id: SupplierPath, body: schemas.DeathBody, caller: Reader) -> schemas.SwitchPreview:
        """Shows what the declaration would do, line by line and summed. Writes nothing; refuses what it would refuse."""
        async with engine.connect() as connection:
            previewed = await usecases.preview_death(connection, _wanted(supplier_id, body, caller), clock)
        asked = AskedDeath.of(supplier_id, body.to_supplier, body.reason, clock.today())
        return schemas.preview_view(asked, previewed.rules, previewed.lines, previewed.sums)

    refused = refusals("no-such-supplier", "not-confirmed", "switch-refused")
    router.add_api_route("", declare, methods=["POST"], status_code=201, responses=refused)
    router.add_api_route("/preview", preview, methods=["POST"], responses=refused)
    return router


def _wanted(supplier_id: str, body: schemas.DeathBody, caller: CouncilPrincipal) -> usecases.DeclareDead:
    return usecases.DeclareDead(caller.council, supplier_id, body.confirm, body.to_supplier, body.reason)
