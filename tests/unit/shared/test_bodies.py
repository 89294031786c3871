"""Bodies of requests are refused before they are read, where they are too large or compressed."""

import gzip

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from shared.http.bodies import BodyCap

LIMIT = 1_000


async def _length(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


@pytest.fixture
def client() -> httpx.AsyncClient:
    app = BodyCap(Starlette(routes=[Route("/", _length, methods=["POST"])]), LIMIT)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://here")


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "deflate", "br", "gzip, gzip", "identity, gzip"])
async def test_a_compressed_body_is_refused(client: httpx.AsyncClient, encoding: str) -> None:
    answer = await client.post("/", content=gzip.compress(b"{}"), headers={"Content-Encoding": encoding})

    assert (answer.status_code, answer.json()["code"]) == (415, "body-compressed")
    assert answer.headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize("headers", [{}, {"Content-Encoding": "identity"}, {"Content-Encoding": ""}])
async def test_a_body_as_it_is_is_read(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    assert (await client.post("/", content=b"x" * LIMIT, headers=headers)).text == str(LIMIT)


@pytest.mark.parametrize("length", [str(LIMIT + 1), "9" * 5_000, "-1", "x", "1e3"])
async def test_a_length_over_the_limit_or_none_at_all_is_refused(client: httpx.AsyncClient, length: str) -> None:
    answer = await client.post("/", content=b"", headers={"Content-Length": length})

    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")
