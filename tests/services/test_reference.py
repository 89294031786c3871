"""`/docs` of every service works offline, and every answer says what a browser may do with it."""

import re

import httpx
import pytest
from fastapi import FastAPI

from shared.http.bodies import MAX_HEAD_BYTES
from tests.fixtures.tokens import Tokens
from tests.services.apps import SERVICES, app_of


def _client(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://service")


@pytest.mark.parametrize("service", SERVICES)
async def test_the_page_of_the_api_loads_only_what_its_own_service_has(service: str, tokens: Tokens) -> None:
    async with _client(app_of(service, tokens)) as client:
        page = await client.get("/docs")
        assert page.headers["content-type"].startswith("text/html")
        loaded = re.findall(r'<(?:script|link)[^>]* (?:src|href)="(?!data:,)([^"]+)"', page.text)
        assert len(loaded) == 3
        for path in (*loaded, "/openapi.json"):
            assert path.startswith("/")
            answer = await client.get(path)
            assert answer.status_code == 200
            assert "http://" not in answer.text or path == "/openapi.json"
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert not {"unsafe-inline", "unsafe-eval", "https:"} & set(re.findall(r"[\w:-]+", policy))
        assert not re.search(r" (style|on\w+)=|<script>", page.text), "the policy forbids what is inline"


@pytest.mark.expects_errors
@pytest.mark.parametrize("service", SERVICES)
async def test_every_answer_has_a_policy_for_browsers(service: str, tokens: Tokens) -> None:
    app = app_of(service, tokens)

    async def broken() -> None:
        raise ZeroDivisionError

    app.add_api_route("/broken", broken)
    async with _client(app) as client:
        answers = {
            await client.get("/livez"),
            await client.get("/readyz"),
            await client.get("/metrics"),
            await client.get("/openapi.json"),
            await client.get("/none"),
            await client.get("/v1/dead-letters"),
            await client.get("/broken"),
            await client.get("/livez", params={"q": "x" * MAX_HEAD_BYTES}),
            await client.post("/v1/dead-letters", headers={"Content-Encoding": "gzip"}),
        }
    assert {answer.status_code for answer in answers} >= {200, 401, 404, 415, 431, 500, 503}
    for answer in answers:
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; base-uri"), answer.url
        assert answer.headers["x-content-type-options"] == "nosniff", answer.url
