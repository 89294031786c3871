"""Which copies an invoice is for, and every query that it can raise."""

from dataclasses import replace

import pytest

from services.orders.domain.invoices.ledger import entries_of
from shared.contracts.base import Money
from shared.contracts.invoices import Cost, InvoicedCharge, InvoicedLine, TaxAtRate
from shared.contracts.orders import CopyState
from shared.contracts.suppliers import CopyReference
from shared.invoicing.book import Book
from shared.invoicing.document import Document
from shared.invoicing.matching import DEFAULT_TERMS, Matching, Terms, match
from tests.unit.services.orders.invoicing import (
    ISBN,
    OTHER_ISBN,
    Ledger,
    booked,
    codes,
    copies,
    cost,
    document,
    line,
    numbers,
    ref,
)

S = CopyState
TWO = booked(*copies(S.RECEIVED, S.DESPATCHED))
OTHER = booked(replace(copies(S.RECEIVED)[0], barcode="B9"), key="SB-2", isbn=OTHER_ISBN)
BOTH = Book((TWO, OTHER))


def matched(*lines: InvoicedLine, book: Book = BOTH) -> Matching:
    return match(document(*lines), book, DEFAULT_TERMS)


@pytest.mark.parametrize(
    ("found", "by"),
    [
        ({"line_key": "SB-1", "order_number": "PO-9", "isbn": ISBN}, "line_key"),
        ({"line_key": "SB-9", "order_number": "PO-1", "isbn": "0-14-143951-3"}, "order_and_isbn"),
        ({"line_key": None, "copies": (ref(barcode="B2"),)}, "barcode"),
    ],
)
def test_a_line_is_found_by_key_then_by_order_and_isbn_then_by_barcode(found: dict[str, object], by: str) -> None:
    matching = matched(line(**found))  # type: ignore[arg-type]
    assert (codes(matching), matching.lines[0].found and matching.lines[0].found.by.value) == ([], by)


def test_an_article_that_is_no_book_is_found_by_order_and_ean() -> None:
    dvd = booked(*copies(S.RECEIVED), key="SB-3", isbn="5050582000016")
    matching = matched(line(line_key=None, order_number="PO-1", isbn="5050582000016"), book=Book((dvd,)))
    assert (codes(matching), matching.lines[0].found is not None) == ([], True)


def test_a_line_that_matches_no_ordered_line_is_queried_and_charges_no_copy() -> None:
    matching = matched(line(line_key="SB-9", isbn=ISBN))
    assert (codes(matching), numbers(matching)) == (["unknown_line"], [])
    assert "SB-9" in matching.queries[0].text


@pytest.mark.parametrize(
    "fields",
    [
        {"isbn": OTHER_ISBN},
        {"line_key": None, "copies": (ref(barcode="B1"), ref(barcode="B9"))},
        {"copies": (ref(7),)},
        {"copies": (ref(branch="Z"),)},
        {"copies": (ref(1), ref(2), ref(branch="A"))},
    ],
    ids=["key of another book", "barcodes of two lines", "no such number", "no such branch", "more copies than charged"],
)
def test_an_ambiguous_reference_is_queried_and_not_guessed(fields: dict[str, object]) -> None:
    matching = matched(line(2, **fields))  # type: ignore[arg-type]
    assert "ambiguous" in codes(matching)


@pytest.mark.parametrize("reference", [ref(2), ref(barcode="B2"), ref(branch="B"), ref(1, barcode="B2")])
def test_a_named_copy_is_charged_whatever_else_waits(reference: object) -> None:
    matching = matched(line(copies=(reference,)))
    assert (codes(matching), numbers(matching)) == ([], [2])


def test_unnamed_charges_go_to_supplied_copies_by_number_and_only_then_to_others() -> None:
    held = booked(*copies(S.CANCELLED, S.SENT, S.RECEIVED, S.AT_HUB))
    assert numbers(matched(line(2), book=Book((held,)))) == [3, 4]
    most = matched(line(4), book=Book((held,)))
    assert (numbers(most), codes(most)) == ([3, 4, 2, 1], ["not_supplied"])
    assert "copy 2 is sent, copy 1 is cancelled" in most.queries[0].text


def test_a_new_barcode_is_not_of_a_copy_that_has_another_one() -> None:
    # The invoice overtook the news that copy 1 was despatched with barcode B1; copy 2 left before, for the same branch.
    waiting, gone = replace(copies(S.ACCEPTED)[0], barcode=None), replace(copies(S.SENT, S.DESPATCHED)[1], branch="A")
    overtaking = matched(line(copies=(ref(barcode="B1"),)), book=Book((booked(waiting, gone),)))
    assert (numbers(overtaking), codes(overtaking)) == ([1], ["not_supplied"])
    told = replace(waiting, state=S.DESPATCHED, barcode="B1")
    assert numbers(matched(line(copies=(ref(barcode="B1"),)), book=Book((booked(told, gone),)))) == [1]


