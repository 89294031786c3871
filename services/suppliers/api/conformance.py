"""The conformance kit over HTTP: a supplier's files in, a report out. Nothing is kept and nothing applied."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from services.suppliers.api.files import files_of
from services.suppliers.conformance.check import Subject, check
from services.suppliers.conformance.report import Report
from services.suppliers.exchange import Exchange, check_served
from shared.auth import Principal, principal_with

Reader = Annotated[Principal, Depends(principal_with("exchange:read"))]

_BODIES = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"files": {"type": "array", "items": {"type": "string", "format": "binary"}}},
                }
            },
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


def conformance_router(exchange: Exchange, adapter_name: str) -> APIRouter:
    """`/v1/suppliers/{id}/conformance`: what `python -m services.suppliers.conformance` does, for those who have no shell."""
    router = APIRouter(prefix="/v1/suppliers/{supplier_id}", tags=["suppliers"])
    subject = Subject(exchange.adapter, adapter_name)

    async def check_files(supplier_id: str, request: Request, _: Reader) -> Report:
        """Read files as production would and say what would come of them, every order they name taken for granted.

        A body of `multipart/form-data` holds several files, any other is one. Nothing is kept and nothing is applied.
        """
        check_served(exchange, supplier_id)
        files = await files_of(request)
        return await asyncio.to_thread(check, subject, files)

    router.add_api_route("/conformance", check_files, methods=["POST"], openapi_extra=_BODIES)
    return router
