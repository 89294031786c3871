"""`/v1/consignments/{id}/receipts`: what a branch or hub unpacked."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from services.delivery import schemas
from services.delivery.store import receipts
from services.delivery.store.receipts import ReceiptAnswer
from services.delivery.usecases import ReceiptRequest, receive
from shared.acts.noting import note_act
from shared.auth import CouncilPrincipal, council_with
from shared.bus import cause_by, set_cause
from shared.clock import Clock
from shared.errors import no_such
from shared.http.headers import REPLAYED, IdempotencyKey, required_key
from shared.http.refusals import refusals

Reader = Annotated[CouncilPrincipal, Depends(council_with("delivery:read"))]
Writer = Annotated[CouncilPrincipal, Depends(council_with("delivery:write"))]


def receipts_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the routes of `/v1/consignments/{id}/receipts`: what a branch or hub unpacked."""
    router = APIRouter(prefix="/v1/consignments", tags=["consignments"])

    async def post_receipt(
        consignment_id: schemas.ConsignmentId,
        body: schemas.ReceiptBody,
        caller: Writer,
        response: Response,
        idempotency_key: IdempotencyKey = "",
    ) -> ReceiptAnswer:
        """Reports what was unpacked. Sent again with the same Idempotency-Key, it gets the first answer.

        A copy scanned twice counts once. With `complete`, what was not scanned is missing. `records_missing` are the titles
        received now whose record the catalogue does not serve yet.
        """
        set_cause(cause_by(caller.subject))
        request = ReceiptRequest(
            council=caller.council,
            consignment_id=consignment_id,
            idempotency_key=required_key(idempotency_key, "receipt"),
            digest=hashlib.sha256(body.model_dump_json().encode()).hexdigest(),
            scans=tuple(scan.scan() for scan in body.scans),
            complete=body.complete,
            parcel_id=body.parcel_id,
        )
        async with engine.begin() as connection:
            applied = await receive(connection, request, clock)
            if not applied.repeated:
                await note_act(connection, after=_received(body, applied.answer))
        response.headers["Location"] = f"/v1/consignments/{consignment_id}/receipts/{applied.answer.receipt_id}"
        if applied.repeated:
            response.headers.update(REPLAYED)
        return applied.answer

    async def get_receipt(consignment_id: schemas.ConsignmentId, receipt_id: schemas.ReceiptId, caller: Reader) -> ReceiptAnswer:
        """Returns what one receipt was answered."""
        async with engine.connect() as connection:
            found = await receipts.find_answer(connection, caller.council, consignment_id, receipt_id)
        if found is None:
            raise no_such("receipt")
        return found

    path, refused = "/{consignment_id}/receipts", refusals("no-such-consignment", "no-such-item", "consignment-moved")
    router.add_api_route(path, post_receipt, methods=["POST"], status_code=201, responses=refused)
    router.add_api_route(f"{path}/{{receipt_id}}", get_receipt, methods=["GET"], responses=refusals("no-such-receipt"))
    return router


def _received(body: schemas.ReceiptBody, answer: ReceiptAnswer) -> dict[str, object]:
    """Returns what the audit trail keeps of a receipt: how many copies it changed to which state, and what was wrong."""
    return {
        "state": answer.state,
        "scans": len(body.scans),
        "complete": body.complete,
        "copies": Counter(item.state.value for item in answer.items),
        "discrepancies": Counter(found.kind.value for found in answer.discrepancies),
    }
