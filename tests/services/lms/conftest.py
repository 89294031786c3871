"""The feed over a database of its own, with its API."""

from collections.abc import AsyncIterator, Callable, Sequence

import pytest
from httpx import AsyncClient
from sqlalchemy.ext.asyncio import AsyncEngine

from services.lms.app import create_app
from services.lms.incoming import subscription
from services.lms.settings import LmsSettings
from shared.clock import ManualClock
from shared.messaging.envelope import Envelope
from tests.fixtures.tokens import Tokens
from tests.services.hearing import Hearing
from tests.services.serving import MAILBOXES, WEBHOOKS, Kept, api_settings


@pytest.fixture
def settings(database_from: Callable[[str], str], tokens: Tokens) -> LmsSettings:
    """The API of lms over a database of its own, with two connections at most. Few callers may wait, but more than that."""
    limits = {"database_pool_size": 1, "changes_waiting_callers": 3, "changes_waiting_of_council": 2}
    return api_settings(LmsSettings, database_from("services.lms"), tokens, **limits, **WEBHOOKS, **MAILBOXES)


@pytest.fixture
async def engine(settings: LmsSettings, kept: Kept) -> AsyncIterator[AsyncEngine]:
    """Connections to the database of lms."""
    async with kept.engine(settings.database_url) as engine:
        yield engine


class Lms(Hearing):
    """The feed, which handles a batch as a whole."""

    async def hears_envelopes(self, envelopes: Sequence[Envelope]) -> None:
        """Give the feed a batch as it comes from Kafka."""
        async with self.engine.begin() as connection:
            await subscription(self.clock, days=90).handle(connection, envelopes)


@pytest.fixture
def lms(engine: AsyncEngine, clock: ManualClock) -> Hearing:
    """The consumer of lms."""
    return Lms(engine, clock, ())


@pytest.fixture
async def client(settings: LmsSettings, clock: ManualClock, tokens: Tokens, kept: Kept) -> AsyncIterator[AsyncClient]:
    """The LMS of Suffolk."""
    async with kept.client(create_app, settings, clock, tokens.headers("lms:read")) as client:
        yield client
