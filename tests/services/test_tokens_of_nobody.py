"""No route of any service is open to a token that does not say for whom it acts."""

import httpx
import pytest
from fastapi import FastAPI

from tests.fixtures.tokens import Tokens
from tests.services.apps import SERVICES, app_of

SCOPES = " ".join(
    f"{area}:{right}"
    for area in ("orders", "catalogue", "delivery", "exchange", "dashboard", "evidence", "lms")
    for right in ("read", "write")
)
ABSENT = object()


@pytest.fixture(scope="module", params=SERVICES)
def app(request: pytest.FixtureRequest, tokens: Tokens) -> FastAPI:
    """Each service in turn; built once, because nothing that is refused changes it."""
    return app_of(request.param, tokens)


@pytest.mark.parametrize("council", [ABSENT, None, "", 7, ["GB-SFK"]], ids=["absent", "null", "empty", "number", "list"])
async def test_every_route_refuses_a_token_without_a_usable_council(app: FastAPI, council: object, tokens: Tokens) -> None:
    claims: dict[str, object] = {"scope": SCOPES} if council is ABSENT else {"scope": SCOPES, "council": council}
    headers = {"Authorization": f"Bearer {tokens.sign_claims(claims)}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service") as client:
        asked = 0
        for path, methods in app.openapi()["paths"].items():
            for method in methods:
                body: dict[str, str] | None = None if method == "get" else {}
                answer = await client.request(method, path.replace("{supplier_id}", "silent"), headers=headers, json=body)
                assert answer.status_code in (401, 403), f"{method} {path}: {answer.text}"
                assert answer.json()["detail"]
                asked += 1
    assert asked >= 4
