"""Joins the parts of the orders service into one app. The only place that knows them all."""

from __future__ import annotations

from functools import partial

from fastapi import FastAPI

from services.orders.about import ABOUT
from services.orders.api import (
    asking_router,
    branches_router,
    cancellations_router,
    chasing_router,
    check_branch,
    check_supplier,
    deaths_router,
    decisions_router,
    enquiries_router,
    funds_router,
    invoice_decisions_router,
    invoices_router,
    marc_mappings_router,
    marc_presets_router,
    moves_router,
    offer_answers_router,
    open_lines_router,
    order_views_router,
    ordering_switches_router,
    orders_router,
    proposal_decisions_router,
    proposal_files_router,
    proposal_uploads_router,
    proposals_router,
    rehearsals_router,
    rollover_previews_router,
    rollovers_router,
    supplier_told_router,
    suppliers_router,
)
from services.orders.chaser import Chaser
from services.orders.fund_timer import FundTimer
from services.orders.incoming import CONSUMER, subscription
from services.orders.rerouter import Rerouter
from services.orders.settings import OrdersSettings
from services.orders.store.suppliers import usual_days
from services.orders.switcher import Switcher
from services.orders.usecases import SWITCHES
from services.orders.usecases.sourcing import tell_of_rule
from shared.bus import TOPICS
from shared.clock import Clock, SystemClock
from shared.db.engine import create_engine
from shared.dead_letter_news import telling
from shared.health import Part
from shared.http.acts import acts_router
from shared.http.app import Chassis, create_service_app
from shared.http.dead_letters import dead_letters_router
from shared.invoicing.matching import Terms
from shared.messaging.runtime import Messaging
from shared.sourcing.api import Access, Checks, sourcing_routers
from shared.sourcing.changes import ChangeKind
from shared.sourcing.rules import Strand
from shared.sourcing.switches.life import approving

PACKAGE = "services.orders"


def create_app(settings: OrdersSettings, clock: Clock | None = None) -> FastAPI:
    """Builds the orders service in the role its settings name."""
    clock = clock or SystemClock(settings.time_zone)
    engine = create_engine(settings.database_url, pool_size=settings.database_pool_size)
    terms = Terms(settings.invoice_price_tolerance_percent)
    listening = subscription(clock, terms)
    letters = telling("orders", clock)
    messaging = Messaging(engine, settings.kafka(PACKAGE), clock, topics=TOPICS, subscriptions=[listening], tell=letters)
    checks, tell = (
        Checks(check_branch, check_supplier, usual_days, ("unknown-branch", "branch-closed"), ("unknown-supplier",)),
        partial(tell_of_rule, clock=clock),
    )
    access = Access(Strand.ORDERING, "orders:read", "orders:write", engine, clock, checks, tell)
    routers = [
        orders_router(engine, clock),
        cancellations_router(engine, clock),
        moves_router(engine, clock),
        order_views_router(engine, clock),
        supplier_told_router(engine, clock),
        decisions_router(engine),
        enquiries_router(engine),
        asking_router(engine, clock),
        chasing_router(engine, clock),
        offer_answers_router(engine, clock, terms),
        open_lines_router(engine, clock),
        invoices_router(engine),
        invoice_decisions_router(engine, clock, terms),
        proposals_router(engine, clock),
        proposal_decisions_router(engine, clock),
        proposal_uploads_router(engine, clock),
        proposal_files_router(engine),
        marc_mappings_router(engine, clock),
        marc_presets_router(),
        branches_router(engine),
        funds_router(engine),
        rollovers_router(engine, clock),
        rollover_previews_router(engine, clock),
        suppliers_router(engine),
        deaths_router(engine, clock),
        *sourcing_routers(access, {ChangeKind.SWITCH: approving(SWITCHES, clock)}),
        ordering_switches_router(engine, clock),
        rehearsals_router(engine, clock),
        acts_router(engine, clock, scope="orders"),
        dead_letters_router(engine, clock, {CONSUMER: listening}, scope="orders", tell=letters),
    ]
    chassis = Chassis(PACKAGE, settings, engine, clock)
    switcher = Switcher(engine, clock, answer_days=settings.switch_answer_days)
    chaser = Chaser(engine, clock, zone=settings.time_zone.key)
    parts: list[Part] = [messaging, switcher, Rerouter(engine, clock), FundTimer(engine, clock), chaser]
    return create_service_app(chassis, about=ABOUT, routers=routers, parts=parts)
