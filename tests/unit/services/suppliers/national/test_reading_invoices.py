"""INVOIC as booksellers send it: charges, credits, and sums that do not add up."""

from datetime import date

import pytest

from services.suppliers.contract import InvoiceFact, Kind, RawMessage
from services.suppliers.national.read import read
from shared.contracts.invoices import Cost, InvoicedLine, TaxAtRate
from shared.contracts.suppliers import CopyReference
from shared.findings import Severity
from tests.unit.services.suppliers.national.written import a_message

HEAD = """
DTM+131:20260310:102
DTM+137:202603110900:203
RFF+DQ:D-90417
NAD+BY+5012345678900::9
NAD+SU+5098765432100::9
CUX+2:GBP:4
"""
TWO_COPIES = """
LIN+1++9780141439518:EN
QTY+47:2
GIR+001+30114000012345:LAC+IPSW:LLO
GIR+002+LOWE:LLO
MOA+203:14.38
MOA+52:3.60
PRI+AAA:7.19
PRI+AAB:8.99
RFF+LI:SB-7K2M0000000000AA
RFF+ON:PO-2026-118
TAX+7+VAT+++:::0+Z
MOA+124:0.00
ALC+C++++BB::28
MOA+8:1.00
TAX+7+VAT+++:::20+S
MOA+124:0.20
"""
TOTALS = """
UNS+S
CNT+2:1
MOA+129:15.58
MOA+9:15.58
TAX+7+VAT+++:::20+S
MOA+125:1.00
MOA+124:0.20
"""


def invoice_of(raw: RawMessage) -> InvoiceFact:
    (fact,) = read(raw).facts
    assert isinstance(fact, InvoiceFact)
    return fact


def together(fact: InvoiceFact) -> int:
    """What the copies and the charges cost."""
    return sum(cost.total for line in fact.lines for cost in line.costs) + sum(charge.total for charge in fact.charges)


def test_an_invoice_is_read_whole_with_the_costs_of_each_copy() -> None:
    reading = read(a_message("INVOIC", f"BGM+380+I-2001+9\n{HEAD}{TWO_COPIES}{TOTALS}"))

    assert (reading.kind, reading.findings) == (Kind.INVOICE, ())
    cost = Cost(list_price=899, discount=180, net=719, servicing=50, vat=10)
    assert reading.facts == (
        InvoiceFact(
            invoice_number="I-2001",
            credit=False,
            credits_invoice=None,
            invoiced_on=date(2026, 3, 11),
            buyer="5012345678900",
            currency="GBP",
            total=1558,
            lines=(
                InvoicedLine(
                    line_number=1,
                    line_key="SB-7K2M0000000000AA",
                    order_number="PO-2026-118",
                    isbn="9780141439518",
                    quantity=2,
                    copies=(
                        CopyReference(place=1, branch="IPSW", barcode="30114000012345"),
                        CopyReference(place=2, branch="LOWE"),
                    ),
                    costs=(cost, cost),
                ),
            ),
            taxes=(TaxAtRate(rate=2000, taxable=100, tax=20),),
        ),
    )


def test_the_costs_of_all_copies_make_the_total() -> None:
    fact = invoice_of(a_message("INVOIC", f"BGM+380+I-2001+9\n{HEAD}{TWO_COPIES}{TOTALS}"))

    assert sum(cost.total for line in fact.lines for cost in line.costs) == fact.total


@pytest.mark.parametrize("reference", ["RFF+IV:I-2001", "RFF+OI:I-2001"])
def test_a_credit_note_names_the_invoice_it_corrects(reference: str) -> None:
    fact = invoice_of(a_message("INVOIC", f"BGM+381+C-77+9\n{reference}\n{HEAD}{TWO_COPIES}{TOTALS}"))

    assert (fact.credit, fact.credits_invoice, fact.total, fact.doubts) == (True, "I-2001", 1558, ())


NEGATIVE = """
LIN+1++9780141439518:EN
QTY+47:-1
MOA+203:-7.19
PRI+AAA:7.19
RFF+LI:SB-7K2M0000000000AA
RFF+IV:I-2001
UNS+S
CNT+2:1
MOA+9:-7.19
"""


def test_a_credit_note_in_negative_numbers_says_the_same() -> None:
    fact = invoice_of(a_message("INVOIC", f"BGM+381+C-77+9\n{HEAD}{NEGATIVE}"))

    assert (fact.credit, fact.credits_invoice, fact.total, fact.doubts) == (True, "I-2001", 719, ())
    assert [(line.quantity, line.costs) for line in fact.lines] == [(1, (Cost(list_price=719, net=719),))]


