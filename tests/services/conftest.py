"""What tests of several services share."""

from collections.abc import AsyncIterator, Callable

import pytest
from pydantic import SecretStr

from shared.db.engine import create_engine
from tests.services.read_model import ReadModel


@pytest.fixture
async def read_model(database_from: Callable[[str], str]) -> AsyncIterator[ReadModel]:
    """An empty read model of the dashboard."""
    engine = create_engine(SecretStr(database_from("services.dashboard")))
    yield ReadModel(engine)
    await engine.dispose()
