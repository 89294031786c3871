"""The page of rules: what applies, what is planned, and changes of it by people of a council."""

from collections.abc import AsyncIterator, Callable
from datetime import date

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from services.dashboard.app import create_app
from services.dashboard.domain.visitors import Role
from services.dashboard.settings import DashboardSettings
from services.dashboard.usecases.asking import Services
from shared.clock import ManualClock
from shared.http.calls import Api
from shared.sourcing.rules import Strand
from tests.fixtures.tokens import Tokens
from tests.services.dashboard.counterparts import SUPPLIER, PlayedConnection
from tests.services.dashboard.counterparts import evidence as played_evidence
from tests.services.dashboard.signing_in import sign_in
from tests.services.dashboard.strands import House, opened_house
from tests.services.dashboard.test_change_pages import text_of
from tests.services.serving import Kept, calling

REASON = "the contract begins"


@pytest.fixture
async def house(database_from: Callable[[str], str], tokens: Tokens, clock: ManualClock, kept: Kept) -> AsyncIterator[House]:
    """The services of the strands, with a rule in each from today on."""
    async with opened_house(database_from, tokens, clock, kept) as house:
        today = f"{clock.today()}"
        for strand in (Strand.ORDERING, Strand.CATALOGUE):
            await house.propose("ann", strand, valid_from=today, supplier_id="eastern")
        hub = {"kind": "hub", "hub": {"code": "CSU", "name": "Central stock unit", "gln": None}}
        await house.propose("ann", Strand.DELIVERY, valid_from=today, route=hub)
        yield house


@pytest.fixture
def evidence() -> FastAPI:
    """The evidence about the supplier."""
    return played_evidence()


@pytest.fixture
async def browser(settings: DashboardSettings, clock: ManualClock, house: House, evidence: FastAPI) -> AsyncIterator[AsyncClient]:
    """The browser of an admin of Suffolk."""
    known = {"evidence": Api("http://evidence", ASGITransport(evidence))}
    exchange = {SUPPLIER: Api("http://exchange", ASGITransport(PlayedConnection().app()))}
    services = Services({**house.services.apis, **known}, exchange)
    async with calling(create_app(settings, clock, services=services)) as client:
        await sign_in(client, house.tokens, subject="ben")
        yield client


async def shown(browser: AsyncClient, path: str = "/rules") -> str:
    answer = await browser.get(path)
    assert answer.status_code == 200, text_of(answer.text)
    return text_of(answer.text)


async def changed(browser: AsyncClient, path: str, **form: str) -> str:
    """What the page says after a form was sent."""
    answer = await browser.post(path, data={"reason": REASON, **form})
    assert answer.status_code == 303, text_of(answer.text)
    return await shown(browser, answer.headers["Location"])


async def test_the_strands_are_side_by_side(browser: AsyncClient) -> None:
    page = await shown(browser)

    assert "everything else Eastern Change Eastern Change through the hub CSU (Central stock unit) Change" in page
    assert "Nothing is planned" in page


async def test_a_rule_is_changed_from_next_monday_in_three_clicks(browser: AsyncClient, house: House) -> None:
    form = await browser.get("/rules/ordering")
    monday = form.text.partition('name="first_day" type="date" required value="')[2][:10]
    assert date.fromisoformat(monday).weekday() == 0
    assert "Eastern by the rule for everything else" in text_of(form.text)

    said = await changed(browser, "/rules/ordering", supplier="northern", first_day=monday, branch="IPSW")

    assert "The rule applies from" in said
    assert "IPSW, any material: Northern, from this day on" in await shown(browser)
    (made,) = [rule for rule in (await house.rules(Strand.ORDERING)).values() if rule["branch"] == "IPSW"]
    assert (made["created_by"], made["reason"], made["valid_from"]) == ("ben", REASON, monday)


async def test_a_route_is_changed_to_the_branch_and_back_to_a_known_hub(browser: AsyncClient, house: House) -> None:
    monday = "2030-01-07"
    assert "The rule applies" in await changed(browser, "/rules/delivery", route="direct", first_day=monday, branch="IPSW")
    assert "The rule applies" in await changed(browser, "/rules/delivery", route="CSU", first_day=monday, branch="LOWE")
    refused = await changed(browser, "/rules/delivery", route="XYZ", first_day=monday, branch="HADL")
    assert "No rule of the council names this hub" in refused

    routes = {rule["branch"]: rule["route"]["kind"] for rule in (await house.rules(Strand.DELIVERY)).values()}
    assert (routes["IPSW"], routes["LOWE"]) == ("direct", "hub")


