"""Joins the parts of the dashboard into one app. The only place that knows them all."""

from __future__ import annotations

from fastapi import FastAPI

from services.dashboard.about import ABOUT
from services.dashboard.api import overview_router
from services.dashboard.domain.links import Links
from services.dashboard.incoming import CONSUMER, subscription
from services.dashboard.pages import bytes_router, changes_router, messages_router, overview_page_router, session_router
from services.dashboard.settings import DashboardSettings
from services.dashboard.usecases.changes import Strands
from services.dashboard.usecases.messages import Exchanges
from shared.bus import TOPICS
from shared.clock import Clock, SystemClock
from shared.db.engine import create_engine
from shared.http.app import Chassis, create_service_app
from shared.http.asyncapi import asyncapi_router
from shared.http.calls import Api
from shared.http.dead_letters import dead_letters_router
from shared.messaging.runtime import Messaging

PACKAGE = "services.dashboard"


def create_app(
    settings: DashboardSettings, clock: Clock | None = None, exchanges: Exchanges | None = None, strands: Strands | None = None
) -> FastAPI:
    """Builds the dashboard in the role its settings name. Without `exchanges` or `strands`, it asks those named there."""
    clock = clock or SystemClock(settings.time_zone)
    engine = create_engine(settings.database_url, pool_size=settings.database_pool_size)
    exchanges = exchanges or Exchanges({supplier: Api(url) for supplier, url in settings.exchange_urls.items()})
    strands = strands or Strands({strand: Api(url) for strand, url in settings.strand_urls.items()})
    listening = subscription()
    messaging = Messaging(engine, settings.kafka(PACKAGE), clock, topics=TOPICS, subscriptions=[listening])
    routers = [
        session_router(clock),
        overview_page_router(engine, clock, Links(settings.orders_url, settings.supplier_urls, exchanges.apis, settings.lms_url)),
        messages_router(exchanges, clock),
        bytes_router(exchanges),
        changes_router(strands, clock),
        overview_router(engine, clock),
        asyncapi_router(),
        dead_letters_router(engine, clock, {CONSUMER: listening}, scope="dashboard"),
    ]
    chassis = Chassis(PACKAGE, settings, engine, clock)
    return create_service_app(chassis, about=ABOUT, routers=routers, parts=[messaging])
