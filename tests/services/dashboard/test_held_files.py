"""Files of library systems that wait for a person, on the overview."""

from __future__ import annotations

from datetime import datetime, timedelta

from httpx import AsyncClient

from shared.contracts.asked import LmsMessageHeld, LmsMessageSettled
from shared.contracts.messages import SettledBy
from tests.fixtures.tokens import Tokens
from tests.services.dashboard.facts import NORFOLK, SUFFOLK
from tests.services.dashboard.seeing import needs, seen
from tests.services.dashboard.test_pages import enter
from tests.services.hearing import Hearing, number, on_day

SINCE = on_day(2)
REASON = "order SFK-7: Branch 'LOWE' is not registered; PUT /v1/branches registers it. (and 1 more fault)"


def held(*, at: datetime = SINCE, reason: str = REASON, council: str = SUFFOLK) -> LmsMessageHeld:
    """A file of Suffolk's LMS waits."""
    return LmsMessageHeld(
        council=council, mailbox_id="suffolk-koha", message_id=number(900), file_name="ordr20260302.CEP", kind="ORDERS",
        reason=reason, order_numbers=("SFK-6", "SFK-7"), held_at=at,
    )  # fmt: skip


def settled(*, at: datetime) -> LmsMessageSettled:
    """It does not wait any more."""
    return LmsMessageSettled(
        council=SUFFOLK, mailbox_id="suffolk-koha", message_id=number(900), outcome=SettledBy.APPLIED, settled_at=at
    )


async def test_a_file_that_waits_needs_a_person_now_until_it_is_settled(dashboard: Hearing) -> None:
    await dashboard.hears(held())
    assert needs(await seen(dashboard)) == {"held": 1}
    await dashboard.hears(settled(at=SINCE + timedelta(hours=1)))
    assert needs(await seen(dashboard)) == {}
    await dashboard.hears(held(at=SINCE + timedelta(hours=2), reason="again"))
    (file,) = (await seen(dashboard)).troubles.held
    assert (file.reason, file.held_at) == ("again", SINCE + timedelta(hours=2))


async def test_events_of_a_file_may_arrive_in_any_order(dashboard: Hearing) -> None:
    await dashboard.hears(settled(at=SINCE + timedelta(hours=1)))
    await dashboard.hears(held())
    assert needs(await seen(dashboard)) == {}


async def test_another_council_does_not_see_it(dashboard: Hearing) -> None:
    await dashboard.hears(held())
    assert needs(await seen(dashboard, NORFOLK)) == {}


async def test_the_page_names_the_mailbox_the_file_its_orders_and_the_reason(
    client: AsyncClient, tokens: Tokens, dashboard: Hearing
) -> None:
    await dashboard.hears(held())
    page = (await (await enter(client, tokens)).get("/")).text
    assert "1 thing needs a person now" in page
    assert "file of a library system that waits" in page
    page = (await client.get(f"/work/held_file/{number(900)}")).text
    for shown in ("suffolk-koha", "ordr20260302.CEP", "SFK-6", "LOWE"):
        assert shown in page
    assert f'<a href="/files/{number(900)}">' in page
