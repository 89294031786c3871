"""The catalogue over a database of its own, with its API."""

from collections.abc import AsyncIterator, Callable

import pytest
from httpx import ASGITransport, AsyncClient
from sqlalchemy.ext.asyncio import AsyncEngine

from services.catalogue.app import create_app
from services.catalogue.incoming import handlers
from shared.clock import ManualClock
from shared.db.engine import create_engine
from shared.settings import ServiceSettings
from tests.fixtures.tokens import Tokens
from tests.services.hearing import Hearing, api_settings


@pytest.fixture
def settings(database_from: Callable[[str], str], tokens: Tokens) -> ServiceSettings:
    """The catalogue's API over a database of its own."""
    return api_settings(database_from("services.catalogue"), tokens)


@pytest.fixture
async def engine(settings: ServiceSettings) -> AsyncIterator[AsyncEngine]:
    """Connections to the catalogue's database."""
    engine = create_engine(settings.database_url)
    yield engine
    await engine.dispose()


@pytest.fixture
def catalogue(engine: AsyncEngine, clock: ManualClock) -> Hearing:
    """The catalogue's handlers."""
    return Hearing(engine, clock, handlers(clock))


@pytest.fixture
async def client(settings: ServiceSettings, clock: ManualClock, tokens: Tokens) -> AsyncIterator[AsyncClient]:
    """A council's LMS that may read titles and keep catalogue rules."""
    app = create_app(settings, clock)
    headers = tokens.headers("catalogue:read", "catalogue:write")
    async with (
        app.router.lifespan_context(app),
        AsyncClient(transport=ASGITransport(app), base_url="http://catalogue", headers=headers) as client,
    ):
        yield client
