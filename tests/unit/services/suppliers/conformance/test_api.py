"""The kit over HTTP: files in, a report out, nothing kept; no database is reached."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from pydantic import SecretStr

from services.suppliers.about import ABOUT
from services.suppliers.api.conformance import conformance_router
from services.suppliers.conformance import Subject
from services.suppliers.exchange import Exchange
from shared.clock import SystemClock
from shared.db.engine import create_engine
from shared.http.app import Chassis, create_service_app
from shared.settings import ServiceSettings
from tests.fixtures.tokens import Tokens
from tests.unit.services.suppliers.conformance.conftest import SAMPLES

PATH = "/v1/suppliers/albion/conformance"
CAP = 20_000


@pytest.fixture
async def api(bookseller: Subject, tokens: Tokens) -> AsyncIterator[httpx.AsyncClient]:
    """The API of an exchange whose database is not there."""
    settings = ServiceSettings(
        database_url=SecretStr("postgresql+asyncpg://nobody@127.0.0.1:1/none"),
        kafka_bootstrap_servers="127.0.0.1:1",
        auth_jwks_file=tokens.jwks_file,
        max_body_bytes=CAP,
    )
    engine = create_engine(settings.database_url)
    exchange = Exchange(bookseller.adapter, SystemClock())
    chassis = Chassis("services.suppliers", settings, engine, SystemClock())
    app = create_service_app(chassis, about=ABOUT, routers=[conformance_router(exchange, "national")], parts=[])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://exchange") as client:
        client.headers.update(tokens.headers("exchange:read", council=None))
        yield client
    await engine.dispose()


async def test_a_raw_body_is_one_file(api: httpx.AsyncClient) -> None:
    answer = await api.post(PATH, content=_sample("accepted.edi"))

    report = answer.json()
    assert (answer.status_code, report["passed"]) == (200, True)
    (file,) = report["files"]
    assert (file["name"], file["segments"], file["end_state"]) == ("body", 20, "applied")


async def test_several_files_come_as_multipart_byte_for_byte(api: httpx.AsyncClient) -> None:
    names = ("accepted.edi", "despatch_to_nowhere.edi")
    files = [("files", (name, _sample(name), "application/EDIFACT")) for name in names]
    line_ends = ("files", ("ends.edi", _sample("accepted.edi").replace(b"\n", b"\r\n") + b"\r\n", "text/plain"))

    answer = await api.post(PATH, files=[*files, line_ends], data={"comment": "no file"})

    report = answer.json()
    assert [file["name"] for file in report["files"]] == [*names, "ends.edi"]
    assert [file["end_state"] for file in report["files"]] == ["applied", "quarantined", "applied"]
    assert [file["size"] for file in report["files"]] == [len(part[1][1]) for part in (*files, line_ends)]
    assert not report["passed"]


@pytest.mark.parametrize(
    ("content_type", "body", "code"),
    [
        ("multipart/form-data", b"x", "not-multipart"),
        ("multipart/form-data; boundary=b", b"--b--", "no-files"),
        ("multipart/form-data; boundary=b", b"\x00\xff" * 50, "not-multipart"),
    ],
)
async def test_a_broken_multipart_body_is_refused(api: httpx.AsyncClient, content_type: str, body: bytes, code: str) -> None:
    answer = await api.post(PATH, content=body, headers={"Content-Type": content_type})

    assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_a_body_over_the_cap_is_refused(api: httpx.AsyncClient) -> None:
    assert (await api.post(PATH, content=b"x" * (CAP + 1))).status_code == 413


async def test_another_supplier_is_not_served_here(api: httpx.AsyncClient) -> None:
    answer = await api.post("/v1/suppliers/other/conformance", content=b"x")

    assert (answer.status_code, answer.json()["code"]) == (404, "no-such-supplier")


async def test_it_takes_the_scope_to_read_the_exchange(api: httpx.AsyncClient, tokens: Tokens) -> None:
    answer = await api.post(PATH, content=b"x", headers=tokens.headers("orders:read"))

    assert answer.status_code == 403


def _sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()
