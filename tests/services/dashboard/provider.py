"""The dashboard and a provider of sign-in, both in this process, and a browser that goes to both."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from html import unescape
from urllib.parse import urljoin

import httpx
from fastapi import FastAPI

from local.machine.keys import SigningKey
from local.provider.app import Client, Provider
from local.provider.app import create_app as create_provider
from local.provider.tokens import Signer
from services.dashboard.app import create_app
from services.dashboard.settings import DashboardSettings
from services.dashboard.signing_in.provider import Provider as Registered
from services.dashboard.signing_in.provider import Registration
from services.dashboard.signing_in.sessions import Limits
from shared.clock import ManualClock
from shared.http.answers import Caps
from shared.http.known import Known
from tests.fixtures.tokens import Tokens

PAGES, ISSUER, CLIENT = "http://desk.example", "http://provider.example", "stockbridge-dashboard"
TOKEN = timedelta(minutes=15)


@dataclass
class House:
    """Both sides. `asked` are the addresses that browsers went to; a provider that is `down` does not answer.

    Without `names_again`, a refresh gives no identity token.
    """

    app: FastAPI
    clock: ManualClock
    key: SigningKey
    provider: FastAPI = field(init=False)
    down: bool = False
    names_again: bool = True
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Start the provider anew: it knows no sign-in of before."""
        signer = Signer(ISSUER, self.key, self.clock, TOKEN)
        self.provider = create_provider(Provider(Client(CLIENT, [PAGES]), signer, lambda: self.clock.now().timestamp()))

    def browser(self) -> httpx.AsyncClient:
        """A new browser."""

        async def note(request: httpx.Request) -> None:
            self.asked.append(str(request.url))

        mounts = {PAGES: httpx.ASGITransport(self.app), ISSUER: _Way(self)}
        return httpx.AsyncClient(base_url=PAGES, mounts=mounts, event_hooks={"request": [note]})


class _Way(httpx.AsyncBaseTransport):
    """The way to the provider, whichever it is now."""

    def __init__(self, house: House) -> None:
        self.house = house

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Passes a request on."""
        if self.house.down:
            raise httpx.ConnectError("nobody listens")
        answer = await httpx.ASGITransport(self.house.provider).handle_async_request(request)
        if self.house.names_again or b"grant_type=refresh_token" not in request.content:
            return answer
        given = json.loads(await answer.aread())
        return httpx.Response(answer.status_code, stream=httpx.ByteStream(json.dumps({**given, "id_token": ""}).encode()))


# One app for each database, as tests of other services have it.
_APPS: dict[str, FastAPI] = {}


@asynccontextmanager
async def opened_house(
    settings: DashboardSettings, clock: ManualClock, tokens: Tokens, *, issuer: str = ISSUER
) -> AsyncIterator[House]:
    """A dashboard that knows a provider, which has just started. `issuer`: what the dashboard takes it for; "" for none."""
    url = settings.database_url.get_secret_value()
    if url not in _APPS:
        _APPS[url] = create_app(settings, clock)
    app = _APPS[url]
    house = House(app, clock, tokens.key)
    known = Known(Caps(2**20, 4.0), _Way(house))
    provider = Registered(Registration(issuer, CLIENT, "", "openid profile"), known, lambda: clock.now().timestamp())
    limits = Limits(timedelta(minutes=30), timedelta(hours=10))
    app.state.sessions = replace(app.state.sessions, provider=provider if issuer else None, limits=limits)
    async with app.router.lifespan_context(app):
        yield house


async def at_the_provider(browser: httpx.AsyncClient, path: str = "/sign-in", *, person: str = "olu") -> str:
    """Presses a person's button; returns where the provider sends the browser."""
    asked = await browser.get(path, follow_redirects=True)
    (action,) = re.findall(r'<form method="post" action="([^"]+)">', asked.text)
    answer = await browser.post(urljoin(ISSUER, unescape(action)), data={"person": person})
    return str(answer.headers["location"])


async def signed_in(browser: httpx.AsyncClient, path: str = "/", *, person: str = "olu") -> httpx.Response:
    """Opens a page and signs in; returns the page that is shown then."""
    return await browser.get(await at_the_provider(browser, path, person=person), follow_redirects=True)
