"""Builds the HTTP app of any service: problem details, body limit, correlation ids, health, metrics, background parts.

Must not know a service's routes or tables.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.auth import Authenticator
from shared.backoff import Backoff
from shared.bus import Cause, set_cause
from shared.clock import Clock
from shared.db.errors import DATABASE_ERRORS, is_locked, is_unstorable
from shared.db.migrations import is_at_head
from shared.health import Health, HealthState, Part
from shared.http.bodies import BodyCap, HeadCap
from shared.messaging.outbox import RecordTooLarge
from shared.problems import install_problem_handlers, problem
from shared.settings import Role, ServiceSettings
from shared.supervisor import keep_going
from shared.traces import correlation_or_new, new_traceparent, traceparent_or_none

log = structlog.get_logger(__name__)
_DRAIN_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Chassis:
    """The settings, engine and clock of one service process; built once in its `app.py`."""

    package: str
    settings: ServiceSettings
    engine: AsyncEngine
    clock: Clock

    @property
    def name(self) -> str:
        """The service's short name, such as `orders`."""
        return self.package.rsplit(".", 1)[-1]


class CauseMiddleware:
    """Gives every request a correlation id (the caller's, if it sent one) and adds it to logs and events."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sets the cause of every event and log line that this request produces."""
        if scope["type"] == "http":
            headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
            correlation = correlation_or_new(headers.get(b"x-correlation-id", ""))
            set_cause(Cause(correlation, traceparent=traceparent_or_none(headers.get(b"traceparent")) or new_traceparent()))
            structlog.contextvars.bind_contextvars(correlation=correlation)
        await self._app(scope, receive, send)


def create_service_app(chassis: Chassis, *, routers: Sequence[APIRouter], parts: Sequence[Part]) -> FastAPI:
    """Returns the app of one service process, in the role that its settings give it.

    `parts` start and stop with it and are drained at the end. In the role `api` none runs; in the role `worker` there are no
    routes but health and metrics.
    """
    settings = chassis.settings
    routers = [] if settings.role is Role.WORKER else routers
    parts = [] if settings.role is Role.API else parts

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(keep_going(part.name, part.run, Backoff(0.5, 30.0)), name=part.name) for part in parts]
        yield
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=_DRAIN_SECONDS)
        await chassis.engine.dispose()

    app = FastAPI(title=f"Stockbridge {chassis.name}", version="1", lifespan=lifespan, redoc_url=None)
    app.state.authenticator = Authenticator(
        jwks_file=settings.auth_jwks_file,
        issuer=settings.auth_issuer,
        audience=settings.auth_audience,
        now=lambda: chassis.clock.now().timestamp(),
    )
    app.add_middleware(BodyCap, limit=settings.max_body_bytes)
    app.add_middleware(CauseMiddleware)
    app.add_middleware(HeadCap)
    install_problem_handlers(app)
    app.add_exception_handler(RecordTooLarge, _on_record_too_large)
    for error in DATABASE_ERRORS:
        app.add_exception_handler(error, _on_database_error)
    app.include_router(_operations_router(chassis, parts))
    for router in routers:
        app.include_router(router)
    return app


async def _on_database_error(request: Request, error: Exception) -> JSONResponse:
    """Answers 422 for a value that the database cannot store, and 503 for any other error. Nothing was committed."""
    if isinstance(error, DBAPIError) and is_unstorable(error):
        return problem(422, "unstorable-value", "A value cannot be stored, such as a NUL character or a huge number. Correct it.")
    log.warning("database refused a request", path=request.url.path, error=repr(error))
    again = "nothing was changed. Repeat the request with the same key."
    if is_locked(error):
        detail = f"Another change of the same data takes longer than expected; {again}"
        return problem(503, "locked-by-another-change", detail, headers={"Retry-After": "2"})
    detail = f"The database is not available at the moment; {again}"
    return problem(503, "database-unavailable", detail, headers={"Retry-After": "2"})


async def _on_record_too_large(_: Request, error: Exception) -> JSONResponse:
    """Answers 413 where the change cannot be passed on to the other services. Nothing was committed."""
    return problem(413, "too-large", f"The request is too large to be passed on: {error}. Split it into several requests.")


def _operations_router(chassis: Chassis, parts: Sequence[Part]) -> APIRouter:
    router = APIRouter(tags=["operations"])

    @router.get("/livez", include_in_schema=False)
    async def live() -> dict[str, str]:
        return {"status": "alive", "service": chassis.name}

    @router.get("/readyz", include_in_schema=False)
    async def ready() -> JSONResponse:
        checks = [await _database_health(chassis), *(check for part in parts for check in part.health())]
        failed = any(check.state is HealthState.FAILED for check in checks)
        degraded = any(check.state is HealthState.DEGRADED for check in checks)
        status = "failed" if failed else "degraded" if degraded else "ready"
        body = {"status": status, "checks": [{"name": c.name, "state": c.state, "detail": c.detail} for c in checks]}
        return JSONResponse(body, status_code=503 if failed else 200)

    @router.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router


async def _database_health(chassis: Chassis) -> Health:
    try:
        async with chassis.engine.connect() as connection:
            at_head = await is_at_head(connection, chassis.package)
    except DATABASE_ERRORS as error:
        return Health("database", HealthState.FAILED, f"not reachable: {type(error).__name__}")
    if not at_head:
        return Health("database", HealthState.FAILED, "migrations are not at head; run the migrate command")
    return Health("database", HealthState.OK)