async def test_a_refusal_is_said_in_words_and_keeps_the_reason(browser: AsyncClient) -> None:
    form = await changed(browser, "/rules/ordering", supplier="nobody", first_day="2030-01-07")

    assert "Nothing was changed." in form


async def test_a_change_waits_where_the_council_requires_a_second_person(browser: AsyncClient, house: House) -> None:
    await house.require_second_person()

    assert "must approve this" in await shown(browser, "/rules/ordering")
    said = await changed(browser, "/rules/ordering", supplier="northern", first_day="2030-01-07")
    assert "It has no effect yet: another person" in said


async def test_who_would_get_this_is_asked_of_every_strand(browser: AsyncClient, house: House) -> None:
    await house.calls("ann", Strand.ORDERING, "PUT", "/v1/branches", [{"code": "IPSW", "name": "Ipswich Library"}])

    page = await shown(browser, "/rules?branch=IPSW&material=book&on=2030-01-07")

    assert "Ordering Eastern Records Eastern Deliveries" in page
    assert "No exchange serves supplier" in page, "deliveries have not heard of the supplier"


async def test_a_rule_is_ended_and_a_contract_too(browser: AsyncClient, house: House) -> None:
    (rule_id,) = await house.rules(Strand.CATALOGUE)
    assert "The rule is ended" in await changed(browser, f"/rules/catalogue/rules/{rule_id}/end")

    path = "/rules/ordering/contract-ends"
    assert "ends after 31 December 2030" in await changed(browser, path, supplier="eastern", last_day="2030-12-31")
    (end,) = (await house.calls("ann", Strand.ORDERING, "GET", "/v1/contract-ends"))["items"]
    assert "its end is lifted" in await changed(browser, f"{path}/{end['end_id']}/lift")


async def test_only_an_admin_changes_rules(browser: AsyncClient, house: House) -> None:
    await sign_in(browser, house.tokens, role=Role.VIEWER)

    assert "Change" not in (await shown(browser)).partition("Today")[2].partition("Who would")[0]
    answer = await browser.post("/rules/ordering", data={"supplier": "northern", "first_day": "2030-01-07", "reason": REASON})
    assert answer.status_code == 403


async def test_staff_of_all_councils_read_whose_rules_these_are(browser: AsyncClient, house: House) -> None:
    await sign_in(browser, house.tokens, council=None)

    answer = await browser.get("/rules")

    assert answer.status_code == 403
    assert "Rules belong to one council" in text_of(answer.text)


async def test_a_strand_that_does_not_answer_is_named(browser: AsyncClient, house: House) -> None:
    house.ways[Strand.ORDERING].is_down = True
    assert "No supplier or branch can be offered." in await shown(browser, "/rules/catalogue")
    house.ways[Strand.ORDERING].is_down = False
    house.ways[Strand.CATALOGUE].is_down = True

    page = await shown(browser)

    assert "Records not shown." in page
    assert "everything else Eastern" in page


async def test_the_page_of_a_supplier_has_the_rules_that_name_it_and_what_ties_the_council(
    browser: AsyncClient, house: House, evidence: FastAPI
) -> None:
    await house.propose("ann", Strand.ORDERING, supplier_id=SUPPLIER, branch="LOWE", reason="It is nearer")
    page = await shown(browser, f"/suppliers/{SUPPLIER}")
    assert "Rule for LOWE, any material 9 March 2026 no end It is nearer" in page
    assert "Leaving it" not in page

    body = {"supplier_id": SUPPLIER, "last_day": "2030-12-31", "next_supplier": None, "reason": "Its contract ends"}
    await house.calls("ann", Strand.ORDERING, "POST", "/v1/contract-ends", body, key="ends")
    page = await shown(browser, f"/suppliers/{SUPPLIER}")
    assert "Leaving it Strand What still ties How many Oldest Ordering copies accepted and still to come 4" in page

    evidence.router.routes.clear()
    assert "What still ties GB-SFK to it is not shown." in await shown(browser, f"/suppliers/{SUPPLIER}")
