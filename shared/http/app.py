"""Builds the HTTP app of any service: problem details, body limit, correlation ids, health, metrics, background parts.

Must not know a service's routes or tables.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from shared.auth import Authenticator
from shared.backoff import Backoff
from shared.db.errors import DATABASE_ERRORS
from shared.health import Part
from shared.http.about import NOTHING_SAID, About
from shared.http.asked import asked_by
from shared.http.bodies import BodyCap, HeadCap
from shared.http.common_problems import COMMON, DATABASE_AWAY, DISK_FULL, LOCKED, TOO_LARGE
from shared.http.contract import describe
from shared.http.dead_letter_problems import PROBLEMS as DEAD_LETTERS
from shared.http.operations import Chassis, operations_router
from shared.http.paths import apart_from_fixed_paths
from shared.http.policy import BrowserPolicy
from shared.http.problem_kinds import ProblemRegistry
from shared.http.problem_pages import problems_router
from shared.http.problems import install_problem_handlers, problem
from shared.http.queries import only_known_parameters
from shared.http.reference import reference_router
from shared.http.refusals import Refusals
from shared.http.representations import tagged
from shared.http.requests import Requests
from shared.http.trouble import kind_of_trouble
from shared.messaging.outbox import RecordTooLarge
from shared.naming import operation_ids
from shared.rates import Rates
from shared.settings import Role
from shared.supervisor import DRAIN_SECONDS, keep_going

__all__ = ["Chassis", "create_service_app"]


def create_service_app(
    chassis: Chassis,
    *,
    routers: Sequence[APIRouter],
    parts: Sequence[Part],
    of_routes: Sequence[Part] = (),
    about: About = NOTHING_SAID,
) -> FastAPI:
    """Returns the app of one service process, in the role that its settings give it.

    `parts` start and stop with it and are drained at the end. In the role `api` none runs; in the role `worker` there are no
    routes but health and metrics. `of_routes` are parts that routes need: they run wherever there are routes. `about` has the
    problems that its operations declare: raises ValueError where one is missing.
    """
    settings = chassis.settings
    routers = [] if settings.role is Role.WORKER else routers
    parts = [*([] if settings.role is Role.API else parts), *([] if settings.role is Role.WORKER else of_routes)]

    app = FastAPI(
        title=f"Stockbridge {chassis.name}", version="1", lifespan=_running(chassis, parts), docs_url=None, redoc_url=None
    )
    app.state.authenticator = Authenticator(
        jwks_file=settings.auth_jwks_file,
        issuer=settings.auth_issuer,
        audience=settings.auth_audience,
        now=lambda: chassis.clock.now().timestamp(),
        rates=Rates(per_second=settings.caller_requests_per_second, burst=settings.caller_burst),
    )
    app.add_middleware(BodyCap, limit=settings.max_body_bytes)
    app.add_middleware(HeadCap)
    app.add_middleware(BrowserPolicy)
    app.add_middleware(Requests)
    install_problem_handlers(app)
    app.add_exception_handler(RecordTooLarge, _on_record_too_large)
    for error in DATABASE_ERRORS:
        app.add_exception_handler(error, _on_database_error)
    registry = ProblemRegistry(COMMON, DEAD_LETTERS, about.problems)
    # In the order in which a request is compared with them: those that probes and people use are last.
    for router in (*routers, operations_router(chassis, parts), problems_router(registry), reference_router()):
        # `include_router` would build each route again at its first request, and compare every request with it twice.
        app.router.routes.extend(router.routes)
    described = [route for route in app.routes if isinstance(route, APIRoute) and route.include_in_schema]
    _prepare(described)
    app.state.refusals = Refusals(registry, described)
    describe(app, about, app.state.refusals)
    return app


def _prepare(routes: Sequence[APIRoute]) -> None:
    """Gives routes their names, and the rules of all operations."""
    for route, operation_id in zip(routes, operation_ids(routes), strict=True):
        route.operation_id = operation_id
        only_known_parameters(route)
        if asked_by(route).one_thing:
            route.app = tagged(route.app)
    apart_from_fixed_paths(routes)


def _running(chassis: Chassis, parts: Sequence[Part]) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Returns what starts the parts with the app, drains them at its end, and closes the database's connections."""

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(keep_going(part.name, part.run, Backoff(0.5, 30.0)), name=part.name) for part in parts]
        yield
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=DRAIN_SECONDS + 1)
        await chassis.engine.dispose()

    return running


async def _on_database_error(request: Request, error: Exception) -> JSONResponse:
    """Answers 422 for a value that the database cannot store, and 503 for any other error. Nothing was committed."""
    kind = kind_of_trouble(request.url.path, error)
    seconds = {LOCKED: "2", DATABASE_AWAY: "2", DISK_FULL: "10"}.get(kind)
    return problem(kind, kind.example, headers=None if seconds is None else {"Retry-After": seconds})


async def _on_record_too_large(_: Request, error: Exception) -> JSONResponse:
    """Answers 413 where the change cannot be passed on to the other services. Nothing was committed."""
    return problem(TOO_LARGE, f"The request is too large to be passed on: {error}. Split it into several requests.")