def test_a_new_barcode_may_be_the_new_label_of_a_copy_where_no_other_is_left() -> None:
    relabelled = matched(line(copies=(ref(barcode="OLD"),)), book=Book((booked(*copies(S.RECEIVED)),)))
    assert (numbers(relabelled), codes(relabelled)) == ([1], [])


def test_a_new_barcode_names_no_copy_and_keeps_its_cost_in_place() -> None:
    costs = (cost(100), cost(200))
    matching = matched(line(2, copies=(ref(barcode="NEW"), ref(1)), costs=costs))
    assert codes(matching) == []
    assert {share.copy.copy_number: share.cost.net for share in matching.lines[0].shares} == {1: 200, 2: 100}


@pytest.mark.parametrize("state", [S.ORDERED, S.SENT, S.ACCEPTED, S.BACK_ORDERED, S.REFUSED, S.CANCELLED, S.MISSING, S.DAMAGED])
def test_a_copy_that_was_not_supplied_is_not_charged_without_a_query(state: CopyState) -> None:
    matching = matched(line(), book=Book((booked(*copies(state)),)))
    assert codes(matching) == ["not_supplied"]


def test_more_copies_than_are_open_are_queried_with_both_numbers() -> None:
    matching = matched(line(3))
    assert codes(matching) == ["too_many"]
    assert matching.queries[0].text == "3 copies are charged; 2 of the line are not charged yet"


def test_a_copy_charged_before_is_never_charged_again_and_the_invoice_is_named() -> None:
    ledger = Ledger([TWO])
    ledger.count(document(line(2), number="INV-0"))
    for again in (line(1), line(1, copies=(ref(2),)), line(1, copies=(ref(branch="A"),))):
        matching = match(document(again), ledger.book, DEFAULT_TERMS)
        assert (codes(matching), numbers(matching)) == (["invoiced_before"], [])
        assert "INV-0" in matching.queries[0].text


def test_one_invoice_cannot_charge_a_copy_on_two_lines() -> None:
    matching = matched(line(copies=(ref(1),)), line(copies=(ref(1),), number=2))
    assert (codes(matching), numbers(matching)) == (["invoiced_before"], [1])
    assert matching.queries[0].line_number == 2


@pytest.mark.parametrize(
    ("net", "list_price", "asked"),
    [(800, 800, []), (840, 840, []), (841, 841, ["price"]), (800, 1100, []), (900, 1100, ["price"])],
    ids=["as ordered", "at the tolerance", "above it", "dearer list, discount makes good", "dearer in spite of the discount"],
)
def test_the_net_price_is_compared_with_the_ordered_list_price(net: int, list_price: int, asked: list[str]) -> None:
    charged = Cost(list_price=list_price, discount=list_price - net, net=net)
    matching = matched(line(costs=(charged,)), book=Book((booked(*copies(S.RECEIVED), price=800),)))
    assert codes(matching) == asked


def test_no_price_on_the_order_means_no_query_and_another_currency_does() -> None:
    one = copies(S.RECEIVED)
    assert codes(matched(line(net=99_999), book=Book((booked(*one),)))) == []
    euros = replace(booked(*one), price=Money(minor=800, currency="EUR"))
    assert codes(matched(line(), book=Book((euros,)))) == ["price"]


def test_the_tolerance_is_the_council_s() -> None:
    assert (Terms(0).highest(999), Terms(5).highest(999), Terms(100).highest(999)) == (999, 1048, 1998)


@pytest.mark.parametrize(
    "wrong",
    [
        document(line(), total=801),
        replace(document(line()), doubts=("tax of the lines is 1.20, of the summary 1.00",)),
        document(line(costs=()), total=0),
        document(line(quantity=2, costs=(cost(),))),
        document(line(costs=(Cost(list_price=900, net=800),))),
        document(line(costs=(Cost(list_price=-5, net=-5),))),
        document(line(quantity=0, costs=())),
    ],
    ids=["total", "reader's doubt", "no amounts", "amounts for one of two", "net", "negative", "nothing charged"],
)
def test_what_does_not_add_up_is_queried(wrong: Document) -> None:
    assert set(codes(match(wrong, Book((TWO,)), DEFAULT_TERMS))) == {"arithmetic"}


def test_an_accepted_invoice_keeps_its_whole_total_with_or_without_copies() -> None:
    odd = document(line(3), line(number=2, line_key="SB-9"), total=4000)
    entries = entries_of(odd, match(odd, Book((TWO,)), DEFAULT_TERMS))
    assert [(entry.line_key, entry.copy_id is not None, entry.total) for entry in entries] == [
        ("SB-1", True, 800),
        ("SB-1", True, 800),
        ("SB-1", False, 800),
        (None, False, 800),
        (None, False, 800),
    ]
    assert (entries[-2].line_number, entries[-1].line_number, entries[-1].other) == (2, None, 800)


