"""Joins the parts of the delivery service into one app. The only place that knows them all."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from services.delivery.about import ABOUT
from services.delivery.api import (
    adding,
    consignments_router,
    discrepancies_router,
    ending,
    receipts_router,
    records_router,
    route_rules_router,
    route_switches_router,
    route_trials,
    unpacking_router,
)
from services.delivery.incoming import records_subscription, subscription
from services.delivery.switcher import Switcher
from services.delivery.usecases import SWITCHES
from shared.bus import TOPICS
from shared.clock import Clock, SystemClock
from shared.db.engine import create_engine
from shared.dead_letter_news import telling
from shared.http.acts import acts_router
from shared.http.app import Chassis, create_service_app
from shared.http.dead_letters import dead_letters_router
from shared.messaging.runtime import Messaging
from shared.settings import ServiceSettings
from shared.sourcing.api import Carried, Desk, approval_routers
from shared.sourcing.api.trials import ending_trials, trials_router
from shared.sourcing.changes import ChangeKind
from shared.sourcing.rules import Strand
from shared.sourcing.switches.life import approving

PACKAGE = "services.delivery"


def create_app(settings: ServiceSettings, clock: Clock | None = None) -> FastAPI:
    """Builds the delivery service in the role its settings name."""
    clock = clock or SystemClock(settings.time_zone)
    engine = create_engine(settings.database_url, pool_size=settings.database_pool_size)
    listening = {each.consumer: each for each in (subscription(clock), records_subscription(clock))}
    letters = telling("delivery", clock)
    kafka, heard = settings.kafka(PACKAGE), list(listening.values())
    messaging = Messaging(engine, kafka, clock, topics=TOPICS, subscriptions=heard, tell=letters)
    trials = route_trials(clock)
    carried: dict[ChangeKind, Carried[Any]] = {
        ChangeKind.ADD_RULE: adding(clock),
        ChangeKind.END_RULE: ending(clock),
        ChangeKind.END_TRIAL: ending_trials(trials, clock),
        ChangeKind.SWITCH: approving(SWITCHES, clock),
    }
    desk = Desk(engine, clock, Strand.DELIVERY, "delivery:read", "delivery:write", carried)
    routers = [
        consignments_router(engine, clock),
        unpacking_router(engine, clock),
        receipts_router(engine, clock),
        discrepancies_router(engine),
        records_router(engine, clock),
        route_rules_router(desk),
        trials_router(trials, engine, clock),
        *approval_routers(desk),
        route_switches_router(engine, clock),
        acts_router(engine, clock, scope="delivery"),
        dead_letters_router(engine, clock, listening, scope="delivery", tell=letters),
    ]
    chassis = Chassis(PACKAGE, settings, engine, clock)
    return create_service_app(chassis, about=ABOUT, routers=routers, parts=[messaging, Switcher(engine, clock)])
