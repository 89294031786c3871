"""Opens stations and closes them after the test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from local.machine.ports import free_port
from services.suppliers.app import PACKAGE
from tests.fixtures.tokens import Tokens
from tests.suppliers.other_side import OtherSide, Trait
from tests.suppliers.station import Station
from tests.suppliers.suite import Open

MakeSide = Callable[[Path, str, tuple[Trait, ...]], OtherSide]


@pytest.fixture
async def at_work(
    make_side: MakeSide, supplier_id: str, database_from: Callable[[str], str], tokens: Tokens, tmp_path: Path
) -> AsyncIterator[Open]:
    """`await at_work(*traits)` is a station whose supplier has these traits."""
    opened: list[Station] = []

    async def open_station(*traits: Trait) -> Station:
        port = free_port()
        url = f"http://127.0.0.1:{port}/v1/suppliers/{supplier_id}/webhooks"
        station = Station(make_side(tmp_path, url, traits), database_from(PACKAGE), port, tokens)
        opened.append(station)
        await station.open()
        return station

    yield open_station
    for station in opened:
        await station.close()
