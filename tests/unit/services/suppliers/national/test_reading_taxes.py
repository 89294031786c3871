"""The tax of an INVOIC at each rate, as its summary states it."""

from tests.unit.services.suppliers.national.test_reading_invoices import HEAD, TOTALS, TWO_COPIES, invoice_of
from tests.unit.services.suppliers.national.written import a_message


def test_the_tax_at_each_rate_is_read_from_the_summary() -> None:
    zero = "TAX+7+VAT+++:::0+Z\nMOA+125:14.38\nMOA+124:0.00\n"
    unstated = "TAX+7+VAT+++:::5+S\nMOA+124:0.20\n"

    fact = invoice_of(a_message("INVOIC", f"BGM+380+I-2001+9\n{HEAD}{TWO_COPIES}{TOTALS}{zero}{unstated}"))

    assert [(tax.rate, tax.taxable, tax.tax) for tax in fact.taxes] == [(2000, 100, 20), (0, 1438, 0)]


def test_each_line_is_taxed_at_its_own_rate() -> None:  # case A9
    lines = "".join(
        f"LIN+{number}++{isbn}:EN\nQTY+47:1\nMOA+203:10.00\nPRI+AAA:10.00\nRFF+LI:SB-{number}\nTAX+7+VAT+++:::{rate}\n"
        for number, isbn, rate in ((1, "9780141439518", "0+Z"), (2, "9780141439600", "20+S"))
    )
    fact = invoice_of(a_message("INVOIC", f"BGM+380+I-2001+9\n{HEAD}{lines}UNS+S\nCNT+2:2\nMOA+124:2.00\nMOA+9:22.00"))

    assert (fact.doubts, fact.total) == ((), 2200)
    assert [[cost.vat for cost in line.costs] for line in fact.lines] == [[0], [200]]
