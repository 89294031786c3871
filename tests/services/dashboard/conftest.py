"""The dashboard over a database of its own, with its API and pages."""

from collections.abc import AsyncIterator, Callable, Sequence

import pytest
from httpx import ASGITransport, AsyncClient
from sqlalchemy.ext.asyncio import AsyncEngine

from services.dashboard.app import create_app
from services.dashboard.incoming import subscription
from services.dashboard.settings import DashboardSettings
from shared.clock import ManualClock
from shared.db.engine import create_engine
from shared.messaging.envelope import Envelope
from tests.fixtures.tokens import Tokens
from tests.services.hearing import Hearing, api_settings


@pytest.fixture
def settings(database_from: Callable[[str], str], tokens: Tokens) -> DashboardSettings:
    """The dashboard's API over a database of its own, with the addresses of the order book and of one exchange."""
    common = api_settings(database_from("services.dashboard"), tokens).model_dump(exclude_unset=True)
    exchanges = '{"harbour-books": "https://harbour.example.org"}'
    return DashboardSettings(**common, orders_url="https://orders.example.org", supplier_urls=exchanges)


@pytest.fixture
async def engine(settings: DashboardSettings) -> AsyncIterator[AsyncEngine]:
    """Connections to the dashboard's database."""
    engine = create_engine(settings.database_url)
    yield engine
    await engine.dispose()


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
async def client(settings: DashboardSettings, clock: ManualClock, tokens: Tokens) -> AsyncIterator[AsyncClient]:
    """Staff of all councils."""
    app = create_app(settings, clock)
    headers = tokens.headers("dashboard:read", council=None)
    async with (
        app.router.lifespan_context(app),
        AsyncClient(transport=ASGITransport(app), base_url="http://dashboard", headers=headers) as client,
    ):
        yield client
