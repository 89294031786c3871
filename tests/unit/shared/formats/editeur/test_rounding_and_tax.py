"""Rounding for display, and tax by line: what rounding explains is never questioned, what it does not explain always is."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from shared.formats.editeur import check_amounts, costs_of
from tests.unit.shared.formats.editeur.invoices import invoice
from tests.unit.shared.formats.editeur.reads import codes

PRICES = st.decimals("0.01", "99.9999", places=4)
COUNTS = st.integers(1, 400)
DECIMALS = st.sampled_from([2, 3, 4])


def shown(value: Decimal, decimals: int = 2) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def priced(count: int, unit: Decimal, worth: Decimal) -> str:
    return f"LIN+1'\nQTY+47:{count}'\nMOA+203:{worth}'\nPRI+AAA:{unit}'\nPRI+AAB:{unit}'\nUNS+S'\nMOA+9:{worth}'"


@given(PRICES, COUNTS, DECIMALS)
def test_a_price_rounded_for_display_is_never_questioned(price: Decimal, count: int, decimals: int) -> None:  # case A8
    worth = shown(price * count)
    read = invoice(priced(count, shown(price, decimals), worth))

    assert check_amounts(read) == []
    costs = [cost.net for cost in costs_of(read).copies]
    assert all(cost.discount in (0, 1) for cost in costs_of(read).copies)
    assert sum(costs) == worth * 100
    assert max(costs) - min(costs) <= 1


@given(PRICES, COUNTS, DECIMALS, st.integers(1, 500), st.booleans())
def test_an_amount_beyond_rounding_is_always_questioned(
    price: Decimal, count: int, decimals: int, pennies: int, more: bool
) -> None:
    unit = shown(price, decimals)
    beyond = count * Decimal("0.5").scaleb(-decimals) + Decimal("0.005") + Decimal(pennies) / 100
    wrong = shown(unit * count, 4) + (beyond if more else -beyond)
    assume(wrong > 0)

    assert "library-line-amount" in codes(check_amounts(invoice(priced(count, unit, wrong))))


@pytest.mark.parametrize("unit", ["5.3", "5", "10"])
def test_zeros_that_a_price_leaves_out_make_it_no_less_exact(unit: str) -> None:
    worth = Decimal(unit) * 6

    assert codes(check_amounts(invoice(priced(6, Decimal(unit), worth)))) == []
    assert codes(check_amounts(invoice(priced(6, Decimal(unit), worth + Decimal("0.04"))))) == ["library-line-amount"]


@given(PRICES, COUNTS)
def test_prices_without_amounts_make_up_the_total_to_the_penny(price: Decimal, count: int) -> None:
    total = shown(price * count)
    read = invoice(f"LIN+1'\nQTY+47:{count}'\nPRI+AAA:{shown(price)}'\nUNS+S'\nMOA+9:{total}'")

    assert check_amounts(read) == []
    assert sum(cost.total for cost in costs_of(read).copies) == total * 100
    assert all(cost.discount == 0 for cost in costs_of(read).copies)


@example(Decimal("0.01"), 26, 2)  # rounding alone makes the line look like the price of one copy
@given(PRICES, st.integers(1, 60), COUNTS)
def test_a_discounted_price_is_list_less_discount_for_every_copy(price: Decimal, percent: int, count: int) -> None:
    net = price * (100 - percent) / 100
    worth, listed = shown(net * count), shown(price)
    prices = f"PRI+AAA:{shown(net)}'\nPRI+AAB:{listed}'\nALC+A++++DI::28'\nPCD+3:{percent}'\n"
    costs = costs_of(invoice(f"LIN+1'\nQTY+47:{count}'\nMOA+203:{worth}'\n{prices}UNS+S'\nMOA+9:{worth}'")).copies

    assert sum(cost.total for cost in costs) == worth * 100
    assert all(cost.net == cost.list - cost.discount and cost.discount >= 0 for cost in costs)


@pytest.mark.parametrize(("tax", "total"), [("", "10.01"), ("20+S", "12.01"), ("20+S", "11.99")])
def test_a_total_of_whole_pennies_is_exact_to_the_penny(tax: str, total: str) -> None:
    assert codes(check_amounts(invoice(f"{taxed(1, tax)}UNS+S'\nMOA+9:{total}'"))) == ["library-total"]


@given(st.decimals("0.01", "9.999", places=3), COUNTS)
def test_a_rate_of_servicing_may_be_rounded_too(rate: Decimal, count: int) -> None:
    charge = f"ALC+C++++BJ::28'\nQTY+47:{count}'\nMOA+8:{{}}'\nRTE+2:{shown(rate)}'"
    true = shown(rate * count)

    assert check_amounts(invoice(f"LIN+1'\nQTY+47:{count}'\n{charge.format(true)}")) == []
    wrong = charge.format(true + Decimal(count) / 100 + Decimal("0.02"))
    assert codes(check_amounts(invoice(f"LIN+1'\nQTY+47:{count}'\n{wrong}"))) == ["library-charge-amount"]


def test_a_discount_may_be_a_percentage_alone() -> None:
    body = "LIN+1'\nQTY+47:3'\nPRI+AAB:8.99'\nMOA+203:22.25'\nALC+A++++DI::28'\nPCD+3:17.5'\nUNS+S'\nMOA+9:22.25'"

    assert check_amounts(invoice(body)) == []
    assert sum(cost.net for cost in costs_of(invoice(body)).copies) == 2225
    assert "library-line-amount" in codes(check_amounts(invoice(body.replace("22.25", "20.25"))))


def taxed(number: int, tax: str, *, worth: str = "10", count: int = 1, more: str = "") -> str:
    group = f"TAX+7+VAT+++:::{tax}'\n" if tax else ""
    return f"LIN+{number}'\nQTY+47:{count}'\nMOA+203:{worth}'\nPRI+AAA:{Decimal(worth) / count}'\n{group}{more}"


def all_taxed(lines: list[tuple[int, int]]) -> str:
    """Lines of these pennies, each at its rate."""
    texts = (taxed(n, f"{rate}+{'S' if rate else 'Z'}", worth=str(Decimal(w) / 100)) for n, (w, rate) in enumerate(lines, 1))
    return "".join(texts)


def taxes(body: str) -> list[int]:
    return [cost.tax for cost in costs_of(invoice(body)).copies]


@pytest.mark.parametrize(
    ("rates", "tax", "total", "by_copy"),
    [
        (("0+Z", "20+S"), "2.00", "22.00", [0, 200]),
        (("0+E", "5+S"), "0.50", "20.50", [0, 50]),
        (("+E", "20+S"), "2.00", "22.00", [0, 200]),
        (("5+S", "20+S"), "2.50", "22.50", [50, 200]),
        (("", "20+S"), "2.00", "22.00", [0, 200]),
        (("", "20+S"), "4.00", "24.00", [200, 200]),
        (("", ""), "2.00", "22.00", [100, 100]),
        (("0+Z", "0+Z"), "0", "20.00", [0, 0]),
    ],
)
def test_the_rate_of_a_line_divides_the_tax(  # case A9
    rates: tuple[str, str], tax: str, total: str, by_copy: list[int]
) -> None:
    body = f"{taxed(1, rates[0])}{taxed(2, rates[1])}UNS+S'\nMOA+124:{tax}'\nMOA+9:{total}'"

    assert (check_amounts(invoice(body)), taxes(body)) == ([], by_copy)


@pytest.mark.parametrize(
    ("rates", "tax"),
    [(("0+Z", "20+S"), "1.00"), (("0+Z", "20+S"), "4.00"), (("0+Z", "0+Z"), "2.00"), (("20+S", "20+S"), "2.00"), (("", ""), "9")],
)
def test_a_summary_that_the_rates_contradict_is_questioned(rates: tuple[str, str], tax: str) -> None:  # case A9
    body = f"{taxed(1, rates[0])}{taxed(2, rates[1])}UNS+S'\nMOA+124:{tax}'\nMOA+9:{20 + Decimal(tax)}'"

    assert "library-tax-amount" in codes(check_amounts(invoice(body)))


SUMMARY = "UNS+S'\nMOA+9:{}'\nTAX+7+VAT+++:::0+Z'\nMOA+125:{}'\nMOA+124:0'\nTAX+7+VAT+++:::20+S'\nMOA+125:{}'\nMOA+124:{}'"


@pytest.mark.parametrize(
    ("summary", "found"),
    [
        (("22.00", "10", "10", "2.00"), 0),
        (("24.00", "0", "20", "4.00"), 3),
        (("22.00", "12", "10", "2.00"), 1),
    ],
)
def test_the_summary_is_checked_by_rate(summary: tuple[str, ...], found: int) -> None:
    body = f"{taxed(1, '0+Z')}{taxed(2, '20+S')}{SUMMARY.format(*summary)}"

    assert codes(check_amounts(invoice(body))).count("library-tax-amount") >= min(found, 1)
    assert bool(check_amounts(invoice(body))) is bool(found)


@pytest.mark.parametrize(("amount", "found"), [("2.00", []), ("2.01", []), ("1.00", ["library-tax-amount"])])
def test_the_tax_that_a_line_states_is_its_rate_times_its_amount(amount: str, found: list[str]) -> None:
    body = taxed(1, "20+S", more=f"MOA+124:{amount}'\n") + f"UNS+S'\nMOA+9:{10 + Decimal(amount)}'"

    assert codes(check_amounts(invoice(body))) == found


@pytest.mark.parametrize(
    ("charge", "tax", "total"),
    [
        ("TAX+7+VAT+++:::20+S'\n", "1.00", "16.00"),
        ("TAX+7+VAT+++:::20+S'\nMOA+124:1.00'\n", "1.00", "16.00"),
        ("TAX+7+VAT+++:::0+Z'\n", "0", "15.00"),
        ("", "1.00", "16.00"),
    ],
)
@pytest.mark.parametrize("stated", [True, False])
def test_carriage_has_a_rate_of_its_own(charge: str, tax: str, total: str, stated: bool) -> None:
    if not stated and not charge:
        return
    summary = f"UNS+S'\nMOA+9:{total}'\n" + (f"MOA+124:{tax}'" if stated else "")
    body = f"ALC+C++++DL::28'\nMOA+8:5'\n{charge}{taxed(1, '0+Z')}{summary}"

    assert (check_amounts(invoice(body)), taxes(body)) == ([], [int(Decimal(tax) * 100)])


def test_a_charge_without_tax_has_the_tax_that_no_line_explains() -> None:
    service = "ALC+C++++BJ::28'\nMOA+8:1'\n"
    body = f"{taxed(1, '0+Z', more=service)}{taxed(2, '20+S')}UNS+S'\nMOA+124:2.20'\nMOA+9:23.20'"

    assert (check_amounts(invoice(body)), taxes(body)) == ([], [20, 200])


@given(st.lists(st.tuples(st.integers(1, 9_999), st.sampled_from([0, 5, 20])), min_size=1, max_size=12), st.booleans())
def test_tax_rounded_by_line_or_as_a_whole_is_never_questioned_and_never_lost(
    lines: list[tuple[int, int]], by_line: bool
) -> None:
    exact = [Decimal(worth) / 100 * rate / 100 for worth, rate in lines]
    tax = sum(map(shown, exact), Decimal()) if by_line else shown(sum(exact, Decimal()))
    net = sum((Decimal(worth) / 100 for worth, _ in lines), Decimal())
    body = all_taxed(lines)
    read = invoice(f"{body}UNS+S'\nMOA+124:{tax}'\nMOA+9:{net + tax}'")

    assert check_amounts(read) == []
    costs = costs_of(read).copies
    assert sum(cost.total for cost in costs) == (net + tax) * 100
    assert all(abs(cost.tax - each * 100) <= 1 for cost, each in zip(costs, exact, strict=True))


@given(st.lists(st.tuples(st.integers(100, 9_999), st.sampled_from([0, 5, 20])), min_size=1, max_size=6), st.integers(5, 500))
def test_tax_beyond_rounding_is_always_questioned(lines: list[tuple[int, int]], pennies: int) -> None:
    tax = sum((Decimal(worth) / 100 * rate / 100 for worth, rate in lines), Decimal())
    wrong = shown(tax) + Decimal(pennies) / 100
    net = sum((Decimal(worth) / 100 for worth, _ in lines), Decimal())
    body = all_taxed(lines)

    assert "library-tax-amount" in codes(check_amounts(invoice(f"{body}UNS+S'\nMOA+124:{wrong}'\nMOA+9:{net + wrong}'")))
