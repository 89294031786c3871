"""Clients that generators make from the OpenAPI documents of running services live the whole life of an order."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from local.lms.branches import BRANCHES, read_branches
from local.lms.lms import SCOPES, Addresses, open_lms
from local.simulators import CATALOGUE
from local.stack import Stack, StackOptions
from local.stack.options import COUNCILS, SimulatorOptions
from tests.e2e.clients.making import check_types, make_python_clients, make_typescript_clients, node, python

pytestmark = [pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]

_LIVES = Path(__file__).parent / "clients"
_COUNCIL = next(iter(COUNCILS))
# Each ordered copy comes: what the bookseller refuses or sends late by chance is left out.
_SENT = tuple(
    f"{name}=0"
    for name in (
        "back_order",
        "part_back_order",
        "refuse",
        "part_refuse",
        "substitute_offered",
        "substitute_sent",
        "unknown_code",
    )
)
_QUICK = SimulatorOptions(catalogue=CATALOGUE, response_delay=0.2, despatch_delay=0.2, national_proportions=_SENT)


@dataclass(frozen=True, slots=True)
class Served:
    """A running system with a council that can order: its services' documents, and what a client needs to call them."""

    documents: Mapping[str, Path]
    environment: Mapping[str, str]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served() -> AsyncIterator[Served]:
    """Starts the system once for both languages."""
    folder = Path(tempfile.mkdtemp(prefix="stockbridge-clients-"))
    try:
        async with Stack(StackOptions(folder, simulators=_QUICK)) as stack:
            here, token = stack.endpoints, stack.token(_COUNCIL, *SCOPES)
            async with open_lms(Addresses(here.orders, here.catalogue, here.delivery, here.lms, lambda: token), seed=1) as lms:
                await lms.set_up(read_branches(BRANCHES), only="national")
            documents = await _documents({"orders": here.orders, "delivery": here.delivery}, folder)
            yield Served(
                documents, {"ORDERS_URL": here.orders, "DELIVERY_URL": here.delivery, "TOKEN": token, "LIMIT_SECONDS": "120"}
            )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def test_a_generated_python_client_lives_the_life_of_an_order(served: Served, tmp_path: Path) -> None:
    await make_python_clients(served.documents, tmp_path)
    shutil.copy(_LIVES / "life.py", tmp_path)
    beside = {"MYPYPATH": str(tmp_path), "PYTHONPATH": str(tmp_path)}
    await python(tmp_path, "-m", "mypy", "--strict", "--follow-imports=silent", str(tmp_path / "life.py"), environment=beside)
    await python(tmp_path, str(tmp_path / "life.py"), environment={**served.environment, **beside})


async def test_a_generated_typescript_client_lives_the_life_of_an_order(served: Served, tmp_path: Path) -> None:
    await make_typescript_clients(served.documents, tmp_path)
    shutil.copy(_LIVES / "typescript" / "life.ts", tmp_path)
    await check_types(tmp_path)
    await node(tmp_path, str(tmp_path / "life.ts"), environment=served.environment)


async def _documents(services: Mapping[str, str], folder: Path) -> dict[str, Path]:
    """Saves the OpenAPI document of each service, as its own address gives it."""
    found: dict[str, Path] = {}
    # The first request makes the document, which takes seconds where much else runs.
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        for name, url in services.items():
            found[name] = folder / f"{name}-openapi.json"
            found[name].write_bytes((await client.get(f"{url}/openapi.json")).raise_for_status().content)
    return found
