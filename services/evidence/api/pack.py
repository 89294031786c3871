"""`/v1/departures/{supplier_id}/pack`: everything between a council and a supplier as one ZIP file."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from sqlalchemy.ext.asyncio import AsyncEngine

from services.evidence.api.departures import Reader
from services.evidence.api.paths import SupplierPath
from services.evidence.packs import Owners, Statement, prepare
from services.evidence.schemas.departures import departure_view, statement_csv
from services.evidence.usecases.leaving import read_departure
from shared.clock import Clock
from shared.http.refusals import refusals

_ZIP = "application/zip"
_FORMS: dict[int | str, dict[str, Any]] = {
    200: {"content": {_ZIP: {}}},
    **refusals("no-such-supplier", "owner-without-address", "unreachable"),
}


def pack_router(engine: AsyncEngine, clock: Clock, owners: Owners) -> APIRouter:
    """Returns the route of evidence packs."""
    router = APIRouter(prefix="/v1/departures/{supplier_id}", tags=["departures"])

    async def get_pack(caller: Reader, supplier_id: SupplierPath, request: Request) -> StreamingResponse:
        """Returns a ZIP file with orders, timelines, messages, invoices, receipts and reconciliations of council and supplier.

        The services that own the facts are asked with the caller's token: it needs `orders:read`, `delivery:read` and
        `exchange:read`, too, and must be valid until the end. 503 where one of them is down. An answer that breaks off is not
        whole: its last file, `SHA256SUMS`, is missing.
        """
        async with engine.connect() as connection:
            found = await read_departure(connection, caller.council, supplier_id, clock)
        now = clock.now()
        statement = Statement(departure_view(found, now), statement_csv(found))
        _, _, token = request.headers["authorization"].partition(" ")
        pack = await prepare(owners, statement, made_by=caller.subject, made_at=now, token=token)
        headers = {"Content-Disposition": f'attachment; filename="{pack.name}.zip"', "Cache-Control": "private, no-store"}
        return StreamingResponse(pack.parts(token), media_type=_ZIP, headers=headers)

    router.add_api_route("/pack", get_pack, methods=["GET"], response_class=StreamingResponse, responses=_FORMS)
    return router
