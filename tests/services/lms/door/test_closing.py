"""A mailbox that is closed, or whose credentials are taken away, serves those no longer who are logged in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.clock import ManualClock
from tests.services.lms.door.conftest import LMS_KEY, OUR_KEY, PATH, Mailboxes, public
from tests.services.lms.door.server import Server, serving


@pytest.fixture
async def server(engine: AsyncEngine, clock: ManualClock, tmp_path: Path, mailboxes: Mailboxes) -> AsyncIterator[Server]:
    """The server, with the mailbox of Suffolk's Koha."""
    await mailboxes.make(credentials={"public_keys": [public(LMS_KEY)]})
    async with serving(engine, clock, tmp_path) as server:
        yield server


async def test_who_is_logged_in_sees_nothing_of_a_mailbox_that_is_closed(server: Server, mailboxes: Mailboxes) -> None:
    async with server.session() as client:
        assert (await mailboxes.put("suffolk-koha", '"1"', enabled=False)).status_code == 200
        with pytest.raises(asyncssh.SFTPPermissionDenied, match="closed"):
            await client.listdir("answers")


@pytest.mark.parametrize(("hours", "serves"), [(0, False), (1, True)])
async def test_who_is_logged_in_needs_credentials_that_still_count(
    server: Server, mailboxes: Mailboxes, hours: int, serves: bool
) -> None:
    given: dict[str, Any] = {"public_keys": [public(OUR_KEY)], "keep_previous_hours": hours}
    async with server.session() as client:
        rotated = await mailboxes.client.post(f"{PATH}/suffolk-koha/rotate-credentials", json=given)
        assert rotated.status_code == 200, rotated.text
        if serves:
            await client.listdir("answers")
        else:
            with pytest.raises(asyncssh.SFTPPermissionDenied, match="log in again"):
                await client.listdir("answers")
