"""Which orders a council may place, and every fault of those it may not."""

from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.orders.domain.asked import AskedOrder
from services.orders.domain.funds import Fund
from services.orders.domain.placing import PlacedOrder, faults_of, place, sourcing_faults
from services.orders.domain.register import Branch, Register
from shared.contracts.base import Place
from shared.sourcing.trials import Choice

BRANCHES = {"IPSW": Place(code="IPSW", name="Ipswich"), "LOWE": Place(code="LOWE", name="Lowestoft")}
REGISTER = Register(BRANCHES)
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
    return {(fault.pointer, fault.code) for fault in faults_of(document, REGISTER)}


def codes(register: Register) -> set[tuple[str, str]]:
    return {(fault.pointer, fault.code) for fault in faults_of(ORDER, register)}


def placed(document: dict[str, Any]) -> PlacedOrder:
    asked = AskedOrder.model_validate(document)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return place(asked, council="GB-SFK", at=at, branches=BRANCHES, choose=lambda *_: Choice("national"))


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


def test_one_title_on_two_lines_is_two_lines() -> None:  # case C6
    document = deepcopy(ORDER)
    document["lines"][1].update(isbn="0141439513")
    assert faults_of(document, REGISTER) == []
    order = placed(document)
    assert [(line.asked.line_number, line.isbn, len(line.copies)) for line in order.lines] == [
        (1, "9780141439518", 2),
        (2, "9780141439518", 2),
    ]
    assert len({line.line_key for line in order.lines}) == 2


def test_the_same_line_number_twice_is_refused() -> None:
    assert faults(lambda d: d["lines"][1].update(line_number=1)) == {("/lines/1/line_number", "duplicate-line-number")}


def test_an_article_that_is_no_book_may_have_an_ean() -> None:  # case C7
    dvd = "5050582000016"
    assert faults(lambda d: d["lines"][0].update(isbn=dvd)) == {("/lines/0/isbn", "bad-isbn")}
    assert faults(lambda d: d["lines"][0].update(isbn=dvd, material="Book")) == {("/lines/0/isbn", "bad-isbn")}
    assert faults(lambda d: d["lines"][0].update(isbn="5050582-00001 6", material="dvd")) == set()
    assert faults(lambda d: d["lines"][0].update(isbn="5050582000017", material="dvd")) == {("/lines/0/isbn", "bad-isbn")}
    assert faults(lambda d: d["lines"][0].update(isbn="0141439513", material="audiobook")) == set()

    document = deepcopy(ORDER)
    document["lines"][0].update(isbn="5050582-00001 6", material="dvd")
    assert placed(document).lines[0].isbn == dvd


def test_a_branch_takes_no_orders_from_the_day_it_closes() -> None:  # case C8
    closing = date(2026, 6, 1)
    branches = [Branch(code="IPSW"), Branch(code="LOWE", closed_from=closing)]
    assert codes(Register.on(closing - timedelta(days=1), branches, ())) == set()
    assert codes(Register.on(closing, branches, ())) == {("/lines/1/copies/1/branch", "branch-closed")}


def test_a_fund_is_checked_once_the_council_has_registered_one() -> None:  # case C5
    branches = [Branch(code="IPSW"), Branch(code="LOWE")]
    today = date(2026, 6, 1)
    assert codes(Register.on(today, branches, ())) == set()
    assert codes(Register.on(today, branches, [Fund(code="F"), Fund(code="G")])) == set()
    assert {code for _, code in codes(Register.on(today, branches, [Fund(code="G")]))} == {"unknown-fund"}
    assert {code for _, code in codes(Register.on(today, branches, [Fund(code="F", closed_from=today)]))} == {"fund-closed"}


@pytest.mark.parametrize("price", [{"minor": 0}, {"minor": -5}, {"minor": 10**12}, {"minor": 799, "amount": 1}, {"minor": 7.5}])
def test_a_price_that_no_copy_has_is_refused_at_its_place(price: dict[str, object]) -> None:  # case C1
    document = deepcopy(ORDER)
    document["lines"][1]["unit_price"] = price
    with pytest.raises(ValidationError) as refused:
        AskedOrder.model_validate(document)
    assert [error["loc"][:3] for error in refused.value.errors()] == [("lines", 1, "unit_price")]


def test_spaces_around_references_are_no_part_of_them() -> None:  # case B9
    document = deepcopy(ORDER)
    document["order_number"] = " TRAIL \n"
    document["lines"][0]["material"] = "book "
    document["lines"][0]["copies"][0].update(branch="IPSW\n", fund="\tF ")
    assert faults_of(document, REGISTER) == []
    order = placed(document)
    copy = order.lines[0].copies[0]
    assert (order.order_number, copy.branch.code, copy.asked.fund) == ("TRAIL", "IPSW", "F")
    assert (
        AskedOrder.model_validate(document).fingerprint()
        == AskedOrder.model_validate({**ORDER, "order_number": "TRAIL"}).fingerprint()
    )


@pytest.mark.parametrize("hidden", ["\t", "\n", "\x00", "\x1f", "\x7f", "\u200b", "\u200d", "\u2028", "\ufeff"])
def test_a_character_that_nobody_sees_is_refused_and_named(hidden: str) -> None:
    text = f"A{hidden}B"
    document = deepcopy(ORDER)
    document["order_number"] = text
    document["lines"][0].update(isbn=text, material=text)
    document["lines"][0]["copies"][0].update(branch=text, fund=text, sequence=text, shelfmark=text, servicing=[text])
    with pytest.raises(ValidationError) as refused:
        AskedOrder.model_validate(document)
    errors = refused.value.errors()
    assert len(errors) == 8
    assert all(f"U+{ord(hidden):04X}" in error["msg"] for error in errors)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)))
def test_a_document_of_any_form_is_checked_without_an_error(document: object) -> None:
    faults_of(document, REGISTER)
    faults_of({"order_number": document, "lines": document}, REGISTER)
    faults_of({"lines": [{"isbn": document, "line_number": 1, "copies": document}]}, REGISTER)


def test_a_line_splits_over_suppliers_by_branch_and_numbers_its_copies() -> None:
    asked = AskedOrder.model_validate(ORDER)
    order = place(
        asked,
        council="GB-SFK",
        at=datetime(2026, 1, 1, tzinfo=UTC),
        branches=BRANCHES,
        choose=lambda branch, *_: Choice("consortium" if branch == "LOWE" else "national"),
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
    found = sourcing_faults(asked, lambda branch, *_: Choice(None if branch == "LOWE" else "national"))
    assert [fault.pointer for fault in found] == ["/lines/1/copies/1/branch"]
