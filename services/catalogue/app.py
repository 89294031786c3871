"""Joins the parts of the catalogue service into one app. The only place that knows them all."""

from __future__ import annotations

from fastapi import FastAPI

from services.catalogue.api import titles_router
from services.catalogue.incoming import CONSUMER, subscription
from services.catalogue.reminders import Reminders
from shared.bus import TOPICS
from shared.clock import Clock, SystemClock
from shared.db.engine import create_engine
from shared.health import Part
from shared.http.app import Chassis, create_service_app
from shared.http.dead_letters import dead_letters_router
from shared.messaging.runtime import Messaging
from shared.settings import ServiceSettings
from shared.sourcing.api import sourcing_router
from shared.sourcing.rules import Strand

PACKAGE = "services.catalogue"


def create_app(settings: ServiceSettings, clock: Clock | None = None) -> FastAPI:
    """Builds the catalogue service in the role its settings name."""
    clock = clock or SystemClock(settings.time_zone)
    engine = create_engine(settings.database_url, pool_size=settings.database_pool_size)
    listening = subscription(clock)
    messaging = Messaging(engine, settings.kafka(PACKAGE), clock, topics=TOPICS, subscriptions=[listening])
    routers = [
        titles_router(engine),
        sourcing_router(Strand.CATALOGUE, scope_read="catalogue:read", scope_write="catalogue:write", engine=engine, clock=clock),
        dead_letters_router(engine, clock, {CONSUMER: listening}, scope="catalogue"),
    ]
    chassis = Chassis(PACKAGE, settings, engine, clock)
    parts: list[Part] = [messaging, Reminders(engine, clock)]
    return create_service_app(chassis, routers=routers, parts=parts)
