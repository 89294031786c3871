"""The demo prints one line about invoices per supplier."""

from local.demo.invoices import Invoice, invoice_lines


def test_each_supplier_has_its_line() -> None:
    states = ("matched", "matched", "queried", "rejected")
    invoices = [Invoice(supplier_id="national", state=state, credit=False, total=899) for state in states]
    assert invoice_lines(invoices, ["consortium", "national"]) == [
        "Invoices of consortium: none.",
        "Invoices of national: 2 matched, 1 queried.",
    ]
