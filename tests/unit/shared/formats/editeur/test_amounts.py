"""The arithmetic of invoices, and what each copy costs."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.formats.editeur import Charge, CopyCost, Invoice, LibraryMessage, Purpose, check_amounts, costs_of, purpose_of
from shared.formats.editeur.costs import shares
from tests.unit.shared.formats.editeur.examples import INVOICE
from tests.unit.shared.formats.editeur.invoices import invoice
from tests.unit.shared.formats.editeur.reads import codes, read
from tests.unit.shared.formats.editeur.strategies import messages


def copy_costs(of: Invoice) -> tuple[CopyCost, ...]:
    return costs_of(of).copies


LINE = """LIN+1++9780141439518:EN'
QTY+47:2'
MOA+203:{line}'
PRI+AAA:7.5'
PRI+AAB:10'
MOA+52:{discount}'
ALC+C++++BB::28'
MOA+8:0.8'
"""


@pytest.mark.parametrize(
    ("line", "discount", "total", "found"),
    [
        ("15", "5", "15.80", []),
        ("15.80", "5", "15.80", []),
        ("15", "2.50", "15.80", []),
        ("15", "4", "15.80", ["library-discount"]),
        ("14", "5", "14.80", ["library-line-amount"]),
        ("15", "5", "17", ["library-total"]),
    ],
)
def test_a_line_adds_up_with_its_charge_or_without(line: str, discount: str, total: str, found: list[str]) -> None:
    body = LINE.format(line=line, discount=discount) + f"UNS+S'\nMOA+9:{total}'"

    assert codes(check_amounts(invoice(body))) == found


@pytest.mark.parametrize("total", ["79", "86", "9", "129", "39", "77"])
@pytest.mark.parametrize("amount", ["12", "14.4"])
def test_a_total_adds_up_with_tax_or_without(total: str, amount: str) -> None:
    body = "ALC+C++++DL::28'\nMOA+8:2'\nLIN+1'\nQTY+47:1'\nMOA+203:10'\nPRI+AAB:10'\nUNS+S'\nMOA+176:2.4'\nMOA+{}:{}'"

    assert check_amounts(invoice(body.format(total, amount))) == []
    assert codes(check_amounts(invoice(body.format(total, "13")))) == ["library-total"]


@pytest.mark.parametrize(
    ("price", "worth", "net"),
    [
        ("PRI+INV:24.95:CA:RTP", "40.92", 2046),  # the invoice price is what shops ask, the discount is not given
        ("PRI+AAB:24.95", "40.92", 2046),
        ("PRI+AAB:24.95", "49.90", 2495),
        ("PRI+INV:20.46", "40.92", 2046),
        ("PRI+AAB:24.95'\nPRI+AAA:20.46", "40.92", 2046),
        ("PRI+AAA:2046:CT:NTP:100:PCE", "40.92", 2046),
    ],
)
def test_a_discount_need_not_be_stated(price: str, worth: str, net: int) -> None:
    read = invoice(f"LIN+1'\nQTY+47:2'\nMOA+203:{worth}'\n{price}'\nUNS+S'\nMOA+86:{worth}'")

    assert check_amounts(read) == []
    assert [cost.net for cost in copy_costs(read)] == [net, net]


def test_a_line_above_its_list_price_does_not_add_up() -> None:
    read = invoice("LIN+1'\nQTY+47:1'\nMOA+203:25.95'\nPRI+AAB:24.95'")

    assert codes(check_amounts(read)) == ["library-line-amount"]


SERVICED = """LIN+{0}'
QTY+47:1'
MOA+203:{1}'
PRI+AAB:{2}'
ALC+C++++G74::28:LINE SERVICE CHARGE'
MOA+8:{3}'
"""


@pytest.mark.parametrize(("again", "other"), [("G74", 659), ("B29", 1318)])
def test_a_repeated_sum_of_the_lines_charges_is_not_charged_again(again: str, other: int) -> None:
    lines = SERVICED.format(1, "208.59", 205, "3.59") + SERVICED.format(2, 103, 100, 3)
    total = "311.59" if again == "G74" else "318.18"
    read = invoice(f"{lines}UNS+S'\nMOA+9:{total}'\nALC+C++++{again}::28:TOTAL'\nMOA+8:6.59'")

    assert check_amounts(read) == []
    assert sum(cost.servicing + cost.carriage + cost.other for cost in copy_costs(read)) == other


def test_a_charge_of_the_heading_repeated_in_the_summary_is_charged_once() -> None:
    heading = "ALC+C++6++FC'\nMOA+23:12'\nTAX+7+VAT+++:::20+S'\nMOA+124:2.4'\n"
    line = "LIN+1++9780141439518:SRV'\nQTY+47:4'\nMOA+203:40'\nPRI+AAA:10'\nTAX+7+VAT+++:::20+S'\nMOA+124:8'\n"
    totals = "UNS+S'\nMOA+86:62.4'\nMOA+79:40'\nMOA+125:52'\nMOA+176:10.4'\nMOA+131:12'\nALC+C++++FC'\nMOA+131:12'"
    read = invoice(heading + line + totals)

    assert check_amounts(read) == []
    assert sum(cost.total for cost in copy_costs(read)) == 6240


@pytest.mark.parametrize("tax", ["MOA+124:2'\nTAX+7+VAT+++:::20+S", "TAX+7+VAT+++:::20+S'\nMOA+124:2"])
@pytest.mark.parametrize("summary", ["", "TAX+7+VAT+++:::20+S'\n"])
def test_tax_on_a_line_may_be_before_or_after_its_rate(tax: str, summary: str) -> None:
    read = invoice(f"LIN+1'\nQTY+47:1'\nMOA+203:10'\nPRI+AAA:10'\n{tax}'\nUNS+S'\nMOA+9:12'\n{summary}")

    assert check_amounts(read) == []
    assert [(cost.net, cost.tax) for cost in copy_costs(read)] == [(1000, 200)]


def test_an_american_invoice_charges_its_list_prices_less_discount_its_services_and_sales_tax() -> None:
    line = "LIN+1++9780141439518'\nQTY+47:4'\nMOA+146:12:USD:10'\nMOA+203:32.4'\nPRI+AAF:8.1:DI:NTP'\nRFF+LI:24/1'\n"
    charges = "ALC+C++++DL'\nMOA+8:2'\nALC+C++++CA'\nMOA+131:6.2'\nALC+C++++TX'\nMOA+8:2.2'"
    read = invoice(f"{line}UNS+S'\nMOA+86:42.80'\n{charges}".replace("USD", "GBP"))
    costs = copy_costs(read)

    assert check_amounts(read) == []
    assert [(cost.list, cost.discount, cost.net) for cost in costs] == [(1200, 390, 810)] * 4
    assert [sum(getattr(cost, kind) for cost in costs) for kind in ("carriage", "servicing", "tax")] == [200, 620, 220]


def test_the_amount_of_a_line_may_be_that_of_one_copy() -> None:
    line = "LIN+1'\nQTY+47:3'\nMOA+203:7.5'\nPRI+AAA:7.5'\nUNS+S'\nMOA+86:{}'"

    assert check_amounts(invoice(line.format("22.5"))) == []
    assert codes(check_amounts(invoice(line.format("7.5")))) == ["library-total"]


def test_an_invoice_of_charges_alone_adds_up_too() -> None:
    body = "UNS+S'\nMOA+86:{}'\nTAX+7+GST++++S'\nMOA+124:3'\nALC+C++6++C&P'\nMOA+8:20'\nALC+C++6++PC'\nMOA+8:10'"

    assert check_amounts(invoice(body.format(33))) == []
    assert codes(check_amounts(invoice(body.format(34)))) == ["library-total"]


@pytest.mark.parametrize(
    ("tax", "found"), [("0+Z", []), ("20+S", []), ("20+Z", ["library-tax-category"]), ("0+S", ["library-tax-category"])]
)
def test_a_rate_fits_its_category(tax: str, found: list[str]) -> None:
    findings = check_amounts(invoice(f"LIN+1'\nQTY+47:1'\nPRI+AAB:10'\nMOA+203:10'\nTAX+7+VAT+++:::{tax}'"))

    assert codes(findings) == found
    assert all(finding.segment for finding in findings)


def test_tax_is_its_rate_times_what_is_taxed() -> None:
    assert codes(check_amounts(invoice("UNS+S'\nTAX+7+VAT+++:::20+S'\nMOA+125:10'\nMOA+124:2'"))) == []
    assert codes(check_amounts(invoice("UNS+S'\nTAX+7+VAT+++:::20+S'\nMOA+125:10'\nMOA+124:1'"))) == ["library-tax-amount"]


def test_a_charge_is_its_rate_times_its_quantity() -> None:
    body = "LIN+1'\nQTY+47:2'\nALC+C++++BJ::28'\nQTY+47:2'\nMOA+8:{}'\nRTE+2:0.39'"

    assert check_amounts(invoice(body.format("0.78"))) == []
    assert codes(check_amounts(invoice(body.format("0.39")))) == ["library-charge-amount"]


def test_amounts_in_another_currency_do_not_count() -> None:
    body = "LIN+1'\nQTY+47:1'\nMOA+203:5:EUR:4'\nMOA+203:10:GBP:4'\nPRI+AAB:10'\nUNS+S'\nMOA+39:5:EUR'\nMOA+39:10:GBP'"

    assert check_amounts(invoice(body)) == []


@pytest.mark.parametrize(
    ("kind", "code", "purpose"),
    [
        ("A", "DI", Purpose.DISCOUNT),
        ("C", "BJ", Purpose.SERVICING),
        ("C", "BG", Purpose.SERVICING),
        ("C", "DL", Purpose.CARRIAGE),
        ("C", "C&P", Purpose.CARRIAGE),
        ("C", "TX", Purpose.TAX),
        ("C", "PAB", Purpose.OTHER),
        ("C", "??", Purpose.OTHER),
    ],
)
def test_a_charge_is_for_servicing_carriage_or_something_else(kind: str, code: str, purpose: Purpose) -> None:
    assert purpose_of(Charge(kind, code)) is purpose


def test_each_copy_has_its_share_of_everything_and_the_shares_are_the_invoice() -> None:
    costs = copy_costs(INVOICE)

    assert [cost.list for cost in costs] == [899, 899, 899]
    assert sorted(cost.net for cost in costs) == [719, 719, 720]
    assert [cost.servicing for cost in costs] == [45, 45, 45]
    assert sum(cost.carriage for cost in costs) == 250
    assert sum(cost.tax for cost in costs) == 77
    assert all(cost.list - cost.discount == cost.net for cost in costs)
    assert sum(cost.total for cost in costs) == 2620


def test_an_allowance_on_the_whole_lowers_every_copy() -> None:
    costs = copy_costs(invoice("ALC+A++++DI::28'\nMOA+8:1'\nLIN+1'\nQTY+47:3'\nPRI+AAB:10'\nMOA+203:30'"))

    assert sorted(cost.discount for cost in costs) == [33, 33, 34]
    assert sum(cost.net for cost in costs) == 2900


def test_lines_without_a_count_of_copies_cost_nothing_by_copy() -> None:
    assert copy_costs(invoice("LIN+1'\nPRI+AAB:10'\nLIN+2'\nQTY+47:1.5'\nPRI+AAB:10'")) == ()


@given(st.integers(-10_000, 10_000), st.lists(st.integers(0, 999), min_size=1, max_size=20))
def test_no_penny_is_lost_in_sharing(total: int, weights: list[int]) -> None:
    parts = shares(total, weights)

    assert sum(parts) == total
    exact = [Decimal(total) * weight / (sum(weights) or len(weights)) for weight in weights] if sum(weights) else []
    assert all(abs(part - share) < 1 for part, share in zip(parts, exact, strict=False))


@given(messages(Invoice))
@settings(suppress_health_check=list(HealthCheck))
def test_the_amounts_of_any_invoice_can_be_checked(value: LibraryMessage) -> None:
    assert isinstance(value, Invoice)
    check_amounts(value)

    assert all(cost.list - cost.discount == cost.net for cost in copy_costs(value))


def test_a_number_no_directory_allows_is_no_number() -> None:
    value, findings = read("INVOIC", f"BGM+380+I+9'\nLIN+1'\nQTY+47:{'9' * 40}'\nRFF+LI:A'")

    assert isinstance(value, Invoice)
    assert value.lines[0].quantity("47") is None
    assert "library-invalid-number" in codes(findings)
