"""`/livez`, `/readyz` and `/metrics` of any service process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.clock import Clock
from shared.db.errors import DATABASE_ERRORS
from shared.db.migrations import is_at_head
from shared.health import Health, HealthState, Part
from shared.messaging.outbox import MOST_COUNTED, late_events
from shared.settings import ServiceSettings

PATHS = frozenset({"/livez", "/readyz", "/metrics"})


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


def operations_router(chassis: Chassis, parts: Sequence[Part]) -> APIRouter:
    """Returns the routes for whoever runs the process; they need no token."""
    router = APIRouter(tags=["operations"])

    @router.get("/livez", include_in_schema=False)
    async def live() -> dict[str, str]:
        return {"status": "alive", "service": chassis.name}

    @router.get("/readyz", include_in_schema=False)
    async def ready() -> JSONResponse:
        checks = [*await _database_health(chassis), *(check for part in parts for check in part.health())]
        failed = any(check.state is HealthState.FAILED for check in checks)
        degraded = any(check.state is HealthState.DEGRADED for check in checks)
        status = "failed" if failed else "degraded" if degraded else "ready"
        body = {"status": status, "checks": [{"name": c.name, "state": c.state, "detail": c.detail} for c in checks]}
        # Degraded is 200: the process takes requests, and a load balancer must not take it away.
        return JSONResponse(body, status_code=503 if failed else 200)

    @router.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router


async def _database_health(chassis: Chassis) -> list[Health]:
    """Checks the database and, in every role, its outbox: a worker that does not run cannot report that nothing is sent."""
    try:
        async with chassis.engine.connect() as connection:
            if not await is_at_head(connection, chassis.package):
                return [Health("database", HealthState.FAILED, "migrations are not at head; run the migrate command")]
            return [Health("database", HealthState.OK), await _outbox_health(connection, chassis.settings.outbox_late_seconds)]
    except DATABASE_ERRORS as error:
        return [Health("database", HealthState.FAILED, f"not reachable: {type(error).__name__}")]


async def _outbox_health(connection: AsyncConnection, late_seconds: float) -> Health:
    late = await late_events(connection, late_seconds)
    if late is None:
        return Health("outbox", HealthState.OK)
    number = f"at least {late.number}" if late.number == MOST_COUNTED else str(late.number)
    detail = (
        f"{number} events wait to be sent, the oldest since {late.since.isoformat()} ({late.age:.0f} s; "
        f"at most {late_seconds:.0f} s is normal): check that a worker of this service runs and that the broker answers; "
        "the log of its relay names what it waits for"
    )
    return Health("outbox", HealthState.DEGRADED, detail)
