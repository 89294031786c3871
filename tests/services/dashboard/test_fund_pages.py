"""The page of funds: what each may spend, what is committed and spent, and what is left."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
from httpx import AsyncClient

from services.dashboard.app import create_app
from services.dashboard.settings import DashboardSettings
from services.dashboard.usecases.asking import Services
from services.orders.domain.fund_totals import FundTotal
from services.orders.domain.funds import Fund, FundYear
from services.orders.schemas.funds import fund_view
from shared.clock import ManualClock
from shared.contracts.base import Money
from shared.http.calls import Api
from tests.fixtures.tokens import Tokens
from tests.services.dashboard.played import Played
from tests.services.dashboard.seeing import elements
from tests.services.dashboard.signing_in import sign_in
from tests.services.serving import calling


def fund(code: str, *, budget: int | None, committed: int = 0, invoiced: int = 0, year: int = 2025) -> Any:
    """A fund with one year, as the order book answers it; amounts in pence."""
    stated = None if budget is None else Money(minor=budget)
    name = f"{year}-{year + 1 - 2000}"
    known = FundYear(year=name, starts_on=date(year, 4, 1), ends_on=date(year + 1, 3, 31), budget=stated)
    total = FundTotal(
        fund=code, year=name, currency="GBP", committed=committed, released=0, replaced=0, invoiced=invoiced, credited=50,
        copies=3, open_copies=2, unpriced=1,
    )  # fmt: skip
    return fund_view(code, Fund(code=code, years=(known,)), [total], None).model_dump(mode="json")


@pytest.fixture
def orders() -> Played:
    """The order book of a council with three funds, one of them over its budget."""
    funds = [fund("ADULT", budget=100_000, committed=3_000), fund("CHILD", budget=1_000, committed=900, invoiced=250)]
    listed = [*funds, fund("LOCAL", budget=None), fund("NEXT", budget=5, year=2026)]
    return Played({"/v1/funds": {"items": listed, "next_cursor": None}})


@pytest.fixture
async def browser(settings: DashboardSettings, clock: ManualClock, orders: Played, tokens: Tokens) -> AsyncIterator[AsyncClient]:
    """A person of the council."""
    async with calling(create_app(settings, clock, Services({"orders": Api("http://orders", orders)}))) as client:
        await sign_in(client, tokens)
        yield client


def _rows(page: str) -> list[str]:
    return [" ".join(row.text_content().split()) for row in elements(page).xpath("//tbody/tr")]


async def test_funds_over_their_budget_are_first_then_those_with_least_left(browser: AsyncClient) -> None:
    page = (await browser.get("/funds")).text
    assert "1 fund over budget</span></h1>" in page
    child, adult, local = _rows(page)
    assert child.startswith("CHILD over budget 2025-26")
    assert "GBP 10.00 GBP 2.00 GBP 9.00 GBP -1.00" in child
    assert "GBP 970.50" in adult
    assert "not stated" in local
    assert "1 open copy without a price" in local


async def test_another_year_is_chosen_by_its_name(browser: AsyncClient) -> None:
    (row,) = _rows((await browser.get("/funds?year=2026-27")).text)
    assert row.startswith("NEXT")


async def test_a_council_without_budgets_is_told_how_to_state_them(browser: AsyncClient, orders: Played) -> None:
    orders.answers["/v1/funds"]["items"] = []
    page = (await browser.get("/funds")).text
    assert "No budget is stated</span></h1>" in page
    assert "No fund has a copy or a budget in this year." in page


async def test_an_answer_in_another_form_is_said_to_be_one(browser: AsyncClient, orders: Played) -> None:
    orders.answers["/v1/funds"]["items"] = [{"name": "Adult fiction"}]
    answer = await browser.get("/funds")
    assert answer.status_code == 503
    assert "A service answered what this page does not understand" in answer.text


async def test_staff_of_all_councils_are_told_whose_funds_are_shown(browser: AsyncClient, tokens: Tokens) -> None:
    await sign_in(browser, tokens, council=None)
    answer = await browser.get("/funds")
    assert answer.status_code == 403
    assert "Funds belong to one council" in answer.text
