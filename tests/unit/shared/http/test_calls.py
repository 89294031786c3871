"""Asking another service for a person: its answer, its refusal, or a sentence about why there is none."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest

from shared.errors import DomainError, Kind
from shared.http.calls import Api


def answering(status: int, body: bytes = b"{}") -> Api:
    """A service that answers every request the same way."""
    return Api("http://service", httpx.MockTransport(lambda _: httpx.Response(status, stream=httpx.ByteStream(body))))


async def test_the_service_is_asked_with_the_persons_token() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        told = json.dumps({"path": request.url.path, "token": request.headers["Authorization"]})
        return httpx.Response(200, stream=httpx.ByteStream(told.encode()))

    asked = await Api("http://service/base", httpx.MockTransport(answer)).ask("GET", "/v1/things", "secret")
    assert asked == {"path": "/base/v1/things", "token": "Bearer secret"}


async def test_a_refusal_keeps_its_code_and_its_sentence() -> None:
    with pytest.raises(DomainError, match="Download it") as raised:
        await answering(413, b'{"code": "too-large-to-show", "detail": "Download it."}').ask("GET", "/", "secret")
    assert (raised.value.code, raised.value.kind) == ("too-large-to-show", Kind.TOO_LARGE)


async def test_a_refusal_of_a_form_says_which_field_is_wrong() -> None:
    fault = {"pointer": "/reason", "code": "string_too_short", "detail": "String should have at least 3 characters"}
    problem = {"code": "invalid-request", "detail": "Correct what `errors` lists.", "errors": [fault]}
    with pytest.raises(DomainError) as raised:
        await answering(422, json.dumps(problem).encode()).ask("POST", "/", "secret")
    assert raised.value.detail == "reason: String should have at least 3 characters"


@pytest.mark.parametrize(
    "api",
    [
        answering(502, b"<html>"),
        answering(418, b'{"code": "teapot", "detail": "I am a teapot."}'),
        answering(200, b"<html>"),
        answering(302),
        answering(200, b'"' + b"x" * 9_000_000 + b'"'),
        Api("http://127.0.0.1:1"),
    ],
    ids=["no problem", "unknown status", "no JSON", "redirect", "too large", "nobody there"],
)
async def test_a_service_that_gives_no_usable_answer_is_unavailable(api: Api) -> None:
    with pytest.raises(DomainError) as raised:
        await api.ask("GET", "/", "secret")
    assert raised.value.kind is Kind.UNAVAILABLE


async def test_a_download_passes_on_what_arrives_before_all_has_arrived() -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield b"first"
        raise httpx.ReadError("cut off")

    api = Api("http://service", httpx.MockTransport(lambda _: httpx.Response(200, content=parts())))
    chunks = await api.download("/raw", "secret")
    assert await anext(chunks) == b"first"
    with pytest.raises(httpx.ReadError):
        await anext(chunks)


@pytest.mark.parametrize("api", [answering(404, b'{"code": "no-such", "detail": "None."}'), Api("http://127.0.0.1:1")])
async def test_a_download_that_is_refused_fails_before_its_first_byte(api: Api) -> None:
    with pytest.raises(DomainError):
        await api.download("/raw", "secret")
