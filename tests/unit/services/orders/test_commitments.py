"""What copies commit of their funds, and which fund takes an order on a day."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from services.orders.domain.commitments import commitment_of, moves_of, price_to_pay, repriced, rolled_in_words, rolled_over
from services.orders.domain.copies import Copy, Spend, Target, move
from services.orders.domain.funds import Fund, FundYear, OpenFunds, year_faults
from shared.contracts.base import Money
from shared.contracts.orders import CopyState
from shared.contracts.stated import PriceBasis, StatedPrice

PRICE = Money(minor=899)
COPY = Copy(
    copy_id=uuid4(), order_id=uuid4(), line_key="L", copy_number=2, branch="IPSW", state=CopyState.ORDERED, fund="FIC",
    fund_year="2025-26", price=PRICE,
)  # fmt: skip
DAY = date(2026, 3, 2)
YEAR = FundYear(year="2025-26", starts_on=date(2025, 4, 1), ends_on=date(2026, 3, 31))


@pytest.mark.parametrize("state", list(CopyState))
def test_a_copy_commits_unless_it_was_given_up_charged_or_not_taken_over(state: CopyState) -> None:
    copy = replace(COPY, state=state)
    assert (commitment_of(copy) is None) == (state in {CopyState.REFUSED, CopyState.CANCELLED})
    for silent in (replace(copy, spend=Spend.CHARGED), replace(copy, spend=Spend.CREDITED), replace(copy, fund_year=None)):
        assert commitment_of(silent) is None


def test_a_change_releases_exactly_what_was_committed() -> None:
    refused = move(COPY, Target(CopyState.REFUSED))
    moves = moves_of([refused])
    assert ([each.price for each in moves.released], list(moves.committed)) == ([PRICE], [])
    back = moves_of([move(refused.after, Target(CopyState.DESPATCHED))])
    assert (list(back.released), [each.price for each in back.committed]) == ([], [PRICE])
    accepted = moves_of([move(COPY, Target(CopyState.ACCEPTED))])
    assert (list(accepted.released), list(accepted.committed)) == ([], [])


def test_a_price_is_that_of_all_copies_of_its_line() -> None:
    other, elsewhere = replace(COPY, copy_id=uuid4()), replace(COPY, copy_id=uuid4(), line_key="M")
    accepted = move(COPY, Target(CopyState.ACCEPTED))
    changes = repriced([COPY, other, elsewhere], [accepted], {"L": Money(minor=950)})
    assert [(change.after.copy_id, change.after.price) for change in changes] == [
        (COPY.copy_id, Money(minor=950)),
        (other.copy_id, Money(minor=950)),
    ]
    moves = moves_of(changes)
    assert [each.price for each in moves.released] == [PRICE] * 2
    assert repriced([other], [], {"L": PRICE}) == []


def test_the_net_price_is_what_will_be_paid() -> None:
    retail, net = StatedPrice(minor=999, basis=PriceBasis.RETAIL), StatedPrice(minor=700, currency="EUR", basis=PriceBasis.NET)
    assert price_to_pay((retail, net), "GBP") == Money(minor=700, currency="EUR")
    assert price_to_pay((retail,), "USD") == Money(minor=999, currency="USD")
    assert price_to_pay((), "GBP") is None


def test_a_rollover_moves_the_year_and_says_so() -> None:
    (change,) = rolled_over([COPY], "2026-27")
    assert (change.after.fund_year, moves_of([change]).committed[0].year) == ("2026-27", "2026-27")
    said = {"L": "commitments rolled over: copy 2 of fund FIC from 2025-26 to 2026-27: why"}
    assert rolled_in_words([COPY], "2026-27", "why") == said


def test_a_council_without_funds_takes_any_and_one_with_funds_names_those_that_are_open() -> None:
    assert OpenFunds.on(DAY, []).fault("ANY", "/fund") is None
    funds = OpenFunds.on(DAY, [Fund(code="FIC", years=(YEAR,)), Fund(code="SHUT", closed_from=DAY)])
    assert (funds.fault("FIC", "/fund"), funds.fault("", "/fund"), funds.year_of("FIC")) == (None, None, "2025-26")
    fault = funds.fault("SHUT", "/fund")
    assert fault is not None
    assert (fault.code, fault.detail) == ("fund-closed", "Fund 'SHUT' takes no orders from 2026-03-02 on; order from FIC.")
    many = OpenFunds.on(DAY, [Fund(code=f"F{number:02}") for number in range(12)])
    unknown = many.fault("ANY", "/fund")
    assert unknown is not None
    assert "F00, F01, F02, F03, F04, F05, F06, F07, F08, F09 and 2 more." in unknown.detail
    none = OpenFunds.on(DAY, [Fund(code="SHUT", closed_from=DAY)]).fault("SHUT", "/fund")
    assert none is not None
    assert none.detail.endswith("no fund of the council takes orders.")


def test_days_of_a_year_are_its_first_to_its_last() -> None:
    fund = Fund(code="FIC", years=(YEAR,))
    days = (date(2025, 3, 31), date(2025, 4, 1), date(2026, 3, 31), date(2026, 4, 1))
    assert [fund.year_on(day) for day in days] == [None, "2025-26", "2025-26", None]
    assert Fund(code="FIC").year_on(DAY) == ""
    assert year_faults([YEAR, FundYear(year="2026-27", starts_on=date(2026, 4, 1), ends_on=date(2027, 3, 31))]) == []
