"""What tests of several services share."""

from collections.abc import AsyncIterator, Callable

import pytest
from pydantic import SecretStr

from shared.clock import ManualClock
from tests.services.read_model import DASHBOARD, EVIDENCE, ReadModel, feed_by
from tests.services.serving import Kept


@pytest.fixture(scope="session")
def kept() -> Kept:
    """This worker's engines and apps."""
    return Kept()


@pytest.fixture
async def read_model(database_from: Callable[[str], str], kept: Kept) -> AsyncIterator[ReadModel]:
    """An empty read model of the dashboard."""
    async with kept.engine(SecretStr(database_from("services.dashboard"))) as engine:
        yield ReadModel(engine, DASHBOARD)


@pytest.fixture
async def evidence_model(database_from: Callable[[str], str], kept: Kept) -> AsyncIterator[ReadModel]:
    """An empty read model of evidence."""
    async with kept.engine(SecretStr(database_from("services.evidence"))) as engine:
        yield ReadModel(engine, EVIDENCE)


@pytest.fixture
async def feed_model(database_from: Callable[[str], str], kept: Kept, clock: ManualClock) -> AsyncIterator[ReadModel]:
    """An empty feed of lms."""
    async with kept.engine(SecretStr(database_from("services.lms"))) as engine:
        yield ReadModel(engine, feed_by(clock))
