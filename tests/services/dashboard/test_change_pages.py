"""The page of changes of rules and switches, as people of a council see it in a browser."""

import re
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from html import unescape

import pytest
from httpx import AsyncClient, Response

from services.dashboard.app import create_app
from services.dashboard.settings import DashboardSettings
from shared.clock import ManualClock
from shared.sourcing.rules import Strand
from tests.fixtures.tokens import Tokens
from tests.services.dashboard.signing_in import sign_in, token_of
from tests.services.dashboard.strands import READING, WRITING, House, opened_house
from tests.services.serving import Kept, calling

ALL = ("dashboard:read", *READING, *WRITING)


@pytest.fixture
async def house(database_from: Callable[[str], str], tokens: Tokens, clock: ManualClock, kept: Kept) -> AsyncIterator[House]:
    """The services of the strands; Suffolk requires a second person in each."""
    async with opened_house(database_from, tokens, clock, kept) as house:
        await house.require_second_person()
        yield house


@pytest.fixture
async def browser(settings: DashboardSettings, clock: ManualClock, house: House) -> AsyncIterator[AsyncClient]:
    """A browser before the dashboard, which reaches the services."""
    async with calling(create_app(settings, clock, services=house.services)) as client:
        yield client


async def page_of(
    browser: AsyncClient, house: House, person: str, *scopes: str, council: str | None = "GB-SFK", path: str = "/changes"
) -> Response:
    """The page as a person sees it who has just signed in."""
    await sign_in(browser, house.tokens, *(scopes or ALL), council=council, subject=person)
    return await browser.get(path)


def text_of(page: str) -> str:
    """The text of a page or of a part of it, as a person reads it."""
    return " ".join(unescape(re.sub("<[^>]*>", " ", page)).split())


def cards(page: str) -> list[str]:
    """The cards of what waits, in their order."""
    return re.findall(r"<article.*?</article>", page, re.DOTALL)


def rows(page: str) -> list[str]:
    """The rows of what was made, in their order, as text."""
    return [text_of(row) for row in re.findall(r'<tr id=".*?</tr>', page, re.DOTALL)]


async def test_what_waits_is_first_oldest_first_and_says_in_words_what_it_would_do(browser: AsyncClient, house: House) -> None:
    hub = {"kind": "hub", "hub": {"code": "CSU", "name": "Central stock"}}
    await house.propose("ann", Strand.DELIVERY, route=hub, branch="LOWE", material="book", reason="No room to unpack")
    await house.propose("cat", Strand.ORDERING, valid_to="2026-04-01", mode="pilot",
                        trial={"name": "bookseller", "share": "0.25", "unit": "line"})  # fmt: skip
    await house.propose("ann", Strand.CATALOGUE)
    page = (await page_of(browser, house, "bob")).text
    assert "3 changes wait for you</span></h1>" in page
    assert page.index("</h1>") < page.index("Waiting for a second person, oldest first") < page.index("Made or declined")
    delivery, ordering, catalogue = map(text_of, cards(page))
    assert "Deliveries New rule: goods of any supplier go through the hub CSU (Central stock)" in delivery
    assert "Branches LOWE Materials book First day 9 March 2026 Why No room to unpack Proposed by ann, 2 March 2026," in delivery
    assert "Ordering New rule: orders go to northern Branches all Materials all First day 9 March 2026" in ordering
    assert "Last day 31 March 2026 Trial bookseller: 25 % of lines" in ordering
    assert "Records New rule: records are asked of northern" in catalogue


