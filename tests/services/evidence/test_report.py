"""The report as a council's staff get it: one file with pictures that says what it knows, and names no winner."""

from __future__ import annotations

from datetime import date

from httpx import AsyncClient
from lxml import html

from shared.clock import ManualClock
from tests.services.evidence import facts, titles
from tests.services.evidence.facts import CONTROL, DAY, EASTERN, HARBOUR, MORNING, PILOT, matched, placed
from tests.services.hearing import Hearing, number

MARCH = {"from": "2026-03-01", "to": "2026-03-31"}


async def report(client: AsyncClient, **asked: str) -> html.HtmlElement:
    """Returns the report about March."""
    answer = await client.get("/v1/report", params={**MARCH, **asked})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return html.document_fromstring(answer.text)


def texts(page: html.HtmlElement, path: str) -> list[str]:
    """Returns the texts of elements, their white space collapsed."""
    return [" ".join(found.text_content().split()) for found in page.xpath(path)]


async def tried(evidence: Hearing, clock: ManualClock) -> None:
    """Twelve copies of each arm of a trial, received and charged; the control arm's later, one of them not yet."""
    for arm, supplier, first, days in ((PILOT, HARBOUR, 10, 3), (CONTROL, EASTERN, 40, 9)):
        for place in range(12):
            copy_id = number(first + place)
            await evidence.hears(placed(copy_id, trial=arm, supplier_id=supplier), version=1)
            if place or arm is PILOT:
                await evidence.hears(facts.received(copy_id, at=MORNING + (days + place % 3) * DAY, supplier_id=supplier))
    await evidence.hears(matched(*(number(10 + place) for place in range(12)), at=MORNING + 9 * DAY))
    clock.advance(40 * DAY)


async def test_each_picture_has_a_text_alternative_and_its_data_as_a_table(
    evidence: Hearing, client: AsyncClient, clock: ManualClock
) -> None:
    await tried(evidence, clock)
    page = await report(client, by="arm")
    pictured = page.xpath("//section[.//svg]")
    assert len(pictured) >= 8
    for section in pictured:
        assert len(section.xpath(".//svg/title")) == 1
        assert section.xpath(".//svg/title")[0].text_content().strip()
        assert section.xpath(".//tbody/tr")


async def test_it_is_complete_in_itself(evidence: Hearing, client: AsyncClient, clock: ManualClock) -> None:
    await tried(evidence, clock)
    page = await report(client, by="arm")
    assert not page.xpath("//script | //link | //img | //iframe | //@href | //@src | //@onload")


async def test_the_arms_of_a_trial_are_compared_and_no_winner_is_named(
    evidence: Hearing, client: AsyncClient, clock: ManualClock
) -> None:
    await tried(evidence, clock)
    page = await report(client, by="arm")
    assert texts(page, "//p[@class='decision']") == ["No decision of a person was recorded; the software computes no winner."]
    (compared,) = page.xpath("//section[h3='Pilot less control: received within 7 days']")
    assert texts(compared, ".//tbody/tr/td[1]") == ["bookseller"]
    assert texts(compared, ".//tbody/tr/td[2]")[0].startswith("100 points (")


async def test_costs_agree_with_what_the_invoices_charge(evidence: Hearing, client: AsyncClient, clock: ManualClock) -> None:
    await tried(evidence, clock)
    page = await report(client, by="supplier")
    (costs,) = page.xpath("//section[h3='What a copy cost (GBP)']")
    assert texts(costs, ".//tbody/tr/td")[0] == HARBOUR
    assert texts(costs, ".//tbody/tr/td")[-1] == "GBP 8.79"
    (agreement,) = page.xpath("//section[h3='Agreement with the invoices']")
    assert texts(agreement, ".//tbody/tr/td") == [HARBOUR, "GBP 105.48", "GBP 105.48", "GBP 0.00", "GBP 0.00"]
    assert any("no cost model applies" in note for note in texts(page, "//ul[@class='notes']/li"))


async def test_a_period_without_copies_says_so(client: AsyncClient) -> None:
    page = await report(client)
    said = texts(page, "//section/p")
    assert said == [
        "No copies were ordered in this period, as far as is asked for.",
        "No copies of this period were scanned, as far as is asked for.",
        "No invoice charged copies in this period, as far as is asked for.",
        "No titles were ordered in this period.",
        "It is in no figure above.",
    ]


async def test_what_narrows_the_question_is_in_the_heading_and_cannot_break_the_page(client: AsyncClient) -> None:
    page = await report(client, supplier_id="<script>alert(1)</script>")
    assert not page.xpath("//script")
    assert "supplier <script>alert(1)</script>" in texts(page, "//h1/following-sibling::p")[0]


async def test_a_period_that_is_none_is_refused_as_everywhere(client: AsyncClient) -> None:
    asked = {"from": str(date(2026, 3, 31)), "to": str(date(2026, 3, 1))}
    answer = await client.get("/v1/report", params=asked)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-period")


async def test_what_was_done_twice_is_shown_with_hours_and_money(evidence: Hearing, client: AsyncClient) -> None:
    efforts = {"cataloguing_without_record": {"minutes": "20", "hourly_rate": 2400}}
    await client.put("/v1/cost-models/2026-01-01", json={"activities": efforts})
    await evidence.hears(placed(), placed(number(10), at=MORNING + DAY, supplier_id=EASTERN), version=1)
    await evidence.hears(titles.counted(used=(5, 2, 1)), titles.counted(council=facts.NORFOLK, used=(0, 9)))
    page = await report(client)
    (again,) = page.xpath("//section[h3='Titles ordered again while copies were open']")
    assert texts(again, ".//tbody/tr/td")[:2] == [facts.SUFFOLK, "100 % (20.7 to 100 %)"]
    (money,) = page.xpath("//section[h3='What cataloguing once saves (GBP)']")
    assert texts(money, ".//tbody/tr/td") == [facts.SUFFOLK, "GBP 24.00", "GBP 24.00"]
    (hours,) = page.xpath("//section[h3='Hours of cataloguing']")
    assert texts(hours, ".//tbody/tr/td") == [facts.SUFFOLK, "saved: record used again", "5", "3", "1.00", "GBP 24.00", ""]