def test_an_invoice_with_a_negative_total_gives_back_and_is_doubted() -> None:
    fact = invoice_of(a_message("INVOIC", f"BGM+380+I-2001+9\n{HEAD}{NEGATIVE}"))

    assert fact.credit
    assert fact.doubts == ("it is called an invoice, but its total is negative; it is treated as a credit note",)


def test_a_line_that_gives_back_within_an_invoice_is_doubted_and_has_no_costs() -> None:
    back = "LIN+2++9780141439600:EN\nQTY+47:-1\nMOA+203:-5.00\nPRI+AAA:5.00\nRFF+LI:SB-2\n"
    totals = TOTALS.replace("15.58", "10.58").replace("CNT+2:1", "CNT+2:2")
    fact = invoice_of(a_message("INVOIC", f"BGM+380+I-2001+9\n{HEAD}{TWO_COPIES}{back}{totals}"))

    assert fact.doubts == ("line 2 has the opposite sign of the total",)
    assert [len(line.costs) for line in fact.lines] == [2, 0]


def test_what_does_not_add_up_becomes_a_doubt() -> None:
    fact = invoice_of(a_message("INVOIC", f"BGM+380+I-2001+9\n{HEAD}{TWO_COPIES.replace('203:14.38', '203:16.38')}{TOTALS}"))

    assert any("line 1" in doubt for doubt in fact.doubts)
    assert any("the amount due (MOA 9) is 15.58" in doubt for doubt in fact.doubts)


def test_without_a_total_the_sum_of_the_copies_is_used_and_reported() -> None:
    fact = invoice_of(a_message("INVOIC", f"BGM+380+I-2001+9\n{HEAD}{TWO_COPIES}UNS+S\nCNT+2:1"))

    assert fact.total == 1558
    assert fact.doubts == ("no total is stated; the sum of its copies is used",)


def test_who_is_charged_is_taken_where_no_buyer_is_named() -> None:
    head = HEAD.replace("NAD+BY+5012345678900::9", "NAD+IV+SFK01::91")

    assert invoice_of(a_message("INVOIC", f"BGM+380+I-2001+9\n{head}{TWO_COPIES}{TOTALS}")).buyer == "SFK01"


@pytest.mark.parametrize(
    ("article", "description", "kind"),
    [
        ("", "IMD+F+050+:::Postage and packing", "carriage"),
        ("POSTAGE:SA", "", "carriage"),
        ("0000000000000:EN", "IMD+L+009+:::P&P 2ND CLASS", "carriage"),
        ("", "FTX+LIN+++Carriage", "carriage"),
        ("SERVICING:SA", "", "servicing"),
        ("99:SA", "IMD+L+050+:::Shelf-ready processing", "servicing"),
        ("", "IMD+F+050+:::Small order surcharge", "other"),
    ],
)
def test_a_charge_on_a_line_of_its_own_is_a_charge_without_a_copy(article: str, description: str, kind: str) -> None:  # case A15
    postage = f"LIN+2++{article}\n{description}\nMOA+203:3.50\nTAX+7+VAT+++:::20+S"
    totals = "UNS+S\nCNT+2:2\nMOA+9:19.78\nMOA+124:0.90"
    fact = invoice_of(a_message("INVOIC", f"BGM+380+I-2001+9\n{HEAD}{TWO_COPIES}{postage}\n{totals}"))

    assert (fact.doubts, fact.total, len(fact.lines)) == ((), 1978, 1)
    (charge,) = fact.charges
    assert (charge.kind, charge.net, charge.vat) == (kind, 350, 70)
    assert charge.description
    assert together(fact) == 1978


@pytest.mark.parametrize(
    "line",
    [
        "LIN+2++9780141439600:EN\nIMD+L+050+:::Postage\n",
        "LIN+2\nIMD+L+050+:::Postage stamps of Ceylon\n",
        "LIN+2\nIMD+L+050+:::The Delivery\n",
        "LIN+2\nIMD+L+050+:::Postage\nRFF+LI:SB-7K2M0000000000AB\n",
        "LIN+2\nIMD+L+050+:::Sundries\n",
        "LIN+2\n",
    ],
)
def test_a_line_that_may_be_a_book_is_no_charge(line: str) -> None:
    fact = invoice_of(a_message("INVOIC", f"BGM+380+I-2001+9\n{HEAD}{line}QTY+47:1\nMOA+203:3.50\nUNS+S\nCNT+2:1\nMOA+9:3.50"))

    assert (len(fact.lines), fact.charges) == (1, ())


