"""What production would stop never passes: at the mailbox, in the exchange, and in the services behind it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from services.suppliers import national
from services.suppliers.conformance import Subject, check
from services.suppliers.conformance.assume import sample_order
from services.suppliers.contract import (
    AdvisedLine,
    AdvisedParcel,
    DespatchFact,
    Fact,
    InvoiceFact,
    Kind,
    LineAnswer,
    RawMessage,
    Reading,
    ResponseFact,
)
from services.suppliers.domain.messages import CANONICAL_DESPATCH, State
from shared.contracts.invoices import Cost, InvoicedLine
from shared.contracts.suppliers import CopyReference
from tests.builders import ISBN, OTHER_ISBN
from tests.fixtures.scripted_supplier import ScriptedSupplier
from tests.unit.services.suppliers.conformance.conftest import BOOKSELLER, SAMPLES, checked_facts

KEY = "SB-7K2M0000000000AA"


@pytest.mark.parametrize(
    ("name", "body", "reason"),
    [
        ("in/.accepted.edi", b"UNB", "it is hidden"),
        ("in/accepted.edi.part", b"UNB", "it still has the temporary name of an unfinished upload"),
        ("in/accepted.edi", b"", "it is still empty"),
        ("in/" + "a" * 300, b"UNB", "no file can have this name: it has 300 bytes"),
        ("in/accepted.edi", b"U" * 101, "it has 101 bytes"),
    ],
)
def test_a_file_that_the_mailbox_leaves_there_fails_for_that_reason(name: str, body: bytes, reason: str) -> None:
    profile = json.loads(BOOKSELLER.read_text())
    profile["mailbox"]["largest_file"] = 100
    subject = Subject(national.adapter(json.dumps(profile), None), "national")

    (file,) = check(subject, [RawMessage(name, body)]).files

    assert (file.end_state, file.passed) == (State.QUARANTINED, False)
    assert file.reason.startswith(f"production would not take it: {reason}")


def test_a_push_larger_than_the_api_takes_fails(bookseller: Subject) -> None:
    (file,) = check(bookseller, [RawMessage("push", b" " * 1_048_577, CANONICAL_DESPATCH)]).files

    assert file.reason == "production would not take it: it has 1048577 bytes, a push may have 1048576"


def test_a_push_in_the_suppliers_own_form_has_the_same_limit(hub: Subject) -> None:
    (file,) = check(hub, [RawMessage("push", b" " * 1_048_577, "application/json")]).files

    assert file.reason == "production would not take it: it has 1048577 bytes, a push may have 1048576"


def test_the_second_of_two_files_with_the_same_content_is_a_duplicate(bookseller: Subject) -> None:
    body = (SAMPLES / "accepted.edi").read_bytes()

    first, second = check(bookseller, [RawMessage("a.edi", body), RawMessage("b.edi", body)]).files

    assert first.passed
    assert (second.end_state, second.passed, second.reason) == (State.DUPLICATE, False, "a.edi has the same content")


def test_an_isbn_10_and_an_isbn_13_of_one_order_are_one_line() -> None:
    answers = tuple(LineAnswer(None, "PO-1", isbn, status_code="100") for isbn in (ISBN, "0-14-143951-3"))

    (file,) = checked_facts(ResponseFact("PO-1", "R-1", None, answers)).files

    assert file.passed


def test_goods_of_another_isbn_than_their_lines_are_named() -> None:
    lines = tuple(AdvisedLine(KEY, "PO-1", isbn, 1) for isbn in (ISBN, OTHER_ISBN))

    (file,) = checked_facts(DespatchFact("D-1", None, None, "IPSW", None, (AdvisedParcel("P-1", lines),))).files

    assert file.reason == f"line {KEY} was ordered as {ISBN}: {OTHER_ISBN} would be reported as a wrong item"


def test_a_credit_note_is_checked_as_if_its_copies_had_been_charged() -> None:
    line = InvoicedLine(line_number=1, line_key=KEY, isbn=ISBN, quantity=2, costs=(Cost(list_price=500, net=500),) * 2)
    note = InvoiceFact("C-1", True, "I-1", date(2026, 3, 2), "5099990000013", "GBP", 1000, (line,))

    assert checked_facts(note).files[0].passed
    assert checked_facts(replace(note, total=900)).files[0].reason.startswith("would be queried: the total is GBP 9.00")


def test_what_contradicts_the_orders_that_are_given_is_named() -> None:
    order = sample_order(ScriptedSupplier().profile)
    assert order is not None
    key = order.lines[0].line_key
    elsewhere = (CopyReference(branch="OTHER"),)
    facts: tuple[Fact, ...] = (
        ResponseFact(None, "R-1", None, (LineAnswer(key, None, ISBN, status_code="100", copies=elsewhere),)),
        DespatchFact("D-1", None, None, "MAIN", None, (AdvisedParcel("P-1", (AdvisedLine(key, None, ISBN, 3),)),)),
        InvoiceFact("I-1", False, None, date(2026, 3, 2), "", "GBP", 15, (_charged(key, 3),)),
    )
    supplier = ScriptedSupplier()
    supplier.readings[b"x"] = Reading(Kind.RESPONSE, facts)

    (file,) = check(Subject(supplier, "scripted", [order]), [RawMessage("any", b"x")]).files

    assert [fact.troubles for fact in file.facts] == [
        (f"line {key}: no copy for OTHER was ordered",),
        (f"3 copies of line {key} are advised, 2 ordered: the rest would be reported as surplus",),
        ("would be queried: line 1: 3 copies are charged; 2 of the line are not charged yet",),
    ]


def _charged(key: str, quantity: int) -> InvoicedLine:
    costs = (Cost(list_price=5, net=5),) * quantity
    return InvoicedLine(line_number=1, line_key=key, isbn=ISBN, quantity=quantity, costs=costs)
