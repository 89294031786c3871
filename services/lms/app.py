"""Joins the parts of the lms service into one app. The only place that knows them all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from services.lms.about import ABOUT
from services.lms.api import (
    changes_router,
    deliveries_router,
    mailbox_messages_router,
    mailbox_state_router,
    mailboxes_router,
    webhook_actions_router,
    webhook_endpoints_router,
)
from services.lms.api.mailbox_access import Keeping
from services.lms.api.sending import Sending
from services.lms.door import Door, DoorLimits
from services.lms.forgetter import Forgetter
from services.lms.incoming import CONSUMER, subscription
from services.lms.incoming_mailbox import CONSUMER as MAILBOX_CONSUMER
from services.lms.incoming_mailbox import subscription as mailbox_subscription
from services.lms.loops.post_reader import PostReader
from services.lms.loops.sender import Sender
from services.lms.loops.visitor import Rhythm, Visitor
from services.lms.sealing import Seal
from services.lms.settings import LmsSettings
from services.lms.store.post import IN_CHANNEL
from services.lms.usecases.correspondents import KnownMailboxes
from services.lms.visiting import Visiting
from services.lms.waking import Waking
from shared.bus import TOPICS
from shared.clock import Clock, SystemClock
from shared.db.engine import create_engine
from shared.dead_letter_news import telling
from shared.health import Part
from shared.http.acts import acts_router
from shared.http.answers import LARGEST_HEAD, Caps
from shared.http.app import Chassis, create_service_app
from shared.http.dead_letters import dead_letters_router
from shared.http.outward import Allowed, Outward, Resolver, resolve
from shared.loop import Loop
from shared.messaging.runtime import Messaging

PACKAGE = "services.lms"
# The post is read at once when a file is kept; the timer is for files that are due later.
_LOOK_SECONDS = 1.0


def create_app(settings: LmsSettings, clock: Clock | None = None, resolver: Resolver = resolve) -> FastAPI:
    """Builds the lms service in the role its settings name. `resolver` finds the addresses of webhook endpoints."""
    clock = clock or SystemClock(settings.time_zone)
    engine = create_engine(settings.database_url, pool_size=settings.database_pool_size)
    listening = subscription(clock, days=settings.changes_days)
    mailboxes = KnownMailboxes()
    post = mailbox_subscription(mailboxes, clock)
    letters = telling("lms", clock)
    messaging = Messaging(engine, settings.kafka(PACKAGE), clock, topics=TOPICS, subscriptions=[listening, post], tell=letters)
    forgetter = Forgetter(engine, clock, days=settings.changes_days, late_seconds=settings.order_late_seconds)
    waking = Waking(engine, most=settings.changes_waiting_callers, most_of_council=settings.changes_waiting_of_council)
    sending = Sending(partial(_outward, settings, resolver), Seal(settings.webhook_keys), clock)
    sender = Sender(engine, sending.outward, sending.seal, clock)
    visiting = Visiting(_allowed(settings.mailbox_allowed), resolver, sending.seal)
    keeping = Keeping(sending.seal, clock, visiting, most=settings.mailboxes)
    routers = [
        changes_router(engine, waking),
        webhook_endpoints_router(engine, sending, most=settings.webhook_endpoints),
        webhook_actions_router(engine, sending),
        deliveries_router(engine, sending),
        mailboxes_router(engine, keeping),
        mailbox_state_router(engine, keeping),
        mailbox_messages_router(engine, clock),
        acts_router(engine, clock, scope="lms"),
        dead_letters_router(engine, clock, {CONSUMER: listening, MAILBOX_CONSUMER: post}, scope="lms", tell=letters),
    ]
    chassis = Chassis(PACKAGE, settings, engine, clock)
    reading = _reading(engine, clock, settings, mailboxes)
    rhythm = Rhythm(settings.mailbox_visit_seconds, largest_file=settings.mailbox_largest_file)
    visitor = Visitor(engine, clock, visiting, rhythm)
    parts: list[Part] = [messaging, forgetter, sender, reading, visitor, *_door(engine, clock, settings)]
    return create_service_app(chassis, about=ABOUT, routers=routers, parts=parts, of_routes=[waking])


def _outward(settings: LmsSettings, resolver: Resolver) -> Outward:
    return Outward(
        _allowed(settings.webhook_allowed), Caps(largest=LARGEST_HEAD, seconds=settings.webhook_seconds), resolver=resolver
    )


def _reading(engine: AsyncEngine, clock: Clock, settings: LmsSettings, mailboxes: KnownMailboxes) -> Loop:
    reader = PostReader(engine, mailboxes, clock, late=timedelta(hours=settings.mailbox_late_hours))
    return Loop("reading post", engine, reader.turn, pause=_LOOK_SECONDS, channel=IN_CHANNEL)


def _door(engine: AsyncEngine, clock: Clock, settings: LmsSettings) -> Iterator[Door]:
    if settings.mailbox_port and settings.mailbox_host_key_file is not None:
        limits = DoorLimits(
            largest_file=settings.mailbox_largest_file,
            memory=settings.mailbox_memory,
            connections=settings.mailbox_connections,
            connections_of_mailbox=settings.mailbox_connections_each,
            idle_seconds=settings.mailbox_idle_seconds,
        )
        key_file = settings.mailbox_host_key_file
        yield Door(engine, clock, host=settings.host, port=settings.mailbox_port, host_key_file=key_file, limits=limits)


def _allowed(stated: str) -> Allowed:
    return Allowed.of(filter(None, stated.split(",")))