@pytest.mark.parametrize("kind", ["131", "304", "131:3.50\nMOA+304"])
def test_charges_that_only_the_summary_states_are_charges_without_a_copy(kind: str) -> None:  # case A15
    totals = f"UNS+S\nCNT+2:1\nMOA+{kind}:3.50\nMOA+9:19.78\nMOA+124:0.90"
    fact = invoice_of(a_message("INVOIC", f"BGM+380+I-2001+9\n{HEAD}{TWO_COPIES}{totals}"))

    assert (fact.doubts, [(charge.net, charge.vat) for charge in fact.charges], together(fact)) == ((), [(350, 70)], 1978)


@pytest.mark.parametrize("listed", ["131:1.00", "304:1.00"])
def test_stated_charges_that_repeat_those_of_the_lines_are_charged_once(listed: str) -> None:
    fact = invoice_of(a_message("INVOIC", f"BGM+380+I-2001+9\n{HEAD}{TWO_COPIES}{TOTALS}MOA+{listed}\n"))

    assert (fact.doubts, fact.charges, together(fact)) == ((), (), 1558)


@pytest.mark.parametrize("code", ["380", "381"])
@pytest.mark.parametrize(
    ("body", "description"),
    [
        ("LIN+1\nIMD+F+050+:::Postage\nQTY+47:1\nMOA+203:3.50\nTAX+7+VAT+++:::20+S\nUNS+S\n", "Postage"),
        ("ALC+C++++DL::28:Carriage to branches\nMOA+8:3.50\nTAX+7+VAT+++:::20+S\nUNS+S\n", "Carriage to branches"),
        ("UNS+S\nALC+C++++DL::28\nMOA+8:3.50\n", "delivery"),
        ("UNS+S\nMOA+131:3.50\n", "charges that only the summary states"),
    ],
)
def test_a_document_of_charges_alone_is_read(code: str, body: str, description: str) -> None:  # case A15
    fact = invoice_of(a_message("INVOIC", f"BGM+{code}+I-2001+9\n{HEAD}{body}MOA+9:4.20\nMOA+124:0.70"))

    assert (fact.credit, fact.doubts, fact.lines, fact.total) == (code == "381", (), (), 420)
    assert [(charge.description, charge.net, charge.vat) for charge in fact.charges] == [(description, 350, 70)]


def test_postage_may_be_credited_in_negative_numbers() -> None:
    body = "LIN+1\nIMD+F+050+:::Postage\nQTY+47:-1\nMOA+203:-3.50\nPRI+AAA:3.50\nUNS+S\nMOA+9:-3.50"
    fact = invoice_of(a_message("INVOIC", f"BGM+381+C-1+9\n{HEAD}{body}"))

    assert (fact.credit, fact.doubts, [charge.net for charge in fact.charges]) == (True, (), [350])


def test_the_amount_of_a_line_counts_and_its_price_is_rounded_for_display() -> None:  # case A8
    line = "LIN+1++9780141439518:EN\nQTY+47:6\nMOA+203:31.96\nPRI+AAA:5.33\nPRI+AAB:6.66\nRFF+LI:SB-2\n"
    fact = invoice_of(a_message("INVOIC", f"BGM+380+I-2001+9\n{HEAD}{line}UNS+S\nCNT+2:1\nMOA+9:31.96"))

    assert fact.doubts == ()
    assert [cost.net for cost in fact.lines[0].costs] == [533, 533, 533, 533, 532, 532]
    assert together(fact) == fact.total == 3196


def test_an_invoice_without_a_number_is_an_error_and_no_fact() -> None:
    reading = read(a_message("INVOIC", f"BGM+380\n{HEAD}{TWO_COPIES}{TOTALS}"))

    assert (reading.kind, reading.facts) == (Kind.INVOICE, ())
    assert ("national-no-number", Severity.ERROR) in {(finding.code, finding.severity) for finding in reading.findings}


def test_a_line_that_counts_nothing_is_kept_with_a_finding() -> None:
    reading = read(a_message("INVOIC", f"BGM+380+I-2001+9\n{HEAD}{TWO_COPIES.replace('QTY+47:2', '')}{TOTALS}"))

    (fact,) = reading.facts
    assert isinstance(fact, InvoiceFact)
    assert [(line.quantity, line.costs) for line in fact.lines] == [(0, ())]
    assert "national-no-quantity" in {finding.code for finding in reading.findings}


PLAIN = "LIN+1++9780141439518:EN\nQTY+47:1\nPRI+AAA:7.19\nRFF+LI:SB-2\n"


