"""Joins the parts of one supplier's exchange into one app. The only place that knows them all."""

from __future__ import annotations

from fastapi import FastAPI

from services.suppliers.about import ABOUT
from services.suppliers.api import (
    connections_router,
    decisions_router,
    explaining_router,
    kept_aside_router,
    mappings_router,
    messages_router,
    previews_router,
    pushes_router,
    reconciliations_router,
    references_router,
    withdrawals_router,
)
from services.suppliers.api.conformance import conformance_router
from services.suppliers.contract import Adapter
from services.suppliers.exchange import Exchange, limits_from, load_adapter
from services.suppliers.incoming import subscription
from services.suppliers.loops.connection import ReadingLoops, SupplierConnection
from services.suppliers.settings import SuppliersSettings
from shared.bus import TOPICS
from shared.clock import Clock, SystemClock
from shared.db.engine import create_engine
from shared.dead_letter_news import telling
from shared.health import Part
from shared.http.acts import acts_router
from shared.http.app import Chassis, create_service_app
from shared.http.dead_letters import dead_letters_router
from shared.messaging.runtime import Messaging

PACKAGE = "services.suppliers"


def create_app(settings: SuppliersSettings, clock: Clock | None = None, adapter: Adapter | None = None) -> FastAPI:
    """Creates the exchange of one supplier in the role that its settings name, with their adapter unless one is given."""
    clock = clock or SystemClock(settings.time_zone)
    exchange = Exchange(adapter or load_adapter(settings), clock, limits_from(settings))
    engine = create_engine(settings.database_url, pool_size=settings.database_pool_size)
    listening = subscription(exchange)
    client_id = f"{PACKAGE}.{exchange.profile.supplier_id}"
    letters = telling(f"supplier-{exchange.profile.supplier_id}", clock)
    messaging = Messaging(engine, settings.kafka(client_id), clock, topics=TOPICS, subscriptions=[listening], tell=letters)
    routers = [
        pushes_router(engine, exchange),
        messages_router(engine, exchange),
        kept_aside_router(engine),
        explaining_router(engine),
        references_router(engine, exchange),
        decisions_router(engine, exchange),
        previews_router(engine, exchange),
        mappings_router(engine, exchange),
        reconciliations_router(engine, exchange),
        withdrawals_router(engine, exchange),
        connections_router(engine, exchange),
        conformance_router(exchange, settings.supplier_adapter),
        acts_router(engine, clock, scope="exchange"),
        dead_letters_router(engine, clock, {listening.consumer: listening}, scope="exchange", tell=letters),
    ]
    parts: list[Part] = [messaging, ReadingLoops(engine, exchange), SupplierConnection(engine, exchange)]
    chassis = Chassis(PACKAGE, settings, engine, clock)
    return create_service_app(
        chassis,
        about=ABOUT,
        routers=routers,
        parts=parts,
    )
