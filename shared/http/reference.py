"""Serves `/docs`, the page that shows a service's OpenAPI document. It loads nothing from elsewhere, so it works offline."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files

from fastapi import APIRouter
from fastapi.responses import Response

from shared.http.policy import PAGE_POLICY

_FILES = {
    "/docs": ("reference.html", "text/html"),
    "/docs/reference.css": ("reference.css", "text/css"),
    "/docs/reference.js": ("reference.js", "text/javascript"),
    "/docs/sending.js": ("sending.js", "text/javascript"),
}


def reference_router() -> APIRouter:
    """Returns the routes of the page and its files, which need no token, like `/openapi.json`."""
    router = APIRouter(include_in_schema=False)
    for path, (name, media_type) in _FILES.items():
        router.add_api_route(path, _file(name, media_type), methods=["GET"])
    return router


def _file(name: str, media_type: str) -> Callable[[], Response]:
    content = files("shared.http").joinpath("static", name).read_bytes()

    def file() -> Response:
        return Response(content, media_type=media_type, headers={**PAGE_POLICY, "Cache-Control": "no-cache"})

    return file
