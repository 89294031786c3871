"""Callers of the routes of mailboxes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import asyncssh
import pytest
from httpx import AsyncClient, Response

from services.lms.app import create_app
from services.lms.settings import LmsSettings
from shared.clock import ManualClock
from tests.fixtures.tokens import Tokens
from tests.services.serving import Kept

PATH = "/v1/mailboxes"
SUFFOLK, ESSEX = "GB-SFK", "GB-ESS"
SCOPES = "lms:read lms:write"
LMS_KEY, OUR_KEY, HOST_KEY = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(3))
PASSWORD = "horse-battery-staple"


def public(key: asyncssh.SSHKey) -> str:
    """A key's public part, as people state it."""
    return key.export_public_key().decode().strip()


@pytest.fixture
async def client(settings: LmsSettings, clock: ManualClock, tokens: Tokens, kept: Kept) -> AsyncIterator[AsyncClient]:
    """The LMS of Suffolk, which may also write."""
    async with kept.client(create_app, settings, clock, tokens.headers(SCOPES)) as client:
        yield client


@dataclass(frozen=True)
class Mailboxes:
    """What a caller does with mailboxes."""

    client: AsyncClient

    async def make(self, mailbox_id: str = "suffolk-koha", **stated: Any) -> Mapping[str, Any]:
        """Makes a mailbox; returns the answer."""
        answer = await self.client.post(PATH, json={"mailbox_id": mailbox_id, "profile": "koha", **stated})
        assert answer.status_code == 201, answer.text
        made: Mapping[str, Any] = answer.json()
        return made

    async def refused(self, **stated: Any) -> Mapping[str, Any]:
        """Returns the problem with which a new mailbox is refused."""
        answer = await self.client.post(PATH, json={"mailbox_id": "suffolk-koha", "profile": "koha", **stated})
        assert answer.status_code in (409, 422), answer.text
        problem: Mapping[str, Any] = answer.json()
        return problem

    async def put(self, mailbox_id: str, match: str, **stated: Any) -> Response:
        """States a mailbox again."""
        return await self.client.put(f"{PATH}/{mailbox_id}", json={"profile": "koha", **stated}, headers={"If-Match": match})


@pytest.fixture
def mailboxes(client: AsyncClient) -> Mailboxes:
    """The mailboxes of Suffolk."""
    return Mailboxes(client)
