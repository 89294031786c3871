"""A service behind a proxy that ends TLS knows under which address it is reached."""

import httpx
import pytest
import uvicorn
from lxml import etree

from shared.serve import server_options
from shared.settings import ServiceSettings
from tests.fixtures.tokens import Tokens
from tests.services.apps import NOWHERE, app_of
from tests.services.serving import api_settings

BEHIND = {"X-Forwarded-Proto": "https", "Host": "library.example"}


def _client(service: str, tokens: Tokens, **settings: str) -> httpx.AsyncClient:
    """Returns a caller whose requests arrive from a proxy at 10.1.2.3."""
    options = server_options(api_settings(ServiceSettings, NOWHERE, tokens, **settings))
    config = uvicorn.Config(app_of(service, tokens), **options)
    config.load()
    transport = httpx.ASGITransport(config.loaded_app, client=("10.1.2.3", 50_000))
    return httpx.AsyncClient(transport=transport, base_url="http://pod", headers=BEHIND)


@pytest.mark.parametrize(("trusted", "secure"), [("*", True), ("10.0.0.0/8", True), ("10.9.9.9", False)])
async def test_a_cookie_behind_tls_is_never_sent_without_it(trusted: str, secure: bool, tokens: Tokens) -> None:
    async with _client("dashboard", tokens, forwarded_allow_ips=trusted) as client:
        answer = await client.get("/sign-in/done")
    name, _, how = answer.headers["set-cookie"].partition("=")
    assert (name, "; Secure" in how) == (("__Host-sign-in", True) if secure else ("sign-in", False))
    assert "Path=/;" in how
    assert "Domain" not in how


async def test_nobody_is_believed_about_the_scheme_unless_a_setting_says_so(tokens: Tokens) -> None:
    async with _client("dashboard", tokens) as client:
        answer = await client.get("/sign-in/done")
    assert "secure" not in answer.headers["set-cookie"].lower()


async def test_the_catalogue_explains_the_address_that_searchers_use(tokens: Tokens) -> None:
    async with _client("catalogue", tokens, forwarded_allow_ips="*") as client:
        answer = await client.get("/sru", headers=tokens.headers("catalogue:read"))
    found = {
        etree.QName(element).localname: element.text for element in etree.fromstring(answer.content).iter("{*}host", "{*}port")
    }
    assert found == {"host": "library.example", "port": "443"}