def test_a_credit_gives_back_the_charge_of_its_invoice_and_the_copy_can_be_charged_again() -> None:
    ledger = Ledger([TWO])
    ledger.count(document(line(copies=(ref(1),)), number="INV-1"))
    ledger.count(document(line(copies=(ref(2),)), number="INV-2"))
    matching, entries = ledger.count(document(line(), number="CN-1", credit=True, credits_invoice="INV-2"))
    assert (codes(matching), numbers(matching), [entry.net for entry in entries]) == ([], [2], [-800])
    assert [ledger.costs_of(copy) for copy in ledger.copies()] == [800, 0]
    matching, _ = ledger.count(document(line(), number="INV-3"))
    assert (codes(matching), numbers(matching)) == ([], [2])


def test_a_credit_that_names_no_copy_is_for_the_damaged_one_not_for_a_received_one() -> None:  # case A7
    for lost in (S.DAMAGED, S.MISSING, S.CANCELLED):
        ledger = Ledger([booked(*copies(S.RECEIVED, lost, S.RECEIVED))])
        ledger.count(document(line(3)))
        assert numbers(match(document(line(1), credit=True, number="CN-1"), ledger.book, DEFAULT_TERMS)) == [2]


def test_the_branch_decides_whose_fund_is_charged_not_the_number_of_the_set() -> None:
    held = booked(*copies(S.RECEIVED, S.RECEIVED, S.RECEIVED, branches="AAB"))
    part = line(1, copies=(CopyReference(place=1, branch="B"),))
    rest = line(2, copies=(CopyReference(place=1, branch="A"), CopyReference(place=2, branch="A")), number=2)
    for lines in ([part, rest], [rest, part]):
        matching = matched(*lines, book=Book((held,)))
        charged = {share.copy.branch: one.line.line_number for one in matching.lines for share in one.shares}
        assert (codes(matching), charged) == ([], {"B": 1, "A": 2})


def test_a_line_that_names_no_copy_leaves_those_that_other_lines_name() -> None:
    held = booked(*copies(S.RECEIVED, S.RECEIVED))
    matching = matched(line(1), line(1, copies=(ref(branch="A"),), number=2), book=Book((held,)))
    assert (codes(matching), numbers(matching)) == ([], [2, 1])


def test_a_part_may_be_credited_and_the_copy_stays_charged() -> None:
    ledger = Ledger([TWO])
    ledger.count(document(line(2)))
    matching, entries = ledger.count(document(line(net=100, copies=(ref(2),)), number="CN-1", credit=True))
    assert (codes(matching), entries[0].settles) == ([], False)
    assert [copy.charge.balance if copy.charge else None for copy in ledger.copies()] == [800, 700]
    matching, entries = ledger.count(document(line(net=700), number="CN-2", credit=True))
    assert (numbers(matching), entries[0].settles) == ([2], True)


@pytest.mark.parametrize(
    "credit",
    [
        document(line(net=801), credit=True),
        document(line(), credit=True, credits_invoice="INV-9"),
        document(line(copies=(ref(2),)), credit=True),
        document(line(2), credit=True),
        replace(document(line(), credit=True), currency="EUR"),
    ],
    ids=["more than charged", "another invoice", "a copy not charged", "more copies than charged", "another currency"],
)
def test_what_was_not_charged_cannot_be_credited(credit: Document) -> None:
    ledger = Ledger([TWO])
    ledger.count(document(line(copies=(ref(1),))))
    matching = match(credit, ledger.book, DEFAULT_TERMS)
    assert codes(matching) == ["nothing_to_credit"]
    assert sum(entry.total for entry in entries_of(credit, matching)) == -credit.total


def tax(rate: int, taxable: int, amount: int) -> TaxAtRate:
    return TaxAtRate(rate=rate, taxable=taxable, tax=amount)


@pytest.mark.parametrize(
    ("taxes", "queried"),
    [
        ((), []),
        ((tax(0, 1600, 0), tax(2000, 500, 100)), []),
        ((tax(2000, 500, 101),), []),
        ((tax(2000, 500, 130),), ["the tax at 20 % is GBP 1.30, but 20 % of GBP 5.00 is GBP 1.00"]),
        (
            (tax(0, 1600, 0), tax(1750, 600, 105)),
            ["the tax at all rates is GBP 1.05, but that of its lines and charges is GBP 1.00"],
        ),
    ],
    ids=["none", "two rates", "rounded", "wrong at its rate", "not that of the lines"],
)
def test_the_tax_at_each_rate_is_compared_with_the_lines_and_charges(taxes: tuple[TaxAtRate, ...], queried: list[str]) -> None:
    carriage = InvoicedCharge(description="Carriage", net=500, vat=100)
    invoice = document(line(2), charges=(carriage,), taxes=taxes)

    matching = match(invoice, BOTH, DEFAULT_TERMS)

    assert [query.text for query in matching.queries][: len(queried)] == queried
    assert bool(matching.queries) is bool(queried)
