"""Which orders a council may place, and every fault of those it may not."""

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.orders.domain.placing import AskedOrder, faults_of, place, sourcing_faults
from shared.contracts.base import Place

BRANCHES = {"IPSW": Place(code="IPSW", name="Ipswich"), "LOWE": Place(code="LOWE", name="Lowestoft")}
ORDER: dict[str, Any] = {
    "order_number": "SFK-1",
    "lines": [
        {"line_number": 1, "isbn": "978-0-14-143951-8", "copies": [{"branch": "IPSW", "fund": "F", "quantity": 2}]},
        {"line_number": 2, "isbn": "0141439602", "copies": [{"branch": "IPSW", "fund": "F"}, {"branch": "LOWE", "fund": "F"}]},
    ],
}


def faults(change: Any) -> set[tuple[str, str]]:
    document = deepcopy(ORDER)
    change(document)
    return {(fault.pointer, fault.code) for fault in faults_of(document, BRANCHES)}


def test_an_order_without_data_about_copies_has_the_fingerprint_it_always_had() -> None:
    assert "item" not in AskedOrder.model_validate(ORDER).model_dump_json()
    described = deepcopy(ORDER)
    described["lines"][0]["copies"][0]["item"] = {"stock_category": "BK"}
    assert AskedOrder.model_validate(described).fingerprint() != AskedOrder.model_validate(ORDER).fingerprint()


def test_a_good_order_has_no_fault() -> None:
    assert faults(lambda _: None) == set()


def test_a_wrong_check_digit_is_named_with_its_place() -> None:
    assert faults(lambda d: d["lines"][0].update(isbn="9780141439517")) == {("/lines/0/isbn", "bad-isbn")}


def test_all_faults_are_reported_at_once() -> None:
    def spoil(document: dict[str, Any]) -> None:
        document["order_number"] = "?"
        document["lines"][0]["isbn"] = "12"
        document["lines"][0]["copies"][0].update(branch="NOWHERE", quantity=1000)
        document["lines"][1]["copies"] = []

    assert faults(spoil) == {
        ("/order_number", "bad-order-number"),
        ("/lines/0/isbn", "bad-isbn"),
        ("/lines/0/copies/0/branch", "unknown-branch"),
        ("/lines/0/copies/0/quantity", "absurd-quantity"),
        ("/lines/1/copies", "no-copies"),
    }


def test_an_empty_order_is_refused() -> None:
    assert faults(lambda d: d.update(lines=[])) == {("/lines", "empty-order")}


def test_the_same_title_twice_is_a_duplicate_even_as_isbn_10() -> None:
    assert faults(lambda d: d["lines"][1].update(isbn="0141439513")) == {("/lines/1/isbn", "duplicate-line")}


def test_the_same_line_number_twice_is_refused() -> None:
    assert faults(lambda d: d["lines"][1].update(line_number=1)) == {("/lines/1/line_number", "duplicate-line-number")}


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)))
def test_a_document_of_any_form_is_checked_without_an_error(document: object) -> None:
    faults_of(document, BRANCHES)
    faults_of({"order_number": document, "lines": document}, BRANCHES)
    faults_of({"lines": [{"isbn": document, "line_number": 1, "copies": document}]}, BRANCHES)


def test_a_line_splits_over_suppliers_by_branch_and_numbers_its_copies() -> None:
    asked = AskedOrder.model_validate(ORDER)
    order = place(
        asked,
        council="GB-SFK",
        at=datetime(2026, 1, 1, tzinfo=UTC),
        branches=BRANCHES,
        choose=lambda branch, _: "consortium" if branch == "LOWE" else "national",
    )
    assert [(line.asked.line_number, line.supplier_id, line.isbn) for line in order.lines] == [
        (1, "national", "9780141439518"),
        (2, "national", "9780141439600"),
        (2, "consortium", "9780141439600"),
    ]
    assert [copy.copy_number for copy in order.lines[0].copies] == [1, 2]
    assert len({line.line_key for line in order.lines}) == 3


def test_a_copy_that_no_rule_covers_is_named() -> None:
    asked = AskedOrder.model_validate(ORDER)
    found = sourcing_faults(asked, lambda branch, _: None if branch == "LOWE" else "national")
    assert [fault.pointer for fault in found] == ["/lines/1/copies/1/branch"]
