"""Joins the parts of the dashboard into one app. The only place that knows them all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from fastapi import FastAPI

from services.dashboard.about import ABOUT
from services.dashboard.api import overview_router
from services.dashboard.checker import WorkChecker
from services.dashboard.incoming import CONSUMER, subscription
from services.dashboard.pages import (
    audit_router,
    bytes_router,
    catalogue_router,
    changes_router,
    copy_actions_router,
    dead_letters_pages_router,
    deliveries_router,
    finding_router,
    fixes_router,
    funds_router,
    line_actions_router,
    live_router,
    mailbox_files_router,
    message_lists_router,
    messages_router,
    money_router,
    orders_router,
    overview_page_router,
    proposal_actions_router,
    proposals_router,
    receive_router,
    rules_router,
    sign_in_router,
    static_router,
    suppliers_router,
    trends_router,
    work_actions_router,
    work_router,
)
from services.dashboard.pages.live import Changes
from services.dashboard.settings import DashboardSettings
from services.dashboard.signing_in.people import People
from services.dashboard.signing_in.provider import Provider, Registration
from services.dashboard.signing_in.sessions import Limits, Sessions
from services.dashboard.usecases.acts import Trail
from services.dashboard.usecases.asking import Services
from services.dashboard.usecases.changes import Strands
from services.dashboard.usecases.deliveries import Deliveries
from services.dashboard.usecases.invoices import Invoices
from services.dashboard.usecases.letters import Letters
from services.dashboard.usecases.mailbox_files import Mailboxes
from services.dashboard.usecases.messages import Exchanges
from services.dashboard.usecases.rules import Rules
from services.dashboard.usecases.settling import Settling
from services.dashboard.usecases.suppliers import Suppliers
from services.dashboard.usecases.titles import Titles
from shared.bus import TOPICS
from shared.clock import Clock, SystemClock
from shared.db.engine import create_engine
from shared.dead_letter_news import telling
from shared.health import Part
from shared.http.acts import acts_router
from shared.http.answers import Caps
from shared.http.app import Chassis, create_service_app
from shared.http.asyncapi import asyncapi_router
from shared.http.calls import Api
from shared.http.dead_letters import dead_letters_router
from shared.http.known import Known
from shared.messaging.runtime import Messaging

PACKAGE = "services.dashboard"
# Of an answer of the provider. Less time than others wait for the row of a session whose token is renewed.
_CAPS = Caps(largest=2**20, seconds=4.0)


def create_app(
    settings: DashboardSettings, clock: Clock | None = None, services: Services | None = None, known: Known | None = None
) -> FastAPI:
    """Builds the dashboard in the role its settings name. Without `services`, its pages ask those named there.

    Without `known`, the provider of sign-in is asked over the network.
    """
    clock = clock or SystemClock(settings.time_zone)
    engine = create_engine(settings.database_url, pool_size=settings.database_pool_size)
    services = services or Services(_apis(settings.service_urls), _apis(settings.exchange_urls))
    exchanges = Exchanges(services)
    deliveries = Deliveries(services, engine)
    titles = Titles(services)
    changes, rules = Changes(engine), Rules(services)
    listening = subscription(settings.time_zone)
    letters = telling("dashboard", clock)
    messaging = Messaging(engine, settings.kafka(PACKAGE), clock, topics=TOPICS, subscriptions=[listening], tell=letters)
    within: dict[str, Api] = {}
    routers = [
        static_router(),
        sign_in_router(),
        live_router(changes),
        overview_page_router(engine),
        work_router(engine),
        work_actions_router(engine, Settling(services, engine, clock)),
        finding_router(engine, services),
        orders_router(engine, services),
        line_actions_router(services),
        copy_actions_router(services),
        proposals_router(services),
        proposal_actions_router(services),
        messages_router(exchanges),
        bytes_router(exchanges),
        message_lists_router(services),
        mailbox_files_router(Mailboxes(services)),
        dead_letters_pages_router(Letters(services, within)),
        changes_router(Strands(services)),
        deliveries_router(deliveries),
        receive_router(deliveries),
        money_router(Invoices(services)),
        funds_router(services, clock),
        trends_router(engine, clock),
        catalogue_router(titles),
        fixes_router(titles),
        audit_router(Trail(services)),
        suppliers_router(Suppliers(services, engine), rules),
        rules_router(rules),
        overview_router(engine, clock),
        asyncapi_router(),
        acts_router(engine, clock, scope="dashboard"),
        dead_letters_router(engine, clock, {CONSUMER: listening}, scope="dashboard", tell=letters),
    ]
    chassis = Chassis(PACKAGE, settings, engine, clock)
    parts: list[Part] = [messaging, WorkChecker(engine, clock)]
    app = create_service_app(chassis, about=ABOUT, routers=routers, parts=parts, of_routes=[changes])
    within["dashboard"] = Api.within(app)
    app.state.clock, app.state.zone = clock, settings.time_zone
    people = People(app.state.authenticator, settings.oidc_name_claim, settings.oidc_role_claim)
    limits = Limits(timedelta(minutes=settings.session_idle_minutes), timedelta(hours=settings.session_hours))
    provider = _provider(settings, clock, known or Known(_CAPS)) if settings.oidc_issuer else None
    app.state.sessions = Sessions(engine, clock, people, limits, provider)
    return app


def _provider(settings: DashboardSettings, clock: Clock, known: Known) -> Provider:
    secret = settings.oidc_client_secret.get_secret_value()
    registration = Registration(settings.oidc_issuer, settings.oidc_client_id, secret, settings.oidc_scopes)
    return Provider(registration, known, lambda: clock.now().timestamp())


def _apis(urls: Mapping[str, str]) -> dict[str, Api]:
    return {name: Api(url) for name, url in urls.items()}
