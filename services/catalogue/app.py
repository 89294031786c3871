"""Joins the parts of the catalogue service into one app. The only place that knows them all."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from fastapi import FastAPI

from services.catalogue.about import ABOUT
from services.catalogue.api import changes_router, oai_router, titles_router
from services.catalogue.api.duplication import duplication_router
from services.catalogue.api.fixes import fixes_router
from services.catalogue.api.item_profile import item_profile_router
from services.catalogue.api.oai import Harvested
from services.catalogue.api.offers import offers_router
from services.catalogue.api.quality import quality_router
from services.catalogue.api.record_files import record_files_router
from services.catalogue.api.switches import catalogue_switches_router
from services.catalogue.incoming import subscription, suppliers_subscription
from services.catalogue.reminders import Reminders
from services.catalogue.settings import CatalogueSettings
from services.catalogue.sru import sru_router
from services.catalogue.usecases.sourcing import tell_of_rule
from services.catalogue.usecases.switching import SWITCHES
from shared.bus import TOPICS
from shared.clock import Clock, SystemClock
from shared.db.engine import create_engine
from shared.dead_letter_news import telling
from shared.formats.oai_pmh import Repository
from shared.health import Part
from shared.http.acts import acts_router
from shared.http.app import Chassis, create_service_app
from shared.http.dead_letters import dead_letters_router
from shared.messaging.runtime import Messaging
from shared.sourcing.api import Access, sourcing_routers
from shared.sourcing.changes import ChangeKind
from shared.sourcing.rules import Strand
from shared.sourcing.switches.life import approving

PACKAGE = "services.catalogue"

# Before there were titles anywhere.
_EARLIEST = datetime(2025, 1, 1, tzinfo=UTC)


def create_app(settings: CatalogueSettings, clock: Clock | None = None) -> FastAPI:
    """Builds the catalogue service in the role its settings name."""
    clock = clock or SystemClock(settings.time_zone)
    engine = create_engine(settings.database_url, pool_size=settings.database_pool_size)
    listening = {each.consumer: each for each in (subscription(clock), suppliers_subscription(clock))}
    letters = telling("catalogue", clock)
    kafka, heard = settings.kafka(PACKAGE), list(listening.values())
    messaging = Messaging(engine, kafka, clock, topics=TOPICS, subscriptions=heard, tell=letters)
    tell = partial(tell_of_rule, clock=clock)
    access = Access(Strand.CATALOGUE, "catalogue:read", "catalogue:write", engine, clock, tell=tell)
    routers = [
        titles_router(engine, clock),
        offers_router(engine, clock),
        fixes_router(engine, clock),
        quality_router(engine, clock),
        duplication_router(engine),
        changes_router(engine, clock),
        oai_router(engine, clock, _harvested(settings)),
        sru_router(engine),
        item_profile_router(engine, clock),
        record_files_router(engine, clock),
        *sourcing_routers(access, {ChangeKind.SWITCH: approving(SWITCHES, clock)}),
        catalogue_switches_router(engine, clock),
        acts_router(engine, clock, scope="catalogue"),
        dead_letters_router(engine, clock, listening, scope="catalogue", tell=letters),
    ]
    chassis = Chassis(PACKAGE, settings, engine, clock)
    parts: list[Part] = [messaging, Reminders(engine, clock)]
    return create_service_app(chassis, about=ABOUT, routers=routers, parts=parts)


def _harvested(settings: CatalogueSettings) -> Harvested:
    repository = Repository(
        name=settings.oai_repository_name,
        base_url=settings.oai_base_url,
        admin_emails=(settings.oai_admin_email,),
        earliest=_EARLIEST,
        key=settings.oai_token_key.get_secret_value().encode(),
        has_sets=True,
    )
    return Harvested(repository, settings.oai_domain)
