"""What waits since a day, or because of a switch: claims that are due, and lines of switches."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import text

from services.dashboard.domain.settling import way_of
from services.dashboard.domain.work import WorkItem, WorkKind
from shared.clock import ManualClock
from shared.contracts.orders import CopyState
from shared.contracts.waiting import ApprovalChanged
from shared.errors import DomainError
from tests.services.dashboard.facts import (
    FIRST,
    HARBOUR,
    LATER,
    LINE,
    ORDER,
    SUFFOLK,
    asking,
    claiming,
    placed,
    progressed,
    quarantined,
)
from tests.services.dashboard.owning import Owner
from tests.services.hearing import Hearing, number

_DAY = timedelta(days=1)
_FORTNIGHT = timedelta(days=14)
_ASKS = (
    "Accept the substitute? Switch: Harbour has not answered whether it cancels copy 1: ask it, then decide with "
    f"POST /v1/switches/{number(500)}/copies: place_anew or leave."
)


async def _rows(dashboard: Hearing, *columns: str) -> list[Any]:
    async with dashboard.engine.connect() as connection:
        query = text(f"SELECT {', '.join(columns)} FROM work WHERE kind IN ('claim', 'switch', 'decision') ORDER BY 1")
        return [tuple(row) for row in await connection.execute(query)]


async def _text(browser: AsyncClient, address: str) -> str:
    answer = await browser.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_a_thing_is_settled_in_the_version_that_its_page_showed(
    browser: AsyncClient, dashboard: Hearing, owner: Owner
) -> None:
    await dashboard.hears(quarantined())
    place = f"/work/quarantined/{number(400)}"
    assert '<input type="hidden" name="version" value="3">' in await _text(browser, place)
    await browser.post(place, data={"act": "settle", "way": "replay", "reason": "mapped it", "version": "2"})
    ((path, _, version),) = owner.asked
    assert (path, version) == (f"/v1/messages/{number(400)}/replay", '"2"')


async def test_a_change_waits_for_a_second_person_until_its_strand_says_that_it_was_decided(
    browser: AsyncClient, dashboard: Hearing, owner: Owner, clock: ManualClock
) -> None:
    waits = ApprovalChanged(
        council=SUFFOLK,
        strand="ordering",
        change_id=number(810),
        kind="add_rule",
        reason="a cheaper contract for films",
        proposed_by="j.lowe",
        proposed_at=clock.now(),
    )
    await dashboard.hears(waits)
    assert "1 change that waits for a second person" in (await _text(browser, "/work")).lower()
    place = f"/work/change/ordering%2F{number(810)}"
    text = await _text(browser, place)
    assert "New rule for ordering" in text
    assert "Proposed by j.lowe: a cheaper contract for films" in text
    assert f"/changes#ordering/{number(810)}" in text
    mine = waits.model_copy(update={"change_id": number(811), "proposed_by": "o.perez"})
    await dashboard.hears(mine)
    own = await _text(browser, f"/work/change/ordering%2F{number(811)}")
    assert "You proposed this change, so a second person must decide it." in own
    assert 'value="approve"' not in own
    await dashboard.hears(mine.model_copy(update={"settled_at": clock.now() + _DAY}))
    await browser.post(place, data={"act": "settle", "way": "approve", "reason": "agreed"})
    assert owner.asked == [(f"/v1/changes/{number(810)}/approve", {"reason": "agreed"}, "")]
    await dashboard.hears(waits.model_copy(update={"settled_at": clock.now() + _DAY}))
    assert "Nothing waits for a person" in await _text(browser, "/work")


async def test_a_claim_is_due_a_fortnight_after_the_copy_was_missing_or_was_claimed_last(dashboard: Hearing) -> None:
    await dashboard.hears(placed(), version=1)
    await dashboard.hears(progressed(CopyState.MISSING, FIRST), version=2)
    assert await _rows(dashboard, "kind", "item", "shows_at") == [("claim", str(FIRST), LATER + _FORTNIGHT)]
    again = LATER + timedelta(days=15)
    await dashboard.hears(claiming(FIRST, at=again))
    await dashboard.hears(claiming(FIRST, at=LATER))
    assert await _rows(dashboard, "kind", "shows_at") == [("claim", again + _FORTNIGHT)]
    await dashboard.hears(progressed(CopyState.RECEIVED, FIRST, at=again), version=3)
    assert await _rows(dashboard, "kind") == []


async def test_a_line_that_a_switch_asks_about_waits_by_itself_and_in_words(dashboard: Hearing) -> None:
    await dashboard.hears(placed(), version=1)
    await dashboard.hears(asking(_ASKS), version=2)
    decision, switch = await _rows(dashboard, "kind", "item", "subject", "detail")
    assert decision[:2] == ("decision", LINE)
    plain = "Harbour has not answered whether it cancels copy 1: ask it."
    assert switch == ("switch", LINE, str(number(500)), plain)
    await dashboard.hears(asking(_ASKS.partition("? ")[2], at=LATER + _FORTNIGHT), version=3)
    assert await _rows(dashboard, "kind") == [("switch",)]
    await dashboard.hears(asking("", at=LATER + 2 * _FORTNIGHT), version=4)
    assert await _rows(dashboard, "kind") == []


def _item(kind: WorkKind, subject: str) -> WorkItem:
    return WorkItem(kind, str(FIRST), SUFFOLK, HARBOUR, "", subject, "", LATER, order_id=ORDER, line_key=LINE)


@pytest.mark.parametrize(("state", "kind"), [("missing", "short"), ("damaged", "damaged")])
def test_a_claim_asks_for_what_is_wrong_with_the_copy(state: str, kind: str) -> None:
    call = way_of(WorkKind.CLAIM, "claim").ask(_item(WorkKind.CLAIM, state), None)
    assert (call.path, call.body) == (f"/v1/orders/{ORDER}/enquiries", {"kind": kind, "copy_ids": [str(FIRST)]})


def test_a_switch_is_asked_about_the_copies_of_the_line_alone() -> None:
    way, item = way_of(WorkKind.SWITCH, "leave"), _item(WorkKind.SWITCH, str(number(500)))
    asking_now = {"items": [{"line_key": LINE, "copy_id": str(FIRST)}, {"line_key": "SB-OTHER", "copy_id": str(number(77))}]}
    call = way.ask(item, asking_now)
    assert (call.path, call.body) == (f"/v1/switches/{number(500)}/copies", {"copy_ids": [str(FIRST)], "decision": "leave"})
    with pytest.raises(DomainError):
        way.ask(item, {"items": []})
