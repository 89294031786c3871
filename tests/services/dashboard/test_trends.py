"""The page of trends: what happened by day, in pictures that have their tables."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest
from httpx import AsyncClient
from sqlalchemy import insert

from services.dashboard.app import create_app
from services.dashboard.domain.trends import Counts, DayCount, Measure, spans_until
from services.dashboard.settings import DashboardSettings
from services.dashboard.store.day_tables import day_count
from services.dashboard.store.tables import copy_count
from shared.clock import ManualClock
from tests.fixtures.tokens import Tokens
from tests.services.dashboard import facts
from tests.services.dashboard.facts import HARBOUR, NORFOLK, SUFFOLK
from tests.services.dashboard.seeing import elements
from tests.services.dashboard.signing_in import sign_in
from tests.services.hearing import Hearing
from tests.services.serving import calling

TODAY = date(2026, 3, 30)


def counts(*given: tuple[int, Measure, str, int], length: int = 7, waiting: int = 0) -> Counts:
    """Counts, each given by how many days ago it was."""
    rows = [DayCount(TODAY - timedelta(days=ago), measure, part, number) for ago, measure, part, number in given]
    return Counts(rows, today=TODAY, length=length, waiting=waiting)


def test_a_year_is_shown_by_the_week_and_less_by_the_day() -> None:
    assert len(spans_until(TODAY, 90)) == 90
    weeks = spans_until(TODAY, 365)
    assert len(weeks) == 53
    assert (weeks[0].first, weeks[-1].last) == (TODAY - timedelta(days=364), TODAY)


def test_days_of_a_change_of_the_clock_are_days() -> None:
    assert [span.first.day for span in spans_until(TODAY, 7)] == [24, 25, 26, 27, 28, 29, 30]


def test_what_was_before_is_not_in_the_bars() -> None:
    of = counts((0, Measure.ORDERED, "", 3), (6, Measure.ORDERED, "", 1), (7, Measure.ORDERED, "", 5))
    assert of.by_span(Measure.ORDERED) == [1, 0, 0, 0, 0, 0, 3]
    assert of.before(Measure.ORDERED) == 5


@pytest.mark.parametrize(
    ("leads", "median"),
    [({"3": 1}, 3), ({"3": 1, "10": 1}, 6.5), ({"2": 5, "10": 4}, 2), ({"9": 1, "10": 2}, 10), ({}, None)],
)
def test_a_median_is_that_of_all_copies(leads: dict[str, int], median: float | None) -> None:
    of = counts(*((0, Measure.LEAD, days, number) for days, number in leads.items()))
    assert of.median_lead() == (median, None)
    assert of.median_leads()[-1] == median


def test_what_waits_is_what_arrived_and_was_not_settled_since_ever() -> None:
    of = counts(
        *((9, Measure.MESSAGES_HELD, "", 2), (1, Measure.INVOICES_QUERIED, "", 1), (0, Measure.MESSAGES_SETTLED, "", 2)),
        waiting=4,
    )
    assert of.waiting() == [6, 6, 6, 6, 6, 7, 5]


@pytest.fixture
async def browser(settings: DashboardSettings, clock: ManualClock, tokens: Tokens) -> AsyncIterator[AsyncClient]:
    """A person of Suffolk."""
    async with calling(create_app(settings, clock)) as client:
        await sign_in(client, tokens)
        yield client


async def _count(dashboard: Hearing, council: str, supplier: str, number: int) -> None:
    day = dashboard.clock.today()
    async with dashboard.engine.begin() as connection:
        of = {"council": council, "supplier_id": supplier, "day": day}
        await connection.execute(insert(copy_count), {**of, "state": "sent", "copies": number})
        await connection.execute(insert(day_count), {**of, "measure": "ordered", "part": "", "number": number})


def _said(page: str, section: str) -> str:
    return " ".join(elements(page).xpath(f"//section[@id='{section}']/p/text()"))


async def test_each_picture_has_its_alternative_and_its_table(dashboard: Hearing, browser: AsyncClient) -> None:
    await dashboard.hears(facts.placed(at=dashboard.clock.now()), version=1)
    await dashboard.hears(facts.matched(at=dashboard.clock.now()))
    page = (await browser.get("/trends?days=7")).text
    assert "2 in 7 days; 0 in the 7 days before." in _said(page, "ordered")
    found = elements(page)
    pictures = found.xpath("//section[contains(@class, 'card')]")
    assert len(pictures) == 9
    for picture in pictures:
        (named,) = picture.xpath(".//*[local-name()='svg']/@aria-labelledby")
        assert picture.xpath(f".//*[local-name()='title'][@id='{named}']/text()")
        assert len(picture.xpath(".//tbody/tr")) == 7
    assert "GBP" in found.get_element_by_id("spend-GBP-heading").text


async def test_a_council_sees_its_own_days_and_staff_of_all_councils_may_choose(
    dashboard: Hearing, browser: AsyncClient, tokens: Tokens
) -> None:
    await _count(dashboard, SUFFOLK, HARBOUR, 3)
    await _count(dashboard, NORFOLK, "northern", 40)
    assert _said((await browser.get(f"/trends?council={NORFOLK}")).text, "ordered").startswith("3 in 28 days")
    assert "northern" not in (await browser.get("/trends")).text
    await sign_in(browser, tokens, council=None)
    assert _said((await browser.get("/trends")).text, "ordered").startswith("43 in 28 days")
    assert _said((await browser.get(f"/trends?council={NORFOLK}")).text, "ordered").startswith("40 in 28 days")
    assert _said((await browser.get(f"/trends?supplier_id={HARBOUR}&days=365")).text, "ordered").startswith("3 in 365 days")