@pytest.mark.parametrize(
    ("parties", "buyer"),
    [
        ("NAD+BY+++SUFFOLK LIBRARIES+1 MARKET HILL+IPSWICH++IP1 1AA+GB\nRFF+API:SFK01", "SFK01"),
        ("NAD+BY\nNAD+BY+SFK01::91", "SFK01"),
        ("NAD+BT+SFK01::91", "SFK01"),
        ("NAD+SU+5098765432100::9", "5012345678900"),  # the recipient of the interchange
    ],
)
def test_a_buyer_is_known_by_account_or_by_who_receives_the_message(parties: str, buyer: str) -> None:
    reading = read(a_message("INVOIC", f"BGM+380+I-2001+9\n{parties}\n{PLAIN}UNS+S\nMOA+9:7.19"))

    assert [fact.buyer for fact in reading.facts if isinstance(fact, InvoiceFact)] == [buyer]
    codes = {finding.code for finding in reading.findings}
    assert ("national-no-buyer" in codes) == (buyer == "5012345678900")


@pytest.mark.parametrize("amount", ["MOA+9:7.19:EUR:4", "MOA+79:7.19:EUR:4", "MOA+9:7.19:eur"])
def test_the_currency_may_stand_with_the_amounts_alone(amount: str) -> None:
    fact = invoice_of(a_message("INVOIC", f"BGM+380+I-2001+9\nNAD+BY+SFK01::91\n{PLAIN}UNS+S\n{amount}"))

    assert (fact.currency, fact.total, fact.doubts) == ("EUR", 719, ())


@pytest.mark.parametrize(("currency", "total"), [("JPY", 1200), ("KWD", 1_200_000), ("GBP", 120_000)])
@pytest.mark.parametrize("head", ["CUX+2:{}:4\n", ""])
def test_amounts_are_counted_in_the_minor_units_of_the_currency(currency: str, total: int, head: str) -> None:  # case B7
    lines = PLAIN.replace("7.19", "1200")
    text = f"BGM+380+I-2001+9\nNAD+BY+SFK01::91\n{head.format(currency)}{lines}UNS+S\nMOA+9:1200:{currency}:4"

    fact = invoice_of(a_message("INVOIC", text))

    assert (fact.currency, fact.total, fact.doubts) == (currency, total, ())
    assert [cost.net for line in fact.lines for cost in line.costs] == [total]


@pytest.mark.parametrize(("lines_total", "doubts"), [("7.19", 0), ("7.99", 2)])
def test_the_total_of_the_lines_will_do_where_it_is_that_of_the_copies(lines_total: str, doubts: int) -> None:
    fact = invoice_of(a_message("INVOIC", f"BGM+380+I-2001+9\n{HEAD}{PLAIN}UNS+S\nMOA+79:{lines_total}"))

    assert (fact.total, len(fact.doubts)) == (719, doubts)


def test_a_credit_note_may_write_everything_in_negative_numbers() -> None:
    negative = TWO_COPIES
    for amount in ("47:2", "203:14.38", "52:3.60", "8:1.00", "124:0.20"):
        negative = negative.replace(amount, amount.replace(":", ":-"))
    totals = TOTALS.replace("15.58", "-15.58").replace("125:1.00", "125:-1.00").replace("124:0.20", "124:-0.20")
    reading = read(a_message("INVOIC", f"BGM+381+C-77+9\n{HEAD}{negative}{totals}"))

    (fact,) = reading.facts
    assert isinstance(fact, InvoiceFact)
    assert (reading.findings, fact.doubts, fact.total) == ((), (), 1558)
    assert sum(cost.total for line in fact.lines for cost in line.costs) == 1558


def test_the_sections_of_a_message_may_be_separated_twice() -> None:
    reading = read(a_message("INVOIC", f"BGM+380+I-2001+9\n{HEAD}UNS+D\n{TWO_COPIES}{TOTALS}"))

    assert (len(reading.facts), reading.findings) == (1, ())


@pytest.mark.parametrize("kind", ["46", "12"])
def test_what_is_delivered_is_charged_where_nothing_else_is_counted(kind: str) -> None:
    reading = read(a_message("INVOIC", f"BGM+380+I-2001+9\n{HEAD}{TWO_COPIES.replace('QTY+47', f'QTY+{kind}')}{TOTALS}"))

    (fact,) = reading.facts
    assert isinstance(fact, InvoiceFact)
    assert (reading.findings, fact.doubts, [line.quantity for line in fact.lines]) == ((), (), [2])
