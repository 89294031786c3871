"""Serves the AsyncAPI document of all topics and events, next to the service's own OpenAPI."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from shared.contracts.asyncapi import document


def asyncapi_router() -> APIRouter:
    """Returns the router of `GET /asyncapi.json`, which needs no token, like `/openapi.json`."""
    router = APIRouter(tags=["operations"])
    described = document()

    @router.get("/asyncapi.json", include_in_schema=False)
    async def asyncapi() -> JSONResponse:
        return JSONResponse(described)

    return router
