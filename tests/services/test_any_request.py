"""Schemathesis calls every operation with values that its document allows and forbids; no answer may be a surprise."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.routing import APIRoute

from shared.http.asked import asked_by
from tests.fixtures.chance import Chance
from tests.fixtures.tokens import Tokens
from tests.services.apps import SERVICES, app_of
from tests.waiting import eventually

pytestmark = [pytest.mark.deep, pytest.mark.processes]

# Besides those that it expects by itself: a request without `If-Match` is 428, and one with too long a list 413.
_SETTINGS = """
[checks.missing_required_header]
expected-statuses = [400, 401, 403, 404, 406, 415, 422, 428]
[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "428", "429", "5xx"]
"""
# Its name says more than it can know: a request of the right form is refused where what it names does not exist.
_WITHOUT = "positive_data_acceptance"


# OAI-PMH and SRU tell of errors in their own form, with the status 200.
_PROTOCOLS = "^/(oai|sru)"


@asynccontextmanager
async def _listening(app: FastAPI) -> AsyncIterator[str]:
    """The address of an app that is served until the end."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False))
    serving = asyncio.create_task(server.serve())
    await eventually(lambda: server.started)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await serving


@pytest.mark.parametrize("service", SERVICES)
async def test_every_answer_is_as_the_document_says(
    service: str,
    tokens: Tokens,
    database_from: Callable[[str], str],
    chance: Chance,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CALLER_BURST", "1000000")
    app = app_of(service, tokens, database_url=database_from(f"services.{service}"))
    routes = [route for route in app.routes if isinstance(route, APIRoute) and route.include_in_schema]
    token = tokens.sign(*{scope for route in routes if (scope := asked_by(route).scope) is not None})
    settings = tmp_path / "schemathesis.toml"
    settings.write_text(_SETTINGS)
    async with _listening(app) as url:
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(settings), "run", f"{url}/openapi.json"),
            *("--url", url, "--header", f"Authorization: Bearer {token}", "--exclude-checks", _WITHOUT),
            *("--phases", "examples,coverage,fuzzing", "--max-examples", "40" if chance.deep else "4"),
            *("--max-time", "900" if chance.deep else "60", "--continue-on-failure", "--no-shrink", "--no-color"),
            *("--exclude-path-regex", _PROTOCOLS, "--generation-database", "none", "--seed", str(chance.seed)),
            # Longer than a caller may wait for news.
            *("--request-timeout", "40"),
        ]
        process = await asyncio.create_subprocess_exec(
            *command, cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        told, _ = await process.communicate()
    assert process.returncode == 0, told.decode()
