"""The conformance kit over HTTP: checks a supplier's files and returns a report. Keeps and applies nothing."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request

from services.suppliers.api.callers import Reader
from services.suppliers.api.files import MOST_FILES, files_of
from services.suppliers.api.paths import SupplierPath
from services.suppliers.conformance.check import Subject, check
from services.suppliers.conformance.report import Report
from services.suppliers.exchange import Exchange, check_served
from shared.http.bodies import described_body
from shared.http.refusals import refusals

_FILE = {"type": "string", "format": "binary", "description": "One file, byte for byte"}
_MOST = f"1 to {MOST_FILES} files, each a part with a file name"
_FILES = {"type": "array", "items": _FILE, "minItems": 1, "maxItems": MOST_FILES, "description": _MOST}
_BODIES = described_body(
    {
        "multipart/form-data": {"type": "object", "required": ["files"], "properties": {"files": _FILES}},
        "application/octet-stream": _FILE,
    }
)

_ANSWERS = refusals("no-such-supplier", "not-multipart", "no-files")


def conformance_router(exchange: Exchange, adapter_name: str) -> APIRouter:
    """`/v1/suppliers/{id}/conformance`: what `python -m services.suppliers.conformance` does, for people without a shell."""
    router = APIRouter(prefix="/v1/suppliers/{supplier_id}", tags=["suppliers"])

    async def check_files(supplier_id: SupplierPath, request: Request, _: Reader) -> Report:
        """Reads files as production would and reports the result, assuming that every order they name exists.

        A body of `multipart/form-data` holds several files, any other body is one file. Nothing is kept or applied.
        """
        check_served(exchange, supplier_id)
        files = await files_of(request)
        subject = Subject(exchange.adapter, adapter_name, received=exchange.clock.today())
        return await asyncio.to_thread(check, subject, files)

    router.add_api_route("/conformance", check_files, methods=["POST"], openapi_extra=_BODIES, responses=_ANSWERS)
    return router