async def test_what_a_change_is_about_is_looked_up_where_the_change_has_only_its_id(browser: AsyncClient, house: House) -> None:
    rule = await house.propose("ann", Strand.ORDERING, supplier_id="eastern", branch="IPSW", valid_from="2026-03-02")
    route = await house.propose("ann", Strand.DELIVERY, supplier_id=None)
    for strand, change in ((Strand.ORDERING, rule), (Strand.DELIVERY, route)):
        await house.calls("bob", strand, "POST", f"/v1/changes/{change}/approve")
    body = {"supplier_id": "eastern", "last_day": "2026-06-30", "next_supplier": "northern", "reason": "It ends"}
    stated = await house.calls("ann", Strand.ORDERING, "POST", "/v1/contract-ends", body)
    await house.calls("bob", Strand.ORDERING, "POST", f"/v1/changes/{stated['change_id']}/approve")
    house.clock.advance(timedelta(minutes=1))
    await house.calls("ann", Strand.ORDERING, "DELETE", f"/v1/contract-ends/{stated['change_id']}?reason=Prolonged")
    await house.calls("ann", Strand.ORDERING, "DELETE", f"/v1/sourcing-rules/{rule}?reason=Too+slow")
    await house.calls("ann", Strand.DELIVERY, "DELETE", f"/v1/route-rules/{route}?reason=Too+far")
    switch = {"from_supplier": "eastern", "to_supplier": "northern", "first_day": "2026-03-09",
              "open_copies": "move", "reason": "We leave"}  # fmt: skip
    await house.calls("ann", Strand.ORDERING, "POST", "/v1/switches", switch, key="one")
    page = (await page_of(browser, house, "bob")).text
    waiting = [text_of(card) for card in cards(page)]
    assert any(
        "The contract with eastern goes on: its end is lifted Last day 30 June 2026 Why Prolonged" in one for one in waiting
    )
    ended = "End of a rule, at once: orders go to eastern Branches IPSW Materials all The rule began 2 March 2026 Why Too slow"
    assert any(ended in one for one in waiting)
    assert any("End of a rule, at once: goods of any supplier go straight to the branch" in one for one in waiting)
    moved = "Branches all Materials all First day 9 March 2026 Open copies are moved once their cancellation is confirmed"
    assert any(f"Switch from eastern to northern {moved} Why We leave" in one for one in waiting)
    assert "Last day: 30 June 2026; What is too late for it: goes to northern" in rows(page)[0]


