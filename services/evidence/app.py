"""Joins the parts of the evidence service into one app. The only place that knows them all."""

from __future__ import annotations

from fastapi import FastAPI

from services.evidence.about import ABOUT
from services.evidence.api import (
    Answering,
    baselines_router,
    cost_models_router,
    costs_router,
    decisions_router,
    departures_router,
    duplication_router,
    handling_router,
    measures_router,
    pack_router,
    promises_router,
    report_router,
    savings_router,
)
from services.evidence.incoming import CONSUMER, subscription
from services.evidence.packs import Owners
from services.evidence.settings import EvidenceSettings
from shared.bus import TOPICS
from shared.clock import Clock, SystemClock
from shared.db.engine import create_engine
from shared.dead_letter_news import telling
from shared.http.acts import acts_router
from shared.http.app import Chassis, create_service_app
from shared.http.calls import Api
from shared.http.dead_letters import dead_letters_router
from shared.messaging.runtime import Messaging

PACKAGE = "services.evidence"


def create_app(settings: EvidenceSettings, clock: Clock | None = None, owners: Owners | None = None) -> FastAPI:
    """Builds the evidence service in the role its settings name. Without `owners`, packs ask those that the settings name."""
    clock = clock or SystemClock(settings.time_zone)
    engine = create_engine(settings.database_url, pool_size=settings.database_pool_size)
    listening = subscription()
    letters = telling("evidence", clock)
    messaging = Messaging(engine, settings.kafka(PACKAGE), clock, topics=TOPICS, subscriptions=[listening], tell=letters)
    answering = Answering(clock, settings.time_zone.key)
    routers = [
        measures_router(engine, answering),
        handling_router(engine, answering),
        costs_router(engine, answering),
        duplication_router(engine, clock, settings.time_zone.key),
        report_router(engine, answering),
        decisions_router(engine, answering),
        baselines_router(engine, answering),
        promises_router(engine, answering),
        savings_router(engine, answering),
        cost_models_router(engine, clock),
        departures_router(engine, clock),
        pack_router(engine, clock, owners or _owners(settings)),
        acts_router(engine, clock, scope="evidence"),
        dead_letters_router(engine, clock, {CONSUMER: listening}, scope="evidence", tell=letters),
    ]
    chassis = Chassis(PACKAGE, settings, engine, clock)
    return create_service_app(chassis, about=ABOUT, routers=routers, parts=[messaging])


def _owners(settings: EvidenceSettings) -> Owners:
    orders, delivery = (Api(url) if url else None for url in (settings.orders_url, settings.delivery_url))
    return Owners(orders, delivery, {supplier: Api(url) for supplier, url in settings.exchange_urls.items()})
