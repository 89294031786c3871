"""The catalogue over a database of its own, with its API."""

from collections.abc import AsyncIterator, Callable

import pytest
from httpx import AsyncClient
from sqlalchemy.ext.asyncio import AsyncEngine

from services.catalogue.app import create_app
from services.catalogue.incoming import handlers
from services.catalogue.settings import CatalogueSettings
from shared.clock import ManualClock
from tests.fixtures.tokens import Tokens
from tests.services.hearing import Hearing
from tests.services.serving import OAI, Kept, api_settings


@pytest.fixture
def settings(database_from: Callable[[str], str], tokens: Tokens) -> CatalogueSettings:
    """The catalogue's API over a database of its own."""
    return api_settings(CatalogueSettings, database_from("services.catalogue"), tokens, **OAI)


@pytest.fixture
async def engine(settings: CatalogueSettings, kept: Kept) -> AsyncIterator[AsyncEngine]:
    """Connections to the catalogue's database."""
    async with kept.engine(settings.database_url) as engine:
        yield engine


@pytest.fixture
def catalogue(engine: AsyncEngine, clock: ManualClock) -> Hearing:
    """The catalogue's handlers."""
    return Hearing(engine, clock, handlers(clock))


@pytest.fixture
async def client(settings: CatalogueSettings, clock: ManualClock, tokens: Tokens, kept: Kept) -> AsyncIterator[AsyncClient]:
    """A council's LMS that may read titles and keep catalogue rules."""
    headers = tokens.headers("catalogue:read", "catalogue:write")
    async with kept.client(create_app, settings, clock, headers) as client:
        yield client


@pytest.fixture
async def operations(settings: CatalogueSettings, clock: ManualClock, tokens: Tokens, kept: Kept) -> AsyncIterator[AsyncClient]:
    """Operations staff, who belong to no council and may read titles."""
    async with kept.client(create_app, settings, clock, tokens.headers("catalogue:read", council=None)) as client:
        yield client
