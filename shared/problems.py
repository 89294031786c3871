"""Renders all errors of the APIs as RFC 9457 problem details."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from shared.errors import DomainError, Fault, Kind

MEDIA_TYPE = "application/problem+json"
# For every answer that is no page; here because problems are also answered where no middleware runs.
DATA_POLICY = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_FAULT = {
    "type": "object",
    "required": ["pointer", "code", "detail"],
    "properties": {
        "pointer": {"type": "string", "description": "Where in the body (RFC 6901)", "examples": ["/lines/0/isbn"]},
        "code": {"type": "string"},
        "detail": {"type": "string"},
    },
}
# What every operation may answer, for the OpenAPI document; without it, FastAPI describes a form of its own for 422.
RESPONSES: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "Refused: problem details (RFC 9457); 429 and 503 with Retry-After",
        "content": {
            MEDIA_TYPE: {
                "schema": {
                    "title": "Problem",
                    "type": "object",
                    "required": ["type", "title", "status", "code", "detail"],
                    "properties": {
                        "type": {"type": "string", "examples": ["/problems/unknown-branch"]},
                        "title": {"type": "string", "examples": ["Unprocessable Entity"]},
                        "status": {"type": "integer", "examples": [422]},
                        "code": {"type": "string", "description": "Stable, for programs", "examples": ["unknown-branch"]},
                        "detail": {"type": "string", "description": "For people: what is wrong and how to fix it"},
                        "errors": {"type": "array", "items": _FAULT},
                    },
                }
            }
        },
    }
}
log = structlog.get_logger(__name__)


def problem(
    status: int, code: str, detail: str, faults: Sequence[Fault] = (), headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """Renders a problem document. `code` becomes the member `code`, and `type` as the relative reference /problems/<code>."""
    body: dict[str, object] = {
        "type": f"/problems/{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }
    if faults:
        body["errors"] = [asdict(fault) for fault in faults]
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE, headers={**DATA_POLICY, **(headers or {})})


def _pointer(location: Sequence[str | int]) -> str:
    """Returns the JSON pointer (RFC 6901) of a validation error's place in the request's body."""
    steps = [str(step).replace("~", "~0").replace("/", "~1") for step in location if step != "body"]
    return "".join(f"/{step}" for step in steps)


def validation_faults(errors: Sequence[Any]) -> list[Fault]:
    """Returns the faults for pydantic's errors about a body; `errors` is `ValidationError.errors()`."""
    return [Fault(_pointer(item["loc"]), item["type"], item["msg"].removeprefix("Value error, ")) for item in errors]


async def _on_domain_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DomainError)
    headers = {"WWW-Authenticate": "Bearer"} if error.kind is Kind.UNAUTHENTICATED else {}
    if error.retry_seconds is not None:
        headers["Retry-After"] = str(error.retry_seconds)
    return problem(error.kind.value, error.code, error.detail, error.faults, headers)


async def _on_validation_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    faults = validation_faults(error.errors())
    malformed = any(fault.code == "json_invalid" for fault in faults)
    status = HTTPStatus.BAD_REQUEST if malformed else HTTPStatus.UNPROCESSABLE_ENTITY
    return problem(status, "invalid-request", "The request does not have the required form; correct what `errors` lists.", faults)


async def _on_http_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
    return problem(error.status_code, code, str(error.detail), headers=error.headers)


async def _on_unexpected(request: Request, error: Exception) -> JSONResponse:
    log.error("request failed", path=request.url.path, error=repr(error), exc_info=error)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal-error", "Something went wrong on our side; nothing was changed.")


def install_problem_handlers(app: FastAPI) -> None:
    """Makes `app` answer every error, expected or not, as application/problem+json."""
    app.add_exception_handler(DomainError, _on_domain_error)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(Exception, _on_unexpected)
