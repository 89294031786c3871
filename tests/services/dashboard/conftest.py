"""The dashboard over a database of its own, with its API and pages."""

from collections.abc import AsyncIterator, Callable, Sequence

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy.ext.asyncio import AsyncEngine

from services.dashboard.app import create_app
from services.dashboard.incoming import subscription
from services.dashboard.settings import DashboardSettings
from services.dashboard.usecases.asking import Services
from services.delivery import app as delivery_app
from shared.clock import ManualClock
from shared.http.calls import Api
from shared.messaging.envelope import Envelope
from shared.settings import ServiceSettings
from tests.fixtures.tokens import Tokens
from tests.services.dashboard.owning import Owner, at_the_list
from tests.services.dashboard.strands import Way
from tests.services.delivery.conftest import Delivery
from tests.services.hearing import Hearing
from tests.services.serving import Kept, api_settings, calling


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


@pytest.fixture
async def delivery(
    database_from: Callable[[str], str], tokens: Tokens, clock: ManualClock, kept: Kept
) -> AsyncIterator[Delivery]:
    """The delivery service with empty tables."""
    settings = api_settings(ServiceSettings, database_from("services.delivery"), tokens)
    async with kept.client(delivery_app.create_app, settings, clock) as client, kept.engine(settings.database_url) as engine:
        yield Delivery(engine, client, tokens, clock)


@pytest.fixture
def way(delivery: Delivery) -> Way:
    """The way from the dashboard to the delivery service."""
    return Way(delivery.client)


@pytest.fixture
def desk(settings: DashboardSettings, clock: ManualClock, way: Way) -> FastAPI:
    """The dashboard, which reaches the delivery service only."""
    return create_app(settings, clock, services=Services({"delivery": Api("http://delivery", way)}))


@pytest.fixture
async def counter(desk: FastAPI) -> AsyncIterator[AsyncClient]:
    """A browser at the counter of a branch."""
    async with calling(desk) as client:
        yield client


@pytest.fixture
def owner() -> Owner:
    """The services that own things."""
    return Owner()


@pytest.fixture
async def browser(settings: DashboardSettings, clock: ManualClock, tokens: Tokens, owner: Owner) -> AsyncIterator[AsyncClient]:
    """An operator of Suffolk at the pages, which ask the owners."""
    async with at_the_list(settings, clock, tokens, owner) as client:
        yield client
