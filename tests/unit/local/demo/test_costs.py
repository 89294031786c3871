"""The demo compares what copies cost in evidence with the invoices of the order book, to the penny."""

from local.demo.costs import cost_lines, disagreements
from local.demo.invoices import Invoice
from local.lms.answers import Agreement, Costs, CostsOfGroup, PaidInEvidence


def an_invoice(total: int, *, state: str = "matched", credit: bool = False) -> Invoice:
    return Invoice(supplier_id="national", state=state, credit=credit, total=total)


def costs(copies: int, charges: int = 0, *, paid: int | None = None) -> Costs:
    total = PaidInEvidence(total=copies if paid is None else paid)
    group = CostsOfGroup(key="national", currency="GBP", copies=3, paid=total, paid_per_copy=None, whole_per_copy=None)
    agreed = Agreement(supplier_id="national", currency="GBP", total=copies + charges, copies=copies, charges=charges, unlisted=0)
    return Costs(groups=(group,), reconciliation=(agreed,))


def test_matched_invoices_less_credit_notes_are_what_copies_cost() -> None:
    invoices = [an_invoice(2_500), an_invoice(400, credit=True), an_invoice(99, state="queried")]
    assert disagreements(costs(2_000, 100), invoices) == []


def test_a_penny_is_a_difference() -> None:
    (said,) = disagreements(costs(2_000), [an_invoice(2_001)])
    assert said == "invoices of national are 2001 in the order book, but 2000 in evidence"


def test_an_invoice_that_evidence_does_not_have_is_a_difference() -> None:
    assert disagreements(Costs(groups=(), reconciliation=()), [an_invoice(899)])


def test_costs_of_copies_that_do_not_add_up_are_a_difference() -> None:
    (said,) = disagreements(costs(2_000, paid=1_999), [an_invoice(2_000)])
    assert "do not add up" in said


def test_what_is_charged_for_no_copy_is_named_beside() -> None:
    assert cost_lines(costs(2_000, 100)) == [
        "Costs of national: GBP 20.00 for 3 copies, GBP 1.00 for no copy; its matched invoices charge the same, to the penny."
    ]
