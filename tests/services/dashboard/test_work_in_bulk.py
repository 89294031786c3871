"""Several things of the work list are settled at once: what was ticked, or all that the page showed, as it showed them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import httpx
from httpx import AsyncClient

from shared.clock import ManualClock
from tests.services.dashboard.facts import LATER, quarantined, queried
from tests.services.dashboard.owning import Owner
from tests.services.hearing import Hearing, number


def _message(place: int, at: datetime = LATER) -> Any:
    return quarantined(reason=f"no order here has the number SFK-{place}", message=400 + place, at=at)


def _seen(place: int, at: datetime = LATER) -> str:
    return f"{at.isoformat()} {number(400 + place)}"


async def _group(browser: AsyncClient) -> tuple[str, dict[str, str]]:
    """Returns the page of the group of messages, and what its form sends besides the ticks."""
    text = (await browser.get("/work?kind=quarantined")).text
    query = text.partition('<a href="/work/group?')[2].partition('"')[0].replace("&amp;", "&")
    cause = httpx.QueryParams(query)["cause"]
    form = {"kind": "quarantined", "cause": cause, "way": "discard", "reason": "sent twice"}
    return (await browser.get(f"/work/group?{query}")).text, form


async def _settled(browser: AsyncClient, form: dict[str, Any]) -> str:
    return (await browser.post("/work/settle", data=form)).text


async def test_the_one_thing_of_a_cause_is_settled_alone_though_others_come_meanwhile(
    browser: AsyncClient, dashboard: Hearing
) -> None:
    await dashboard.hears(_message(0), queried())
    group, _ = await _group(browser)
    assert f'<input type="hidden" name="item" value="{_seen(0)}">' in group
    assert 'name="every"' not in group
    assert "invoice" not in (await browser.get("/work/group")).text.partition('id="things"')[2].lower()


async def test_several_things_are_settled_at_once_and_refusals_are_listed(
    browser: AsyncClient, dashboard: Hearing, owner: Owner, clock: ManualClock
) -> None:
    await dashboard.hears(*map(_message, range(5)))
    _, form = await _group(browser)
    owner.broken.add(str(number(402)))
    text = await _settled(browser, {**form, "every": "true", "shown_at": clock.now().isoformat()})
    assert "4 of 5 done" in text
    assert "It was settled meanwhile." in text
    assert len(owner.asked) == 4
    assert "1 of 1 done" in await _settled(browser, {**form, "item": [_seen(1)]})
    text = await _settled(browser, {**form, "item": [_seen(1), _seen(599)]})
    assert "1 of 2 done" in text
    assert "It does not wait any more" in text
    assert "1 of 1 done" in await _settled(browser, {**form, "item": [_seen(3)] * 2})
    assert "Nothing was ticked" in await _settled(browser, form)
    assert "Load the page again" in await _settled(browser, {**form, "item": [str(number(401))]})


async def test_what_came_or_changed_after_the_page_was_made_is_not_settled_unseen(
    browser: AsyncClient, dashboard: Hearing, owner: Owner, clock: ManualClock
) -> None:
    await dashboard.hears(_message(0), _message(1))
    group, form = await _group(browser)
    every = {**form, "every": "true", "shown_at": group.partition('name="shown_at" value="')[2].partition('"')[0]}
    clock.advance(timedelta(minutes=1))
    await dashboard.hears(_message(1, clock.now()), _message(2, clock.now()))
    text = await _settled(browser, {**form, "item": [_seen(0), _seen(1)]})
    assert "1 of 2 done" in text
    assert "It changed after the page was made" in text
    assert "1 of 1 done" in await _settled(browser, every)
    assert {path for path, _, _ in owner.asked} == {f"/v1/messages/{number(400)}/discard"}
