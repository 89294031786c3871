"""What a request may contain has a limit, in every service: its head as a whole, and each text in its body."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from shared.http.bodies import MAX_HEAD_BYTES
from shared.texts import Text
from tests.fixtures.tokens import Tokens
from tests.services.apps import SERVICES, app_of

_NOT_NUL = Text.__metadata__[0].metadata[0].pattern  # type: ignore[attr-defined]
_BOUND = ("maxLength", "pattern", "enum", "const", "format")


@pytest.mark.parametrize("service", SERVICES)
def test_every_text_in_a_body_has_a_limit(service: str, tokens: Tokens) -> None:
    document = app_of(service, tokens).openapi()
    parts = document["components"]["schemas"]
    bodies = [
        (f"{method} {path}", content["schema"])
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        for content in operation.get("requestBody", {}).get("content", {}).values()
        if content["schema"].get("type") != "string"
    ]
    unlimited = [
        f"{route}: {place}" for route, body in bodies for place in _unlimited(body, {**parts, **body.get("$defs", {})}, "", ())
    ]
    assert unlimited == []


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("header", ["traceparent", "X-Correlation-Id", "If-Match", "Idempotency-Key", "Authorization", "odd"])
async def test_a_request_with_too_long_a_header_is_refused(service: str, header: str, tokens: Tokens) -> None:
    transport = httpx.ASGITransport(app_of(service, tokens))
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        answer = await client.post("/v1/dead-letters", headers={header: "x" * 1_000_000})
        assert answer.status_code == 431
        assert f"at most {MAX_HEAD_BYTES} bytes" in answer.json()["detail"]
        assert (await client.get("/livez", params={"q": "x" * MAX_HEAD_BYTES})).status_code == 431
        assert (await client.get("/livez", headers={header: "x" * 20_000})).status_code == 200


def _unlimited(schema: dict[str, Any], parts: dict[str, Any], place: str, seen: tuple[str, ...]) -> Iterator[str]:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        if name not in seen:
            yield from _unlimited(parts[name], parts, place, (*seen, name))
        return
    bounds = {bound for bound in _BOUND if bound in schema} - ({"pattern"} if schema.get("pattern") == _NOT_NUL else set())
    if schema.get("type") == "string" and not bounds:
        yield place
    for alternative in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from _unlimited(alternative, parts, place, seen)
    if "items" in schema:
        yield from _unlimited(schema["items"], parts, f"{place}[]", seen)
    for name, part in schema.get("properties", {}).items():
        yield from _unlimited(part, parts, f"{place}.{name}", seen)
