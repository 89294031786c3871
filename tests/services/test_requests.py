"""What every service does with any request: names it, refuses parameters it does not know, answers HEAD, and lists methods."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest
import structlog
from fastapi import FastAPI
from fastapi.routing import APIRoute

from shared.errors import DomainError, Kind
from shared.http.refusals import Refusals, refusals
from tests.fixtures.tokens import Tokens
from tests.services.apps import SERVICES, app_of


@pytest.fixture
async def client(tokens: Tokens) -> AsyncIterator[httpx.AsyncClient]:
    """The order book, without a database."""
    async with client_of(app_of("orders", tokens)) as client:
        yield client


def client_of(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://service")


@pytest.mark.expects_errors
@pytest.mark.parametrize("service", SERVICES)
async def test_every_answer_names_its_request(service: str, tokens: Tokens) -> None:
    app = app_of(service, tokens)

    async def broken() -> None:
        raise ZeroDivisionError

    app.add_api_route("/broken", broken)
    paths = ("/livez", "/docs", "/none", "/v1/dead-letters", "/v1/dead-letters?odd=1", "/broken", "/?" + "x" * 40_000)
    async with client_of(app) as client:
        answers = [await client.get(path, headers={"X-Correlation-Id": "order-7"}) for path in paths]
        answers.append(await client.post("/v1/dead-letters", headers={"Content-Encoding": "gzip"}))
        answers.append(await client.get("/livez"))
    assert {answer.status_code for answer in answers} >= {200, 401, 404, 415, 422, 431, 500}
    ids = {UUID(answer.headers["x-request-id"]) for answer in answers}
    assert len(ids) == len(answers)
    assert {answer.headers["x-correlation-id"] for answer in answers[:7]} == {"order-7"}
    assert all(answer.headers["x-correlation-id"] == answer.headers["x-request-id"] for answer in answers[7:])
    for answer in answers:
        if answer.headers["content-type"] == "application/problem+json":
            assert answer.json()["instance"] == f"urn:uuid:{answer.headers['x-request-id']}"
            assert answer.json()["type"] == f"/problems/{answer.json()['code']}"


async def test_every_log_line_of_a_request_names_it(tokens: Tokens) -> None:
    app, seen = app_of("orders", tokens), []

    async def logging() -> None:
        seen.append(structlog.contextvars.get_contextvars())

    app.add_api_route("/logging", logging)
    async with client_of(app) as client:
        answer = await client.get("/logging", headers={"X-Correlation-Id": "order-7"})
    assert seen[0]["request"] == answer.headers["x-request-id"]
    assert seen[0]["correlation"] == "order-7"


async def test_a_parameter_that_does_not_exist_is_refused_by_name(client: httpx.AsyncClient) -> None:
    refused = await client.get("/v1/orders", params={"suplier_id": "national", "limit": 3, "a/b": ""})
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown-parameter")
    assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/query/suplier_id", "/query/a~1b"]
    assert "it takes attention, cursor, limit, order_number" in refused.json()["errors"][0]["detail"]
    without = await client.post("/v1/orders", params={"dry_run": "true"})
    assert "it takes none" in without.json()["detail"]
    assert (await client.get("/v1/orders", params={"limit": 3})).json()["code"] == "unauthenticated"


async def test_head_is_get_without_a_body(client: httpx.AsyncClient) -> None:
    for path in ("/livez", "/openapi.json", "/docs", "/v1/orders", "/none"):
        got, head = await client.get(path), await client.head(path)
        assert head.content == b""
        assert (head.status_code, head.headers["content-length"]) == (got.status_code, str(len(got.content)))


@pytest.mark.parametrize("service", SERVICES)
async def test_405_lists_every_method_of_the_path(service: str, tokens: Tokens) -> None:
    app = app_of(service, tokens)
    methods: dict[str, set[str]] = {}
    for route in app.routes:
        if isinstance(route, APIRoute):
            methods.setdefault(route.path, set()).update(route.methods or ())
    async with client_of(app) as client:
        for path in (path for path in methods if "{" not in path):
            refused = await client.patch(path)
            allowed = methods[path] | ({"HEAD"} if "GET" in methods[path] else set())
            assert (refused.status_code, refused.json()["code"]) == (405, "method-not-allowed"), path
            assert set(refused.headers["allow"].split(", ")) >= allowed


async def test_a_fixed_path_is_not_taken_for_an_id(client: httpx.AsyncClient) -> None:
    for method, path, allowed in (
        ("DELETE", "/v1/sourcing-rules/preview", "GET, HEAD"),
        ("GET", "/v1/switches/preview", "POST"),
        ("PATCH", "/v1/switches/0192f0c1-2b3a-7c4d-8e5f-60718293a4b5", "GET, HEAD"),
    ):
        refused = await client.request(method, path)
        assert (refused.status_code, refused.headers["allow"]) == (405, allowed), path


async def test_a_body_that_is_no_text_is_no_json(client: httpx.AsyncClient, tokens: Tokens) -> None:
    headers = {**tokens.headers("orders:write"), "Idempotency-Key": "k", "Content-Type": "application/json"}
    for body, status, code in (
        (b"{", 400, "malformed-json"),
        (b"\xff\xfe", 400, "malformed-json"),
        (b"", 422, "invalid-request"),
    ):
        refused = await client.put("/v1/approval", content=body, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (status, code), body


@pytest.mark.expects_errors
async def test_a_problem_that_its_operation_does_not_declare_is_reported(tokens: Tokens, logged_errors: list[str]) -> None:
    app = app_of("orders", tokens)

    async def full() -> None:
        raise DomainError("too-many-branches", "There are enough.", Kind.INVALID)

    for path, responses in (("/said", refusals("too-many-branches")), ("/unsaid", refusals()), ("/not-yet", {})):
        app.add_api_route(path, full, responses=responses)
    routes = [route for route in app.routes if isinstance(route, APIRoute)]
    app.state.refusals = Refusals(app.state.refusals.registry, routes)
    async with client_of(app) as client:
        for path, reported in (("/said", 0), ("/not-yet", 0), ("/unsaid", 1)):
            refused = await client.get(path)
            assert refused.json()["title"] == "The council would have too many branches."
            assert sum("undeclared problem" in line for line in logged_errors) == reported, path


def test_an_operation_declares_registered_problems_only(tokens: Tokens) -> None:
    app = app_of("orders", tokens)
    app.add_api_route("/odd", lambda: None, responses=refusals("no-such-code"))
    with pytest.raises(ValueError, match="no-such-code"):
        Refusals(app.state.refusals.registry, [route for route in app.routes if isinstance(route, APIRoute)])
