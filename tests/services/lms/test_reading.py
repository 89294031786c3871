"""How an LMS reads the feed: page by page, by kind, waiting for news, and told when it missed some."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import text

from services.lms.forgetter import Forgetter
from services.lms.store.tables import metadata
from shared.clock import ManualClock
from shared.contracts.orders import CopyState
from shared.rebuild import empty
from tests.fixtures.tokens import Tokens
from tests.services.evidence.facts import FIRST, NORFOLK, SECOND, placed, progressed
from tests.services.hearing import Hearing, number, on_day
from tests.waiting import until

PATH = "/v1/changes"
Headers = Mapping[str, str] | None


async def asked(client: AsyncClient, headers: Headers = None, **query: Any) -> dict[str, Any]:
    """The answer to a question for changes."""
    response = await client.get(PATH, params=query, headers=headers)
    assert response.status_code == 200, response.text
    return dict(response.json())


async def refused(client: AsyncClient, headers: Headers = None, **query: Any) -> Response:
    """The refusal of a question for changes."""
    response = await client.get(PATH, params=query, headers=headers)
    assert response.is_error
    return response


async def test_a_reader_that_follows_the_cursor_gets_every_change_once(lms: Hearing, client: AsyncClient) -> None:
    for each in range(1, 8):
        await lms.hears(placed(number(each)), version=1)
    read, cursor = [], None
    for expected in (3, 3, 1, 0):
        page = await asked(client, limit=3, **({} if cursor is None else {"after": cursor}))
        assert len(page["items"]) == expected
        read += [change["position"] for change in page["items"]]
        cursor = page["next_cursor"]
    assert read == list(range(1, 8))
    await lms.hears(placed(number(8)), version=1)
    assert [change["position"] for change in (await asked(client, after=cursor))["items"]] == [8]


async def test_a_cursor_is_a_place_for_any_kinds(lms: Hearing, client: AsyncClient) -> None:
    await lms.hears(placed(), version=1)
    await lms.hears(progressed(CopyState.SENT, at=on_day(2, 10)), version=2)
    await lms.hears(placed(number(5)), version=1)
    moved = await asked(client, kind=["copy_moved", "copy_changed"], limit=1)
    assert [change["body"]["copy_id"] for change in moved["items"]] == [str(FIRST)]
    rest = await asked(client, after=moved["next_cursor"])
    assert [change["kind"] for change in rest["items"]] == ["copy_moved", "order_placed"]
    assert rest["items"][0]["body"]["copy_id"] == str(SECOND)
    # What was passed over is not looked at again.
    none = await asked(client, kind="title_changed")
    assert (none["items"], none["next_cursor"]) == ([], rest["next_cursor"])


@pytest.fixture
def norfolk(tokens: Tokens) -> Mapping[str, str]:
    """The LMS of another council."""
    return tokens.headers("lms:read", council=NORFOLK)


async def test_a_council_sees_only_its_own_changes(lms: Hearing, client: AsyncClient, norfolk: Headers) -> None:
    await lms.hears(placed(), placed(number(5), council=NORFOLK), version=1)
    theirs, ours = await asked(client, norfolk), await asked(client)
    assert [change["body"]["order_number"] for change in theirs["items"]] == ["PO-5"]
    assert [change["body"]["order_number"] for change in ours["items"]] == ["PO-1"]
    assert [change["position"] for change in (*theirs["items"], *ours["items"])] == [1, 1]
    assert (await refused(client, norfolk, after=ours["next_cursor"])).json()["code"] == "feed-rebuilt"


async def test_a_call_that_waits_is_answered_as_soon_as_something_happens(lms: Hearing, client: AsyncClient) -> None:
    cursor = (await asked(client))["next_cursor"]
    waiting = [asyncio.create_task(asked(client, after=cursor, wait=30)) for _ in range(2)]
    await _waits(client, 2)
    await lms.hears(placed(number(5), council=NORFOLK), version=1)
    await lms.hears(placed(), version=1)
    async with asyncio.timeout(20):
        answers = await asyncio.gather(*waiting)
    assert [[change["kind"] for change in answer["items"]] for answer in answers] == [["order_placed"]] * 2


async def test_a_call_for_some_kinds_waits_on_while_others_happen(lms: Hearing, client: AsyncClient) -> None:
    waiting = asyncio.create_task(asked(client, kind="copy_moved", wait=30))
    await _waits(client, 1)
    await lms.hears(placed(), version=1)
    await lms.hears(progressed(CopyState.SENT, FIRST, at=on_day(2, 10)), version=2)
    async with asyncio.timeout(20):
        answer = await waiting
    assert [change["position"] for change in answer["items"]] == [2]


async def test_a_call_that_waited_for_nothing_gets_an_empty_answer_and_its_place(lms: Hearing, client: AsyncClient) -> None:
    await lms.hears(placed(), version=1)
    cursor = (await asked(client))["next_cursor"]
    assert await asked(client, after=cursor, wait=1) == {"items": [], "next_cursor": cursor}


async def test_only_so_many_calls_wait_and_they_hold_no_connection(lms: Hearing, client: AsyncClient, norfolk: Headers) -> None:
    waiting = [asyncio.create_task(asked(client, wait=30)) for _ in range(2)]
    await _waits(client, 2)
    refusal = await refused(client, wait=30)
    assert (refusal.status_code, refusal.json()["code"]) == (429, "too-many-waiting")
    assert refusal.headers["Retry-After"]
    theirs = asyncio.create_task(asked(client, norfolk, wait=30))
    await _waits(client, 3)
    refusal = await refused(client, norfolk, wait=30)
    assert (refusal.status_code, refusal.json()["code"]) == (503, "no-room-to-wait")
    # The process has two connections, of which one listens.
    assert (await asked(client, norfolk))["items"] == []
    await lms.hears(placed(), placed(number(5), council=NORFOLK), version=1)
    async with asyncio.timeout(20):
        await asyncio.gather(*waiting, theirs)


async def test_a_reader_that_missed_changes_is_told_so(lms: Hearing, client: AsyncClient, clock: ManualClock) -> None:
    await lms.hears(placed(number(5)), version=1)
    before = (await asked(client, limit=1))["next_cursor"]
    await lms.hears(placed(number(6), at=clock.now()), version=1)
    old = (await asked(client, after=before))["next_cursor"]
    clock.advance(timedelta(days=89))
    await lms.hears(placed(number(7), at=clock.now()), version=1)
    clock.advance(timedelta(days=2))
    await Forgetter(lms.engine, clock, days=90, late_seconds=900).forget()
    refusal = await refused(client, after=before)
    assert (refusal.status_code, refusal.json()["code"]) == (410, "changes-forgotten")
    assert "without `after`" in refusal.json()["detail"]
    kept = [[change["position"] for change in (await asked(client, **start))["items"]] for start in ({}, {"after": old})]
    assert kept == [[3], [3]]
    # What is published again is not told again, although nobody knows any more that it was.
    await lms.hears(placed(number(6), at=clock.now() - timedelta(days=91)), version=1)
    assert (await asked(client, after=old))["items"][-1]["position"] == 3


async def test_a_cursor_of_before_a_rebuild_is_refused_with_the_cure(lms: Hearing, client: AsyncClient) -> None:
    order = placed()
    await lms.hears(order, version=1)
    before = await asked(client)
    async with lms.engine.begin() as connection:
        await empty(connection, metadata)
    await lms.hears(order, version=1)
    refusal = await refused(client, after=before["next_cursor"])
    assert (refusal.status_code, refusal.json()["code"]) == (410, "feed-rebuilt")
    after = await asked(client)
    assert [change["change_id"] for change in after["items"]] == [change["change_id"] for change in before["items"]]


async def test_a_place_that_was_never_given_is_refused(lms: Hearing, client: AsyncClient) -> None:
    await lms.hears(placed(), version=1)
    cursor = (await asked(client))["next_cursor"]
    # As after a restore from a backup.
    async with lms.engine.begin() as connection:
        await connection.execute(text("UPDATE feed SET last = 0"))
    assert (await refused(client, after=cursor)).json()["code"] == "feed-rebuilt"
    assert (await refused(client, after="nonsense")).json()["code"] == "bad-cursor"


async def _waits(client: AsyncClient, number: int) -> None:
    """Returns when so many calls wait."""
    line = f"lms_callers_waiting {float(number)}"

    async def is_shown() -> bool:
        return line in (await client.get("/metrics")).text

    await until(is_shown)
