"""Services that own what is on the work list, and an operator at the pages that ask them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from httpx import AsyncClient

from services.dashboard.app import create_app
from services.dashboard.domain.visitors import Role
from services.dashboard.settings import DashboardSettings
from services.dashboard.usecases.asking import Services
from shared.clock import ManualClock
from shared.http.calls import Api
from tests.fixtures.tokens import Tokens
from tests.services.dashboard.facts import HARBOUR, LINE
from tests.services.dashboard.signing_in import sign_in
from tests.services.hearing import number
from tests.services.serving import calling


def _json(status: int, content: object) -> httpx.Response:
    return httpx.Response(status, stream=httpx.ByteStream(json.dumps(content).encode()))


@dataclass
class Owner:
    """Services that own things: everything has version 3, messages in `broken` are refused, and lines have `offers` open."""

    offers: int = 1
    broken: set[str] = field(default_factory=set)
    asked: list[tuple[str, dict[str, Any], str]] = field(default_factory=list)

    async def answer(self, request: httpx.Request) -> httpx.Response:
        """Answers, and keeps what was asked to be changed."""
        if request.method == "GET":
            offers = [{"decision_id": str(number(9)), "state": "open"}] * self.offers
            return _json(200, {"version": 3, "lines": [{"line_key": LINE, "decisions": offers}]})
        if any(each in request.url.path for each in self.broken):
            return _json(409, {"code": "not-replayable", "detail": "It was settled meanwhile."})
        assert request.headers["Idempotency-Key"]
        body = json.loads(request.content)
        self.asked.append((request.url.path, body, request.headers.get("If-Match", "")))
        return _json(200, {})


@asynccontextmanager
async def at_the_list(
    settings: DashboardSettings, clock: ManualClock, tokens: Tokens, owner: Owner
) -> AsyncIterator[AsyncClient]:
    """An operator of Suffolk at the pages, which ask the owners."""
    api = Api("https://owner.test", httpx.MockTransport(owner.answer))
    services = Services({"orders": api, "lms": api}, {HARBOUR: api})
    async with calling(create_app(settings, clock, services)) as client:
        await sign_in(client, tokens, role=Role.OPERATOR, subject="o.perez")
        yield client
