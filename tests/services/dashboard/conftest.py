"""The dashboard over a database of its own, with its API and pages."""

from collections.abc import AsyncIterator, Callable, Sequence

import pytest
from httpx import AsyncClient
from sqlalchemy.ext.asyncio import AsyncEngine

from services.dashboard.app import create_app
from services.dashboard.incoming import subscription
from services.dashboard.settings import DashboardSettings
from shared.clock import ManualClock
from shared.messaging.envelope import Envelope
from tests.fixtures.tokens import Tokens
from tests.services.hearing import Hearing
from tests.services.serving import Kept, api_settings


@pytest.fixture
def settings(database_from: Callable[[str], str], tokens: Tokens) -> DashboardSettings:
    """The dashboard's API over a database of its own."""
    return api_settings(DashboardSettings, database_from("services.dashboard"), tokens)


@pytest.fixture
async def engine(settings: DashboardSettings, kept: Kept) -> AsyncIterator[AsyncEngine]:
    """Connections to the dashboard's database."""
    async with kept.engine(settings.database_url) as engine:
        yield engine


class Dashboard(Hearing):
    """The dashboard, which handles a batch as a whole."""

    async def hears_envelopes(self, envelopes: Sequence[Envelope]) -> None:
        """Give the dashboard a batch as it comes from Kafka."""
        async with self.engine.begin() as connection:
            await subscription().handle(connection, envelopes)


@pytest.fixture
def dashboard(engine: AsyncEngine, clock: ManualClock) -> Hearing:
    """The dashboard's handlers."""
    return Dashboard(engine, clock, ())


@pytest.fixture
async def client(settings: DashboardSettings, clock: ManualClock, tokens: Tokens, kept: Kept) -> AsyncIterator[AsyncClient]:
    """Staff of all councils."""
    headers = tokens.headers("dashboard:read", council=None)
    async with kept.client(create_app, settings, clock, headers) as client:
        yield client