async def test_an_approval_takes_effect_at_the_owner_and_names_both_persons(browser: AsyncClient, house: House) -> None:
    change = await house.propose("ann", Strand.ORDERING, reason="Lowestoft follows")
    place = f"ordering/{change}"
    assert f'action="/changes/{place}"' in (await page_of(browser, house, "bob")).text
    answer = await browser.post(f"/changes/{place}", data={"decision": "approve"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/changes#{place}")
    rule = (await house.rules(Strand.ORDERING))[change]
    assert [rule[name] for name in ("created_by", "approved_by", "reason")] == ["ann", "bob", "Lowestoft follows"]
    assert house.ways[Strand.ORDERING].tokens == {f"Bearer {await token_of(browser)}"}
    page = (await browser.get("/changes")).text
    assert "Nothing waits for a second person</span></h1>" in page
    (made,) = rows(page)
    assert "New rule: orders go to northern" in made
    assert "Lowestoft follows ann 2 March 2026, 12:00 Approved by bob 2 March 2026, 12:02" in made.replace(" (you)", "")


async def test_whoever_proposed_a_change_sees_that_another_must_approve_it_and_can_decline_it(
    browser: AsyncClient, house: House
) -> None:
    change = await house.propose("ann", Strand.DELIVERY)
    page = (await page_of(browser, house, "ann")).text
    assert "1 change waits for another person</span></h1>" in page
    assert "You proposed this, so another person of GB-SFK must approve it." in page
    assert 'value="approve"' not in page
    own = await browser.post(f"/changes/delivery/{change}", data={"decision": "approve"}, follow_redirects=True)
    assert "Nothing was changed." in own.text
    assert "ann proposed this change" in own.text
    declined = await browser.post(f"/changes/delivery/{change}", data={"decision": "decline", "reason": "Not this year"})
    assert declined.status_code == 303
    assert "Declined by ann: Not this year" in rows((await browser.get("/changes")).text)[0]
    assert await house.rules(Strand.DELIVERY) == {}


async def test_a_decision_that_is_refused_says_why_and_keeps_its_reason(browser: AsyncClient, house: House) -> None:
    change = await house.propose("ann", Strand.CATALOGUE)
    await page_of(browser, house, "bob")
    short = await browser.post(f"/changes/catalogue/{change}", data={"decision": "decline", "reason": '"'}, follow_redirects=True)
    assert "Nothing was changed." in short.text
    assert 'value="&#34;"' in short.text
    await house.calls("cat", Strand.CATALOGUE, "POST", f"/v1/changes/{change}/approve")
    decline = {"decision": "decline", "reason": "Too late"}
    late = await browser.post(f"/changes/catalogue/{change}", data=decline, follow_redirects=True)
    assert "This change was approved by cat" in late.text


async def test_a_service_that_is_down_or_refuses_is_named_with_what_to_do_and_the_others_are_shown(
    browser: AsyncClient, house: House
) -> None:
    await house.propose("ann", Strand.ORDERING)
    house.ways[Strand.DELIVERY].is_down = True
    shown = await page_of(browser, house, "bob", "dashboard:read", "orders:read", "delivery:read")
    page = text_of(shown.text)
    assert shown.status_code == 200
    assert "Deliveries not shown. The service cannot be reached." in page
    assert "Records not shown. The token lacks the scope `catalogue:read`" in page
    assert "Ask the people who run Stockbridge for the scope catalogue:read." in page
    assert "1 change waits for another person" in page
    assert "that needs the role operator, and the scope orders:write" in page
    assert "<button name" not in shown.text
    house.ways[Strand.ORDERING].is_down = True
    nothing = text_of((await browser.get("/changes")).text)
    assert "It is not known whether something waits: no answer about ordering, records, deliveries" in nothing


async def test_a_strand_without_an_address_says_which_setting_is_missing(
    settings: DashboardSettings, clock: ManualClock, house: House
) -> None:
    async with calling(create_app(settings, clock)) as browser:
        page = (await page_of(browser, house, "bob")).text
        assert "The dashboard has no address of orders: the people who run Stockbridge must add it to SERVICE_URLS." in page


async def test_a_person_sees_the_changes_of_their_own_council_only(browser: AsyncClient, house: House) -> None:
    await house.require_second_person("GB-ESS")
    mine = await house.propose("ann", Strand.ORDERING)
    theirs = await house.propose("dan", Strand.ORDERING, council="GB-ESS")
    page = (await page_of(browser, house, "bob")).text
    assert (mine in page, theirs in page) == (True, False)
    answer = await browser.post(f"/changes/ordering/{theirs}", data={"decision": "approve"}, follow_redirects=True)
    assert "The council has no change with this id." in answer.text
    passed = set(house.ways[Strand.ORDERING].tokens)
    everybody = await page_of(browser, house, "operations", *ALL, "all-councils", council=None)
    assert (everybody.status_code, "belong to one council" in everybody.text) == (403, True)
    assert house.ways[Strand.ORDERING].tokens == passed


async def test_what_was_made_is_listed_newest_first_page_by_page_over_all_strands(browser: AsyncClient, house: House) -> None:
    for number in range(30):
        strand = Strand.ORDERING if number % 3 else Strand.DELIVERY
        await house.propose("dan", strand, council="GB-ESS", branch=f"B{number:02}", reason="")
    first = (await page_of(browser, house, "dan", council="GB-ESS")).text
    (older,) = re.findall(r'<a rel="next" href="([^"]*)#made">Older', first)
    second = (await browser.get(unescape(older))).text
    listed = [re.findall(r"Branches: (B\d\d)", row) for page in (first, second) for row in rows(page)]
    assert listed == [[f"B{number:02}"] for number in reversed(range(30))]
    assert all("None was given dan (you) 2 March 2026" in row and row.endswith("None was required") for row in rows(second))
    assert ("Older" in second, "Newest" in second, len(rows(first))) == (False, True, 25)
    assert (await browser.get("/changes?cursor=nonsense")).status_code == 400


async def test_texts_are_escaped_and_nothing_is_inline(browser: AsyncClient, house: House) -> None:
    await house.propose("<b>ann</b>", Strand.DELIVERY, branch="<i>", reason="<script>alert(1)</script>",
                        route={"kind": "hub", "hub": {"code": "CSU", "name": "<u>"}})  # fmt: skip
    answer = await page_of(browser, house, "bob")
    assert "&lt;script&gt;alert(1)" in answer.text
    assert [text for text in ("<script>", "<b>", "<i>", "<u>", "style=", "onclick") if text in answer.text] == []
    policy = answer.headers["content-security-policy"]
    assert "form-action 'self'" in policy
    assert "unsafe" not in policy


async def test_other_pages_and_other_decisions_decide_nothing(browser: AsyncClient, house: House) -> None:
    path = f"/changes/ordering/{await house.propose('ann', Strand.ORDERING)}"
    await page_of(browser, house, "bob")
    form = {"decision": "approve"}
    assert (await browser.post(path, data=form, headers={"Sec-Fetch-Site": "same-site"})).status_code == 403
    assert (await browser.post(path, data={"decision": "../../switches"})).status_code == 422
    browser.cookies.clear()
    assert (await browser.post(path, data=form)).status_code == 401
    assert (await browser.get("/changes")).headers["location"] == "/sign-in?next=%2Fchanges"
    assert await house.rules(Strand.ORDERING) == {}


async def test_the_overview_leads_to_the_page(browser: AsyncClient, house: House) -> None:
    assert '<a href="/changes"' in (await page_of(browser, house, "bob", path="/")).text
    assert house.ways[Strand.ORDERING].tokens == set(), "the overview asks no other service"
