"""Builds the HTTP app of any service: problem details, body limit, correlation ids, health, metrics, background parts.

Must not know a service's routes or tables.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from sqlalchemy.exc import DBAPIError
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.auth import Authenticator
from shared.backoff import Backoff
from shared.bus import Cause, set_cause
from shared.db.errors import DATABASE_ERRORS, is_disk_full, is_locked, is_unstorable
from shared.health import Part
from shared.http.bodies import BodyCap, HeadCap
from shared.http.operations import Chassis, operations_router
from shared.http.policy import BrowserPolicy
from shared.http.reference import reference_router
from shared.messaging.outbox import RecordTooLarge
from shared.problems import RESPONSES, install_problem_handlers, problem
from shared.rates import Rates
from shared.settings import Role
from shared.supervisor import DRAIN_SECONDS, keep_going
from shared.traces import correlation_or_new, new_traceparent, traceparent_or_none

__all__ = ["Chassis", "create_service_app"]

log = structlog.get_logger(__name__)


class CauseMiddleware:
    """Gives every request a correlation id (the caller's, if it sent one) and adds it to logs and events."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sets the cause of every event and log line that this request produces."""
        if scope["type"] == "http":
            headers = dict(scope["headers"])
            correlation = correlation_or_new(headers.get(b"x-correlation-id", b"").decode("latin-1"))
            traceparent = traceparent_or_none(headers.get(b"traceparent", b"").decode("latin-1"))
            set_cause(Cause(correlation, traceparent=traceparent or new_traceparent()))
            structlog.contextvars.bind_contextvars(correlation=correlation)
        await self._app(scope, receive, send)


def create_service_app(
    chassis: Chassis, *, routers: Sequence[APIRouter], parts: Sequence[Part], of_routes: Sequence[Part] = ()
) -> FastAPI:
    """Returns the app of one service process, in the role that its settings give it.

    `parts` start and stop with it and are drained at the end. In the role `api` none runs; in the role `worker` there are no
    routes but health and metrics. `of_routes` are parts that routes need: they run wherever there are routes.
    """
    settings = chassis.settings
    routers = [] if settings.role is Role.WORKER else routers
    parts = [*([] if settings.role is Role.API else parts), *([] if settings.role is Role.WORKER else of_routes)]

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(keep_going(part.name, part.run, Backoff(0.5, 30.0)), name=part.name) for part in parts]
        yield
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=DRAIN_SECONDS + 1)
        await chassis.engine.dispose()

    app = FastAPI(title=f"Stockbridge {chassis.name}", version="1", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.authenticator = Authenticator(
        jwks_file=settings.auth_jwks_file,
        issuer=settings.auth_issuer,
        audience=settings.auth_audience,
        now=lambda: chassis.clock.now().timestamp(),
        rates=Rates(per_second=settings.caller_requests_per_second, burst=settings.caller_burst),
    )
    app.add_middleware(BodyCap, limit=settings.max_body_bytes)
    app.add_middleware(CauseMiddleware)
    app.add_middleware(HeadCap)
    app.add_middleware(BrowserPolicy)
    install_problem_handlers(app)
    app.add_exception_handler(RecordTooLarge, _on_record_too_large)
    for error in DATABASE_ERRORS:
        app.add_exception_handler(error, _on_database_error)
    # In the order in which a request is compared with them: those that probes and people use are last.
    for router in (*routers, operations_router(chassis, parts), reference_router()):
        # `include_router` would build each route again at its first request, and compare every request with it twice.
        app.router.routes.extend(map(_with_common_answers, router.routes))
    return app


def _with_common_answers(route: BaseRoute) -> BaseRoute:
    """Adds the answers that any request may get to the route's description."""
    if isinstance(route, APIRoute):
        route.responses = {**RESPONSES, **route.responses}
    return route


async def _on_database_error(request: Request, error: Exception) -> JSONResponse:
    """Answers 422 for a value that the database cannot store, and 503 for any other error. Nothing was committed."""
    if isinstance(error, DBAPIError) and is_unstorable(error):
        return problem(422, "unstorable-value", "A value cannot be stored, such as a NUL character or a huge number. Correct it.")
    log.warning("database refused a request", path=request.url.path, error=repr(error))
    again = "nothing was changed. Repeat the request with the same key."
    if is_locked(error):
        detail = f"Another change of the same data takes longer than expected; {again}"
        return problem(503, "locked-by-another-change", detail, headers={"Retry-After": "2"})
    if is_disk_full(error):
        detail = f"The disk of the database is full, so nothing can be written; {again}"
        return problem(503, "database-disk-full", detail, headers={"Retry-After": "10"})
    detail = f"The database is not available at the moment; {again}"
    return problem(503, "database-unavailable", detail, headers={"Retry-After": "2"})


async def _on_record_too_large(_: Request, error: Exception) -> JSONResponse:
    """Answers 413 where the change cannot be passed on to the other services. Nothing was committed."""
    return problem(413, "too-large", f"The request is too large to be passed on: {error}. Split it into several requests.")
