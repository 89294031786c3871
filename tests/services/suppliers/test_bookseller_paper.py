"""The booksellers' dialects, invoices and acknowledgements are read correctly."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from local.simulators.bookseller.dialect import DIALECTS
from local.simulators.bookseller.options import Invoices, Proportions
from local.stack.profiles_national import BOOKSELLERS
from services.suppliers.contract import AcknowledgementFact, DespatchFact, Fact, InvoiceFact, OrderToSend, ResponseFact
from services.suppliers.national import NationalAdapter
from shared.contracts.base import Money
from shared.contracts.invoices import Cost
from shared.findings import Severity
from tests.fixtures.bookseller import all_copies, an_order, our_side, run_of_the_brain, shipped

FAULTLESS = Proportions(
    0, 0, 0, 0, 0, 0, 0, late=0, sent_twice=0,
    overcharged=0, unknown_line=0, wrong_total=0, invoiced_twice=0, credited=0,
)  # fmt: skip


def a_priced_order(number: int, lines: int = 4) -> OrderToSend:
    """An order with prices and with servicing of every copy."""
    order = an_order(number, lines)
    priced = (
        line.model_copy(
            update={
                "unit_price": Money(minor=899 + line.line_number),
                "copies": tuple(copy.model_copy(update={"servicing": ("BB", "BC", "TR")}) for copy in line.copies),
            }
        )
        for line in order.lines
    )
    return replace(order, lines=tuple(priced))


def facts_from(folder: Path, ours: NationalAdapter, orders: Sequence[OrderToSend], **options: object) -> list[Fact]:
    """Returns every fact that a bookseller sends about the orders."""
    bookseller = DIALECTS[next(name for name in BOOKSELLERS if DIALECTS[name].gln == ours.profile.supplier_gln)]
    messages = [ours.write_order(order, number) for number, order in enumerate(orders, start=1)]
    folders = tuple(folder for folder in bookseller.folders.all if folder not in ("orders", "archive", "in"))
    files = run_of_the_brain(folder, messages, folders=folders, dialect=bookseller, **options)
    readings = [ours.read(raw) for raw in files]
    assert [finding for reading in readings for finding in reading.findings if finding.severity is Severity.ERROR] == []
    return [fact for reading in readings for fact in reading.facts]


def invoices_of(facts: Sequence[Fact]) -> list[InvoiceFact]:
    return sorted((fact for fact in facts if isinstance(fact, InvoiceFact)), key=lambda fact: fact.invoice_number)


def charged(facts: Sequence[InvoiceFact]) -> set[tuple[str | None, int | None]]:
    return {(line.line_key, copy.copy_number or copy.place) for fact in facts for line in fact.lines for copy in line.copies}


@pytest.mark.slow
def test_both_booksellers_answer_the_same_orders_in_the_same_way(tmp_path: Path) -> None:
    orders = [an_order(number) for number in range(1, 40)]
    answered = {}
    for name in BOOKSELLERS:
        ours = our_side(name)
        facts = facts_from(tmp_path / name, ours, orders, proportions=replace(FAULTLESS, back_order=1, released=1))
        answers = [fact for fact in facts if isinstance(fact, ResponseFact)]
        assert {fact.order_number for fact in answers} == {order.order_number for order in orders}
        answered[name] = {
            (line.line_key, line.isbn, line.action, line.status_code is not None, line.availability_code is not None)
            for fact in answers
            for line in fact.lines
        }
        assert shipped(facts) == all_copies(*orders)
        places = {fact.deliver_to for fact in facts if isinstance(fact, DespatchFact)}
        assert places == ({"5012345678917", "LOWE", "BURY"} if name == "albion" else {"IPSW", "LOWE", "BURY"})

    assert answered["albion"] == answered["ridgeway"]


@pytest.mark.slow
@pytest.mark.parametrize("name", BOOKSELLERS)
def test_every_situation_of_a_bookseller_is_in_the_standards_codes(tmp_path: Path, name: str) -> None:
    orders = [an_order(number) for number in range(1, 150)]

    facts = facts_from(tmp_path, our_side(name), orders)

    lines = [line for fact in facts if isinstance(fact, ResponseFact) for line in fact.lines]
    assert {line.status_code for line in lines} >= {"100", "110", "200", "210", "223", "400", "401", "402", "403", "777"}
    assert {line.availability_code for line in lines} >= {"IB", "OB", "RP", "TO", "NP", "OP", "OR"}


@pytest.mark.parametrize("name", BOOKSELLERS)
@pytest.mark.parametrize(("kind", "documents"), [(Invoices.DESPATCH, 3), (Invoices.ORDER, 1)])
def test_an_invoice_charges_every_copy_once_and_adds_up(tmp_path: Path, name: str, kind: Invoices, documents: int) -> None:
    order = a_priced_order(1)

    facts = invoices_of(facts_from(tmp_path, our_side(name), [order], proportions=FAULTLESS, invoices=kind))

    assert len(facts) == documents
    assert charged(facts) == all_copies(order)
    assert [fact.doubts for fact in facts] == [()] * documents
    for fact in facts:
        assert sum(cost.total for line in fact.lines for cost in line.costs) == fact.total
        assert all(len(line.costs) == line.quantity for line in fact.lines)


def test_a_copy_costs_its_price_less_discount_with_servicing_and_the_tax_on_it(tmp_path: Path) -> None:
    order = a_priced_order(1, lines=1)

    facts = invoices_of(facts_from(tmp_path, our_side(), [order], proportions=FAULTLESS, invoices=Invoices.ORDER))

    cost = Cost(list_price=900, discount=180, net=720, servicing=95, vat=19)
    assert [line.costs for fact in facts for line in fact.lines] == [(cost, cost, cost)]


@pytest.mark.parametrize("name", BOOKSELLERS)
def test_an_order_without_prices_is_invoiced_too(tmp_path: Path, name: str) -> None:
    facts = invoices_of(facts_from(tmp_path, our_side(name), [an_order(1)], proportions=FAULTLESS, invoices=Invoices.ORDER))

    assert [fact.doubts for fact in facts] == [()]
    assert facts[0].total > 0


def invoiced(folder: Path, **mistake: float) -> list[InvoiceFact]:
    proportions = replace(FAULTLESS, **mistake)
    return invoices_of(facts_from(folder, our_side(), [a_priced_order(1)], proportions=proportions, invoices=Invoices.ORDER))


def test_an_overcharge_shows_in_the_price_of_one_title(tmp_path: Path) -> None:
    (fact,) = invoiced(tmp_path, overcharged=1)

    assert [line.costs[0].list_price for line in fact.lines] == [1440, 901, 902, 903]
    assert fact.doubts == ()


def test_a_title_nobody_ordered_is_on_the_invoice_with_a_key_of_its_own(tmp_path: Path) -> None:
    (fact,) = invoiced(tmp_path, unknown_line=1)

    assert [(line.line_key or "")[:3] for line in fact.lines] == ["SB-", "SB-", "SB-", "SB-", "XX-"]


def test_a_wrong_total_is_doubted(tmp_path: Path) -> None:
    (fact,) = invoiced(tmp_path, wrong_total=1)

    assert len(fact.doubts) == 1
    assert fact.total < sum(cost.total for line in fact.lines for cost in line.costs)


def test_goods_invoiced_twice_have_two_invoice_numbers(tmp_path: Path) -> None:
    first, second = invoiced(tmp_path, invoiced_twice=1)

    assert second.invoice_number == f"{first.invoice_number}A"
    assert (first.lines, first.total) == (second.lines, second.total)


def test_a_credit_note_gives_one_copy_back_as_it_was_charged(tmp_path: Path) -> None:
    credit, charge = invoiced(tmp_path, credited=1)

    assert (credit.credit, credit.credits_invoice) == (True, charge.invoice_number)
    (back,) = credit.lines
    same = next(line for line in charge.lines if line.line_key == back.line_key)
    assert (back.quantity, back.costs) == (1, same.costs[:1])
    assert {(copy.branch, copy.barcode) for copy in back.copies} <= {(copy.branch, copy.barcode) for copy in same.copies}


@pytest.mark.parametrize("name", BOOKSELLERS)
@pytest.mark.parametrize("unreadable", [0.0, 1.0])
def test_an_interchange_is_acknowledged_and_executed_only_if_it_could_be_read(
    tmp_path: Path, name: str, unreadable: float
) -> None:
    proportions = replace(FAULTLESS, unreadable=unreadable)

    facts = facts_from(tmp_path, our_side(name), [an_order(1)], proportions=proportions, acknowledge=True)

    (verdict,) = (fact for fact in facts if isinstance(fact, AcknowledgementFact))
    assert (verdict.reference, verdict.accepted) == (1, not unreadable)
    assert (len(facts) == 1) is bool(unreadable)
