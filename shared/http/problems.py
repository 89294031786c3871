"""Renders all errors of the APIs as RFC 9457 problem details."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from http import HTTPStatus
from typing import TYPE_CHECKING

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from shared.errors import DomainError, Fault, Kind, validation_faults
from shared.http.common_problems import INTERNAL_ERROR, INVALID_REQUEST, MALFORMED_JSON
from shared.http.paths import methods_at
from shared.http.problem_kinds import ProblemKind
from shared.http.requests import id_headers, request_id

if TYPE_CHECKING:
    from shared.http.refusals import Refusals

MEDIA_TYPE = "application/problem+json"
# For every answer that is no page; here because problems are also answered where no middleware runs.
DATA_POLICY = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
log = structlog.get_logger(__name__)


def problem(
    kind: ProblemKind, detail: str, faults: Sequence[Fault] = (), headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """Renders a problem document. Its `type` is the page of its kind, its `instance` the request that is being answered."""
    body: dict[str, object] = {
        "type": kind.path,
        "title": kind.title,
        "status": kind.status,
        "code": kind.code,
        "detail": detail,
    }
    if (request := request_id()) is not None:
        body["instance"] = f"urn:uuid:{request}"
    if faults:
        body["errors"] = [asdict(fault) for fault in faults]
    policy = {**DATA_POLICY, **id_headers(), **(headers or {})}
    return JSONResponse(body, status_code=kind.status, media_type=MEDIA_TYPE, headers=policy)


def _kind_of(request: Request, code: str, status: int) -> ProblemKind:
    """Returns the registered kind of a code; reports one that is not registered or that the operation does not declare."""
    refusals: Refusals | None = getattr(request.app.state, "refusals", None)
    # A path that does not take the method leads to a route that does not answer.
    route = None if status == HTTPStatus.METHOD_NOT_ALLOWED else request.scope.get("route")
    kind = None if refusals is None else refusals.kind(route, code, status)
    return kind or ProblemKind(code, status, f"{HTTPStatus(status).phrase}.", "", "", "")


async def _on_domain_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DomainError)
    headers = {"WWW-Authenticate": "Bearer"} if error.kind is Kind.UNAUTHENTICATED else {}
    if error.retry_seconds is not None:
        headers["Retry-After"] = str(error.retry_seconds)
    return problem(_kind_of(request, error.code, error.kind.value), error.detail, error.faults, headers)


async def _on_validation_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    faults = validation_faults(error.errors())
    if any(fault.code == "json_invalid" for fault in faults):
        return problem(MALFORMED_JSON, MALFORMED_JSON.example, faults)
    return problem(INVALID_REQUEST, INVALID_REQUEST.example, faults)


async def _on_http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.BAD_REQUEST and "multipart" not in request.headers.get("content-type", ""):
        # Bytes that are no UTF-8, of which FastAPI says only that they are no body.
        return problem(MALFORMED_JSON, MALFORMED_JSON.example)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(methods_at(request.app.router.routes, request.scope))
        # It is about the path: none of its operations answers with it.
        request.scope.pop("route", None)
    code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
    return problem(_kind_of(request, code, error.status_code), str(error.detail), headers=headers)


async def _on_unexpected(request: Request, error: Exception) -> JSONResponse:
    log.error("request failed", path=request.url.path, error=repr(error), exc_info=error)
    return problem(INTERNAL_ERROR, INTERNAL_ERROR.example)


def install_problem_handlers(app: FastAPI) -> None:
    """Makes `app` answer every error, expected or not, as application/problem+json."""
    app.add_exception_handler(DomainError, _on_domain_error)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(Exception, _on_unexpected)
