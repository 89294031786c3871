"""Joins the parts of the dashboard into one app. The only place that knows them all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial

from fastapi import FastAPI

from services.dashboard.about import ABOUT
from services.dashboard.api import overview_router
from services.dashboard.checker import WorkChecker
from services.dashboard.incoming import CONSUMER, subscription
from services.dashboard.pages import page_routers
from services.dashboard.pages.live import Changes
from services.dashboard.settings import DashboardSettings
from services.dashboard.signing_in.people import People
from services.dashboard.signing_in.provider import Provider, Registration
from services.dashboard.signing_in.sessions import Limits, Sessions
from services.dashboard.store.supplier_names import read_names
from services.dashboard.usecases.asking import Services
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
    # The dashboard's own API is one of them, once it is built; it is not asked over the network.
    apis = dict(services.apis)
    services = replace(services, apis=apis)
    changes = Changes(engine)
    listening = subscription(settings.time_zone)
    letters = telling("dashboard", clock)
    messaging = Messaging(engine, settings.kafka(PACKAGE), clock, topics=TOPICS, subscriptions=[listening], tell=letters)
    routers = [
        *page_routers(engine, clock, services, changes),
        overview_router(engine, clock),
        asyncapi_router(),
        acts_router(engine, clock, scope="dashboard"),
        dead_letters_router(engine, clock, {CONSUMER: listening}, scope="dashboard", tell=letters),
    ]
    chassis = Chassis(PACKAGE, settings, engine, clock)
    parts: list[Part] = [messaging, WorkChecker(engine, clock)]
    app = create_service_app(chassis, about=ABOUT, routers=routers, parts=parts, of_routes=[changes])
    apis["dashboard"] = Api.within(app)
    app.state.clock, app.state.zone = clock, settings.time_zone
    app.state.read_names = partial(read_names, engine)
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
