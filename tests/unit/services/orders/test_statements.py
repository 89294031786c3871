"""Prices and data about copies that a supplier states beside its answers."""

from dataclasses import replace
from uuid import UUID

import pytest

from services.orders.domain.copies import Copy, Target, Verdict, move
from services.orders.domain.responses import apply_answers
from services.orders.domain.statements import DECIDE, price_question, with_prices, with_stated_data
from shared.contracts.base import Money
from shared.contracts.orders import CopyState
from shared.contracts.stated import PriceBasis, StatedItem, StatedPrice
from shared.contracts.suppliers import CopyReference, LineAction, RespondedLine
from shared.invoicing.matching import Terms

OPEN = [Copy(UUID(int=1), UUID(int=99), "SB-1", 1, "IPSW", CopyState.ACCEPTED)]
ORDERED = Money(minor=800)


def priced(minor: int, basis: PriceBasis = PriceBasis.RETAIL, currency: str | None = "GBP") -> StatedPrice:
    return StatedPrice(minor=minor, basis=basis, currency=currency)


def question(*prices: StatedPrice, ordered: Money | None = ORDERED, code: str = "100", copies: list[Copy] | None = None) -> str:
    answer = RespondedLine(line_key="SB-1", status_code=code, prices=prices)
    return price_question(answer, ordered, OPEN if copies is None else copies, Terms(5))


@pytest.mark.parametrize(
    ("prices", "asks"),
    [
        ([priced(800)], False),
        ([priced(840)], False),
        ([priced(841)], True),
        ([priced(760)], False),
        ([priced(759)], True),
        ([priced(759, PriceBasis.GROSS)], True),
        ([priced(500, PriceBasis.NET)], False),
        ([priced(841, PriceBasis.NET)], True),
        ([priced(500, PriceBasis.UNSTATED)], False),
        ([priced(1100), priced(800, PriceBasis.NET)], False),
        ([priced(800), priced(900, PriceBasis.NET)], True),
        ([priced(667, PriceBasis.GROSS), priced(800)], False),
        ([priced(800, currency="EUR")], True),
        ([priced(800, currency=None)], False),
    ],
    ids=str,
)
def test_a_price_beyond_the_tolerance_asks_and_one_within_it_does_not(prices: list[StatedPrice], asks: bool) -> None:  # case A10
    assert (DECIDE in question(*prices)) is asks


def test_the_question_names_the_stated_and_the_ordered_price() -> None:
    assert question(priced(1299)) == f"{DECIDE} The supplier states GBP 12.99 retail price; GBP 8.00 was ordered."


@pytest.mark.parametrize("code", ["101", "201", "903"])
def test_a_status_about_the_price_has_the_prices_even_within_the_tolerance(code: str) -> None:
    assert question(priced(810), code=code) == "The supplier states GBP 8.10 retail price; GBP 8.00 was ordered."
    assert question(priced(810), code=code, ordered=None).endswith("no price was ordered.")
    assert question(code=code) == ""


def test_parts_of_one_answer_ask_once() -> None:
    parts = [RespondedLine(line_key="SB-1", status_code=code, prices=(priced(1299),)) for code in ("903", "100")]
    asked = with_prices("Decide whether the new price is acceptable.", parts, ORDERED, copies=OPEN, terms=Terms(5))
    assert asked == f"{DECIDE} The supplier states GBP 12.99 retail price; GBP 8.00 was ordered."


def test_a_line_whose_copies_are_settled_asks_nothing() -> None:
    settled = [replace(OPEN[0], state=state) for state in (CopyState.CANCELLED, CopyState.REFUSED, CopyState.RECEIVED)]
    assert question(priced(1299), copies=settled) == ""


def test_a_change_that_the_supplier_notifies_comes_with_its_price() -> None:
    answer = RespondedLine(line_key="SB-1", action=LineAction.CHANGED, prices=(priced(810, PriceBasis.NET),))
    assert price_question(answer, ORDERED, OPEN, Terms(5)) == "The supplier states GBP 8.10 net; GBP 8.00 was ordered."


def test_the_note_for_the_timeline_has_the_price() -> None:
    answer = RespondedLine(line_key="SB-1", status_code="100", prices=(priced(810, PriceBasis.NET),))
    assert apply_answers(OPEN, [answer]).note == "accepted; status 100; price GBP 8.10 net"


def test_data_goes_to_the_copy_that_a_reference_means() -> None:  # case A13
    copies = [replace(OPEN[0], copy_id=UUID(int=n), copy_number=n, branch=branch) for n, branch in ((1, "IPSW"), (2, "LOWE"))]
    reference = CopyReference(branch="LOWE", item=StatedItem(stock_category="BK"))
    answer = RespondedLine(line_key="SB-1", status_code="100", copies=(reference,))

    (change,) = map(with_stated_data, apply_answers(copies, [answer]).changes)

    assert (change.after.copy_number, change.after.stated) == (2, StatedItem(stock_category="BK"))
    assert change.after.state is CopyState.ACCEPTED


def test_what_was_stated_about_a_copy_before_stays() -> None:
    before = replace(OPEN[0], stated=StatedItem(stock_category="BK", classification="823"))
    target = Target(CopyState.ORDERED, stated=StatedItem(classification="823.9"))

    change = with_stated_data(move(before, target))

    assert change.verdict is Verdict.OVERTAKEN
    assert change.after.stated == StatedItem(stock_category="BK", classification="823.9")
