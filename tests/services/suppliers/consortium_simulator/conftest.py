"""Simulated consortiums and the address their pushes go to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from local.machine.certificates import Certificates, mint_certificates
from local.stack.profiles_consortium import consortium_secrets
from shared.clock import SystemClock
from tests.services.suppliers.consortium_simulator.simulated_consortium import (
    Inbox,
    Simulate,
    Simulator,
)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """The consortium's authority and server certificate."""
    return mint_certificates(tmp_path_factory.mktemp("certificates"), clock=SystemClock())


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    """The address that pushes go to."""
    inbox = Inbox()
    yield inbox
    inbox.close()


@pytest.fixture
async def simulate(certificates: Certificates, inbox: Inbox, tmp_path: Path) -> AsyncIterator[Simulate]:
    """Makes simulators; all are ended after the test."""
    made: list[Simulator] = []

    def make(*options: str, inbox: Inbox = inbox) -> Simulator:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(Simulator(certificates, consortium_secrets(), inbox, folder, options))
        return made[-1]

    yield make
    for simulator in made:
        await simulator.stop()
