"""The page of the audit trail, over three services that run, as people see it in a browser."""

import csv
import io
import re
from collections.abc import AsyncIterator, Callable
from html import unescape

import pytest
from httpx import AsyncClient

from services.dashboard.app import create_app
from services.dashboard.domain.acts import Act, SeenAct, Wanted, kind_in_words
from services.dashboard.domain.deeds import DEEDS, KINDS_OF_ACTS
from services.dashboard.settings import DashboardSettings
from services.dashboard.usecases.acts import Trail
from shared.clock import ManualClock
from shared.sourcing.rules import Strand
from tests.fixtures.tokens import Tokens
from tests.services.dashboard.signing_in import sign_in
from tests.services.dashboard.strands import House, opened_house
from tests.services.serving import Kept, calling

HARMFUL = "=HYPERLINK(1)<script>alert(1)</script>"
BRANCH = [{"code": "IPSW", "name": "Ipswich"}]


@pytest.fixture
async def house(database_from: Callable[[str], str], tokens: Tokens, clock: ManualClock, kept: Kept) -> AsyncIterator[House]:
    """The services in which ann and bob of Suffolk did four things, and cat of Norfolk one."""
    async with opened_house(database_from, tokens, clock, kept) as house:
        await house.calls("ann", Strand.ORDERING, "PUT", "/v1/branches", BRANCH)
        await house.propose("bob", Strand.ORDERING, reason=HARMFUL)
        await house.propose("ann", Strand.DELIVERY, reason="The van comes daily")
        await house.calls("ann", Strand.ORDERING, "PUT", "/v1/branches", [{"code": "IPSW", "name": "Ipswich Central"}])
        await house.calls("cat", Strand.ORDERING, "PUT", "/v1/branches", BRANCH, council="GB-NFK")
        yield house


@pytest.fixture
async def browser(settings: DashboardSettings, clock: ManualClock, house: House) -> AsyncIterator[AsyncClient]:
    """A browser before the dashboard, which reaches the services."""
    async with calling(create_app(settings, clock, services=house.services)) as client:
        await sign_in(client, house.tokens, subject="ann")
        yield client


def rows(page: str) -> list[str]:
    """The rows of the table as a person reads them."""
    found = re.findall(r'<tr id=".*?</tr>', page, re.DOTALL)
    return [" ".join(unescape(re.sub("<[^>]*>", " ", row)).split()) for row in found]


async def test_acts_of_all_services_are_one_list_with_why_and_what_changed(browser: AsyncClient) -> None:
    answer = await browser.get("/audit")
    assert answer.status_code == 200, answer.text
    renamed, van, rule, added = rows(answer.text)
    assert renamed.startswith("Changed branches branch · orders none was given")
    assert "IPSW / name Ipswich → Ipswich Central ann (you)" in renamed
    assert van.startswith("Added a delivery rule delivery rule · delivery The van comes daily")
    assert rule.startswith(f"Added a sourcing rule sourcing rule · orders {HARMFUL}")
    assert "IPSW / name Ipswich" in added
    assert "<script>alert" not in answer.text
    assert '<a href="/rules">delivery rule</a>' in answer.text


@pytest.mark.parametrize(
    ("filters", "shown"),
    [
        ("who=bob", ["Added a sourcing rule"]),
        ("service=delivery", ["Added a delivery rule"]),
        ("kind=branch&who=ann", ["Changed branches", "Changed branches"]),
        ("who=&service=&kind=&thing=&from=2020-01-01&to=", ["Changed", "Added", "Added", "Changed"]),
        ("to=2020-01-01", []),
    ],
)
async def test_filters_are_in_the_address_and_narrow_the_list(browser: AsyncClient, filters: str, shown: list[str]) -> None:
    page = (await browser.get(f"/audit?{filters}")).text
    assert [row.startswith(words) for row, words in zip(rows(page), shown, strict=True)] == [True] * len(shown)
    assert "Nobody did anything that fits" in page or shown


async def test_a_service_that_is_away_is_named_and_the_others_are_shown(browser: AsyncClient, house: House) -> None:
    house.ways[Strand.DELIVERY].is_down = True
    page = (await browser.get("/audit")).text
    assert "Not shown: delivery." in page
    assert len(rows(page)) == 3
    table = (await browser.get("/audit/export")).text
    assert table.splitlines()[1].startswith(',,,delivery,"NOT IN THIS FILE: The service cannot be reached.')


