"""The pages of money: what waits, an invoice beside its orders, and what staff decide about it."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
from httpx import AsyncClient

from services.dashboard.app import create_app
from services.dashboard.domain.visitors import Role
from services.dashboard.settings import DashboardSettings
from services.dashboard.usecases.asking import Services
from services.orders.domain.invoices.invoice import InvoiceState
from services.orders.schemas.invoices import FoundLine, InvoiceLineView, InvoiceSummary, InvoiceView
from shared.clock import ManualClock
from shared.contracts.invoices import ChargeKind, Cost, InvoicedCharge, InvoiceQuery, QueryCode, TaxAtRate
from shared.http.calls import Api
from shared.http.steps import StepView
from shared.invoicing.finding import FoundBy
from tests.fixtures.tokens import Tokens
from tests.services.dashboard.facts import HARBOUR, ORDER, PIRANESI, SUFFOLK
from tests.services.dashboard.played import Played
from tests.services.dashboard.signing_in import sign_in
from tests.services.hearing import number, on_day
from tests.services.serving import calling

INVOICE = number(700)
PAGE = f"/invoices/{INVOICE}"
PRICE = InvoiceQuery(
    code=QueryCode.PRICE, text="Line 1 is charged at GBP 9.99 net; the order's price is GBP 8.99.", line_number=1
)
POSTAGE = InvoicedCharge(description="Postage <b>", kind=ChargeKind.CARRIAGE, net=450, vat=90)
ORDERED = {
    "order_id": str(ORDER),
    "order_number": "PO-1",
    "lines": [
        {
            "line_key": "SB-1",
            "line_number": 1,
            "supplier_id": HARBOUR,
            "isbn": PIRANESI,
            "title": "Piranesi",
            "unit_price": {"minor": 899, "currency": "GBP"},
            "ordered_price": {"minor": 849, "currency": "GBP"},
            "stated_prices": [{"minor": 899, "currency": "GBP", "basis": "net"}],
            "copies": [
                {"copy_id": str(number(1)), "copy_number": 1, "branch": "IPSW", "branch_name": "Ipswich", "state": "received"},
                {
                    "copy_id": str(number(2)),
                    "copy_number": 2,
                    "branch": "LOWE",
                    "branch_name": "Lowestoft",
                    "state": "despatched",
                },
            ],
        }
    ],
}


def summary(**given: Any) -> InvoiceSummary:
    """An invoice in a list, queried where nothing else is given."""
    fields: dict[str, Any] = {
        "invoice_id": INVOICE,
        "council": SUFFOLK,
        "supplier_id": HARBOUR,
        "invoice_number": "INV-7",
        "credit": False,
        "credits_invoice": None,
        "invoiced_on": date(2026, 3, 2),
        "currency": "GBP",
        "total": 2538,
        "received_at": on_day(2),
        "state": InvoiceState.QUERIED,
        "version": 3,
        "queries": [PRICE],
    }
    return InvoiceSummary(**fields | given)


def whole(**given: Any) -> Any:
    """An invoice that charges two copies of one line, as JSON."""
    line = InvoiceLineView(
        line_number=1,
        line_key="SB-1",
        order_number="PO-1",
        isbn=PIRANESI,
        quantity=2,
        copies=[],
        costs=[Cost(list_price=1249, discount=250, net=999), Cost(list_price=1249, discount=250, net=999)],
        title="PIRANESI <i>",
        supplier_references=None,
        found=FoundLine(line_key="SB-1", order_id=ORDER, by=FoundBy.LINE_KEY),
    )
    view = InvoiceView(
        **{
            **summary().model_dump(),
            "message_id": number(800),
            "doubts": [],
            "credited": 0,
            "lines": [line],
            "charges": [POSTAGE],
            "taxes": [TaxAtRate(rate=2000, taxable=450, tax=90)],
            "costs": [],
            "history": [
                StepView(
                    at=on_day(2), from_state="received", to_state="queried", cause="matching", reason="Price", actor="orders",
                    correlation_id="c-5",
                )
            ],
            **given,
        }
    )  # fmt: skip
    return view.model_dump(mode="json")


def listed(*summaries: InvoiceSummary, cursor: str | None = None) -> Any:
    """A page of a list, as JSON."""
    return {"items": [each.model_dump(mode="json") for each in summaries], "next_cursor": cursor}


@pytest.fixture
def orders() -> Played:
    """The order book, with one queried invoice."""
    return Played(
        {
            "/v1/invoices": listed(summary(), cursor="WyJ4Il0"),
            "/v1/invoices?state=queried&limit=200": listed(summary()),
            f"/v1/invoices?supplier_id={HARBOUR}&credits_invoice=INV-7": listed(),
            f"/v1{PAGE}": whole(),
            f"/v1/orders/{ORDER}": ORDERED,
            f"/v1{PAGE}/accept": {},
            f"/v1{PAGE}/reject": {},
        }
    )


@pytest.fixture
async def browser(settings: DashboardSettings, clock: ManualClock, orders: Played, tokens: Tokens) -> AsyncIterator[AsyncClient]:
    """A person of the council who may decide."""
    services = Services({"orders": Api("http://orders", orders)})
    async with calling(create_app(settings, clock, services)) as client:
        await sign_in(client, tokens, role=Role.OPERATOR)
        yield client


async def test_what_is_queried_comes_first_in_words_with_a_way_to_settle_it(browser: AsyncClient) -> None:
    page = (await browser.get("/money")).text
    assert "1 invoice or credit note waits for a decision</span></h1>" in page
    assert f'<a href="{PAGE}">INV-7</a>' in page
    assert "Line 1 is charged at GBP 9.99 net" in page
    assert "GBP 25.38" in page
    assert 'href="/money?cursor=WyJ4Il0#all">Next page' in page


async def test_filters_are_in_the_address_and_reach_the_order_book(browser: AsyncClient, orders: Played) -> None:
    page = (await browser.get(f"/money?supplier_id={HARBOUR}&state=matched&invoice_number=")).text
    assert orders.asked[-1][1] == f"/v1/invoices?limit=50&supplier_id={HARBOUR}&state=matched"
    assert '<option value="matched" selected>' in page
    assert f'href="/money?supplier_id={HARBOUR}&amp;state=matched&amp;cursor=WyJ4Il0#all">Next page' in page


async def test_without_invoices_the_page_says_so(browser: AsyncClient, orders: Played) -> None:
    orders.answers = {"/v1/invoices": listed()}
    page = (await browser.get("/money")).text
    assert "No invoice waits for a decision</span></h1>" in page
    assert "No invoice has arrived yet." in page


async def test_each_line_is_beside_its_order_with_differences_in_words(browser: AsyncClient) -> None:
    page = (await browser.get(PAGE)).text
    assert "Invoice INV-7 over GBP 25.38 has 1 query</span></h1>" in page
    assert "<strong>Query:</strong> Line 1 is charged at GBP 9.99 net" in page
    assert "GBP 1.00 more than ordered: GBP 9.99 net, ordered at GBP 8.99." in page
    assert "1 of 2 ordered copies arrived so far, 2 charged." in page
    assert f'<a href="/orders/{ORDER}#line-SB-1">PO-1, line 1</a>' in page
    assert "<dt>Answered price</dt><dd>GBP 8.99 net</dd>" in page
    assert f'<a href="/messages/{HARBOUR}/{number(800)}">' in page
    assert "PIRANESI &lt;i&gt;" in page
    assert "Postage &lt;b&gt;: GBP 5.40" in page
    assert "<dt>VAT at 20 %</dt>" in page


async def test_a_line_without_an_order_is_said_to_have_none(browser: AsyncClient, orders: Played) -> None:
    invoice = whole()
    invoice["lines"][0] |= {"found": None, "order_number": "PO 9", "costs": []}
    orders.answers[f"/v1{PAGE}"] = invoice
    page = (await browser.get(PAGE)).text
    assert "No ordered line was found for it." in page
    assert 'href="/find?q=PO+9"' in page
    assert "Its amounts cannot be divided by copy." in page


async def test_a_credit_note_is_beside_the_invoice_that_it_corrects_and_the_other_way_round(
    browser: AsyncClient, orders: Played
) -> None:
    note = summary(invoice_id=number(701), invoice_number="CN-1", credit=True, credits_invoice="INV-7", total=100, queries=[])
    orders.answers[f"/v1/invoices?supplier_id={HARBOUR}&credits_invoice=INV-7"] = listed(note)
    page = (await browser.get(PAGE)).text
    assert f'<a href="/invoices/{number(701)}">Credit note CN-1</a> over <span class="amount">GBP -1.00</span>' in page
    orders.answers[f"/v1/invoices/{number(701)}"] = whole(**note.model_dump())
    orders.answers[f"/v1/invoices?supplier_id={HARBOUR}&invoice_number=INV-7"] = listed(summary())
    page = (await browser.get(f"/invoices/{number(701)}")).text
    assert "<h2>The invoice that it corrects</h2>" in page
    assert f'<a href="{PAGE}">Invoice INV-7</a>' in page


@pytest.mark.parametrize(("decision", "said"), [("accept", "Accepted: it counts as it is."), ("reject", "Rejected")])
async def test_a_decision_is_about_the_version_that_the_page_showed(
    browser: AsyncClient, orders: Played, decision: str, said: str
) -> None:
    form = {"decision": decision, "version": "3", "reason": "Agreed by telephone"}
    answer = await browser.post(PAGE, data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert orders.decisions == [("POST", f"/v1{PAGE}/{decision}", {"reason": "Agreed by telephone"})]
    assert orders.headers[-1]["if-match"] == '"3"'
    assert said in (await browser.get(PAGE)).text


async def test_a_refusal_is_shown_with_the_reason_that_was_typed(browser: AsyncClient, orders: Played) -> None:
    orders.refusals[f"/v1{PAGE}/accept"] = (409, "invoice-settled", "The invoice is matched; only a queried one can be decided.")
    await browser.post(PAGE, data={"decision": "accept", "version": "3", "reason": "Agreed by telephone"})
    page = (await browser.get(PAGE)).text
    assert "The invoice is matched; only a queried one can be decided." in page
    assert 'value="Agreed by telephone"' in page


async def test_who_may_not_decide_is_told_why(browser: AsyncClient, tokens: Tokens) -> None:
    await sign_in(browser, tokens, role=Role.OPERATOR, council=None)
    page = (await browser.get(PAGE)).text
    assert f"Only a person of {SUFFOLK} can accept or reject its invoice." in page
    assert "<form" not in page.partition('<main id="main"')[2]
