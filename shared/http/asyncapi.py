"""Serves the description of every topic and event, beside each service's own OpenAPI."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from shared.contracts.asyncapi import document


def asyncapi_router() -> APIRouter:
    """`GET /asyncapi.json`, open to everybody as `/openapi.json` is."""
    router = APIRouter(tags=["operations"])
    described = document()

    @router.get("/asyncapi.json", include_in_schema=False)
    async def asyncapi() -> JSONResponse:
        return JSONResponse(described)

    return router
