"""Evidence over a database of its own, with its API."""

from collections.abc import AsyncIterator, Callable, Sequence

import pytest
from httpx import AsyncClient
from sqlalchemy.ext.asyncio import AsyncEngine

from services.evidence.app import create_app
from services.evidence.incoming import subscription
from services.evidence.settings import EvidenceSettings
from shared.clock import ManualClock
from shared.messaging.envelope import Envelope
from tests.fixtures.tokens import Tokens
from tests.services.hearing import Hearing
from tests.services.serving import Kept, api_settings


@pytest.fixture
def settings(database_from: Callable[[str], str], tokens: Tokens) -> EvidenceSettings:
    """The API of evidence over a database of its own."""
    return api_settings(EvidenceSettings, database_from("services.evidence"), tokens)


@pytest.fixture
async def engine(settings: EvidenceSettings, kept: Kept) -> AsyncIterator[AsyncEngine]:
    """Connections to the database of evidence."""
    async with kept.engine(settings.database_url) as engine:
        yield engine


class Evidence(Hearing):
    """Evidence, which handles a batch as a whole."""

    async def hears_envelopes(self, envelopes: Sequence[Envelope]) -> None:
        """Give evidence a batch as it comes from Kafka."""
        async with self.engine.begin() as connection:
            await subscription().handle(connection, envelopes)


@pytest.fixture
def evidence(engine: AsyncEngine, clock: ManualClock) -> Hearing:
    """The handlers of evidence."""
    return Evidence(engine, clock, ())


@pytest.fixture
async def client(settings: EvidenceSettings, clock: ManualClock, tokens: Tokens, kept: Kept) -> AsyncIterator[AsyncClient]:
    """The staff of Suffolk."""
    headers = tokens.headers("evidence:read evidence:write")
    async with kept.client(create_app, settings, clock, headers) as client:
        yield client