async def test_the_file_has_exactly_what_is_filtered_and_no_formula(browser: AsyncClient) -> None:
    answer = await browser.get("/audit/export?kind=sourcing_rule")
    assert (answer.status_code, answer.headers["Content-Disposition"]) == (200, 'attachment; filename="audit.csv"')
    heading, row = csv.DictReader(io.StringIO(answer.text)).fieldnames, next(csv.DictReader(io.StringIO(answer.text)))
    assert heading is not None
    assert heading[:5] == ["When", "Who", "Council", "Service", "What"]
    assert (row["Who"], row["Service"], row["What"]) == ("bob", "orders", "Added a sourcing rule")
    assert row["Why"] == f"'{HARMFUL}"
    whole = (await browser.get("/audit/export")).text
    assert [row["Who"] for row in csv.DictReader(io.StringIO(whole))] == ["ann", "ann", "bob", "ann"]


async def test_staff_of_all_councils_see_every_council_and_nobody_sees_it_unsigned(browser: AsyncClient, house: House) -> None:
    await sign_in(browser, house.tokens, council=None)
    page = (await browser.get("/audit")).text
    assert "You are signed in for all councils" in page
    assert [row for row in rows(page) if "cat GB-NFK" in row]
    browser.cookies.clear()
    for path in ("/audit", "/audit/export"):
        assert "Changed branches" not in (await browser.get(path)).text


async def test_pages_of_the_list_follow_each_other(house: House, tokens: Tokens) -> None:
    token = tokens.sign("orders:read", "catalogue:read", "delivery:read")
    trail, wanted = Trail(house.services, on_a_page=3), Wanted()
    first = await trail.read(token, wanted, cursor="")
    rest = await trail.read(token, wanted, cursor=first.next_cursor or "")
    assert [[seen.act.actor for seen in page.acts] for page in (first, rest)] == [["ann", "ann", "bob"], ["ann"]]
    assert rest.next_cursor is None


async def test_a_wrong_day_or_cursor_is_a_page_that_says_so(browser: AsyncClient) -> None:
    for query in ("from=yesterday", "cursor=nonsense"):
        answer = await browser.get(f"/audit?{query}")
        assert answer.status_code in (400, 422)
        assert "<h1" in answer.text


def an_act(operation: str, kind: str, thing: str, path: str, **changed: object) -> Act:
    told = {"council": "GB-SFK", "actor": "ann", "reason": "", "outcome": "done", "before": None, "after": None}
    named = {"act_id": "0192f0c1-2b3a-7c4d-8e5f-60718293a4b5", "acted_at": "2026-03-02T12:00:00Z"}
    return Act.model_validate({**told, **named, "operation": operation, "kind": kind, "thing": thing, "path": path, **changed})


@pytest.mark.parametrize(
    ("service", "act", "page"),
    [
        ("orders", an_act("accept_decision", "decision", "d", "/v1/orders/o/decisions/d/accept"), "/orders/o"),
        ("orders", an_act("keep_funds", "fund", "", "/v1/funds"), "/funds"),
        ("orders", an_act("propose_proposal", "proposal", "f", "/v1/proposals"), "/proposals"),
        ("orders", an_act("keep_policy", "chasing_policy", "a/b?", "/v1/chasing-policies/a"), "/suppliers/a%2Fb%3F"),
        ("catalogue", an_act("lift_fix", "fix", "f", "/v1/titles/978/fixes/f/lift"), "/catalogue/978"),
        ("supplier-national", an_act("release_message", "message", "m", "/v1/messages/m/release"), "/messages/national/m"),
        ("supplier-national", an_act("withdraw_mapping", "mapping", "m", "/v1/mappings/m/withdraw"), "/suppliers/national"),
        ("supplier-national", an_act("x", "dead_letter", "d", "/v1/dead-letters/d/x"), "/dead-letters/supplier-national/d"),
        ("lms", an_act("x", "dead_letter", "d", "/v1/dead-letters/d/x"), "/dead-letters/lms/d"),
        ("evidence", an_act("post_decision", "decision", "d", "/v1/decisions"), ""),
    ],
)
def test_each_thing_links_to_its_page(service: str, act: Act, page: str) -> None:
    assert SeenAct(service, act).page == page


def test_only_what_differs_is_shown_and_words_stand_for_nothing_yes_and_no() -> None:
    act = an_act(
        "x", "y", "z", "/v1/y", before={"a": 1, "b": True, "c": {"d": None, "e": [1, "two"]}}, after={"a": 1, "b": False}
    )
    assert SeenAct("orders", act).differences == [("b", "yes", "no"), ("c / d", "none", ""), ("c / e", "1, two", "")]
    assert kind_in_words("never_seen") == "never seen"
    many = SeenAct("orders", an_act("x", "y", "z", "/v1/y", after={f"field {place}": place for place in range(15)}))
    assert (len(many.differences), many.further) == (12, 3)
    assert len(DEEDS) > len(KINDS_OF_ACTS)
