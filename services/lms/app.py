"""Joins the parts of the lms service into one app. The only place that knows them all."""

from __future__ import annotations

from fastapi import FastAPI

from services.lms.about import ABOUT
from services.lms.api import changes_router
from services.lms.forgetter import Forgetter
from services.lms.incoming import CONSUMER, subscription
from services.lms.settings import LmsSettings
from services.lms.waking import Waking
from shared.bus import TOPICS
from shared.clock import Clock, SystemClock
from shared.db.engine import create_engine
from shared.http.app import Chassis, create_service_app
from shared.http.dead_letters import dead_letters_router
from shared.messaging.runtime import Messaging

PACKAGE = "services.lms"


def create_app(settings: LmsSettings, clock: Clock | None = None) -> FastAPI:
    """Builds the lms service in the role its settings name."""
    clock = clock or SystemClock(settings.time_zone)
    engine = create_engine(settings.database_url, pool_size=settings.database_pool_size)
    listening = subscription(clock, days=settings.changes_days)
    messaging = Messaging(engine, settings.kafka(PACKAGE), clock, topics=TOPICS, subscriptions=[listening])
    forgetter = Forgetter(engine, clock, days=settings.changes_days, late_seconds=settings.order_late_seconds)
    waking = Waking(engine, most=settings.changes_waiting_callers, most_of_council=settings.changes_waiting_of_council)
    routers = [changes_router(engine, waking), dead_letters_router(engine, clock, {CONSUMER: listening}, scope="lms")]
    chassis = Chassis(PACKAGE, settings, engine, clock)
    return create_service_app(chassis, about=ABOUT, routers=routers, parts=[messaging, forgetter], of_routes=[waking])
