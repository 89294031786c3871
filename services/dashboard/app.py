"""Joins the parts of the dashboard into one app. The only place that knows them all."""

from __future__ import annotations

from fastapi import FastAPI

from services.dashboard.api import overview_router
from services.dashboard.domain.links import Links
from services.dashboard.incoming import CONSUMER, subscription
from services.dashboard.pages import pages_router
from services.dashboard.settings import DashboardSettings
from shared.bus import TOPICS
from shared.clock import Clock, SystemClock
from shared.db.engine import create_engine
from shared.http.app import Chassis, create_service_app
from shared.http.asyncapi import asyncapi_router
from shared.http.dead_letters import dead_letters_router
from shared.messaging.runtime import Messaging

PACKAGE = "services.dashboard"


def create_app(settings: DashboardSettings, clock: Clock | None = None) -> FastAPI:
    """Builds the dashboard in the role its settings name."""
    clock = clock or SystemClock(settings.time_zone)
    engine = create_engine(settings.database_url, pool_size=settings.database_pool_size)
    listening = subscription()
    messaging = Messaging(engine, settings.kafka(PACKAGE), clock, topics=TOPICS, subscriptions=[listening])
    routers = [
        pages_router(engine, clock, Links(settings.orders_url, settings.supplier_urls)),
        overview_router(engine, clock),
        asyncapi_router(),
        dead_letters_router(engine, clock, {CONSUMER: listening}, scope="dashboard"),
    ]
    chassis = Chassis(PACKAGE, settings, engine, clock)
    return create_service_app(chassis, routers=routers, parts=[messaging])
