"""What the kit makes of files: the end production would come to, in words, whatever is in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import cycle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.suppliers.conformance import Subject, check
from services.suppliers.conformance.report import CapabilityReport, Report, Result
from services.suppliers.contract import (
    AcknowledgementFact,
    Capability,
    Fact,
    InvoiceFact,
    Kind,
    LineAnswer,
    OpenLine,
    OpenLinesFact,
    OrderToSend,
    OutboundMessage,
    RawMessage,
    Reading,
    ResponseFact,
    RouteChangeToSend,
    SelectionFact,
)
from services.suppliers.domain.messages import CANONICAL_DESPATCH, State
from shared.contracts.invoices import Cost, InvoicedLine
from shared.contracts.selections import SelectedLine
from tests.builders import ISBN, a_record
from tests.fixtures.scripted_supplier import ScriptedSupplier
from tests.unit.services.suppliers.conformance.conftest import SAMPLES, Checked, checked_facts, pushed

KEY = "SB-7K2M0000000000AA"


class Unsteady(ScriptedSupplier):
    """An adapter that reads the same bytes in turn as different things."""

    def __init__(self, *readings: Reading) -> None:
        super().__init__()
        self._next = cycle(readings)

    def read(self, _: RawMessage) -> Reading:
        return next(self._next)


class Broken(ScriptedSupplier):
    """An adapter that raises, which none may."""

    def read(self, _: RawMessage) -> Reading:
        raise RecursionError("too deep")


def test_a_good_answer_is_applied_and_put_into_words(checked: Checked) -> None:
    report = checked("back_ordered_until.edi")

    assert (report.end_state, report.passed, report.reason) == (State.APPLIED, True, "")
    assert (report.form, report.messages, report.segments, report.kind) == ("EDIFACT", 1, 19, Kind.RESPONSE)
    (fact,) = report.facts
    assert f"line {KEY} (ISBN 9780141439518): 1 copy back ordered until 2026-04-17 (of 1 ordered)" in fact.lines[0]
    assert "401 (back order: on order at our supplier)" in fact.lines[0]


def test_an_answer_in_words_has_its_price_and_the_data_of_its_copies(checked: Checked) -> None:
    (priced,), (loaded,) = checked("accepted.edi").facts, checked("copies_with_barcodes.edi").facts

    assert "price GBP 8.99 retail price" in priced.lines[0]
    assert "for IPSW with barcode 30114000012345 (classification 823.7, servicing BB)" in loaded.lines[0]


def test_a_despatch_names_place_copies_and_parcels(checked: Checked) -> None:
    (fact,) = checked("despatch_two_parcels.edi").facts

    assert fact.text == "despatch D-90417 to 5012345678917: 4 copies in 2 parcels, expected 2026-03-06"
    assert fact.lines[0].startswith("parcel 350123450000000014: 2 copies of line SB-7K2M0000000000AA")


def test_a_finding_says_what_where_and_how_to_fix_it(checked: Checked) -> None:
    findings = checked("quantities_disagree.edi").findings

    assert {"library-invalid-number", "library-invalid-date"} <= {finding.code for finding in findings}
    dated = next(finding for finding in findings if finding.code == "library-invalid-date")
    assert dated.segment is not None
    assert dated.offset is not None
    assert (SAMPLES / "quantities_disagree.edi").read_bytes()[dated.offset :].startswith(b"DTM+44")
    assert "20261340" in dated.text
    assert dated.mend == "Write a valid date, in the format that its qualifier names."


def test_a_test_file_ends_as_test_and_says_what_it_would_do_live(checked: Checked) -> None:
    report = checked("test_interchange.edi")

    assert (report.test, report.end_state, report.live_state, report.passed) == (True, State.TEST, State.APPLIED, True)


def test_a_despatch_to_nowhere_is_quarantined(checked: Checked) -> None:
    report = checked("despatch_to_nowhere.edi")

    assert (report.end_state, report.passed) == (State.QUARANTINED, False)
    assert report.reason


def test_goods_for_the_hub_of_the_profile_arrive_there(hub: Subject) -> None:
    line = {"line_key": KEY, "isbn": ISBN, "quantity": 2, "copies": []}
    parcels = [{"sscc": "350123450000000014", "lines": [line]}]
    shipment = {"shipment_number": "S-1", "deliver_to": {"code": "CSU", "kind": "hub"}, "parcels": parcels}

    report = check(hub, [pushed("shipment.despatched", shipment)])

    assert report.passed
    assert _of(report, Capability.DELIVERS_TO_HUB).result is Result.PASS
    assert _of(report, Capability.CANCELS).result is Result.NOT_SHOWN
    assert report.files[0].form == "JSON"


def test_an_immediate_receipt_confirms_and_says_nothing_else(hub: Subject) -> None:
    report = check(hub, [pushed("request.received", {})])

    assert _of(report, Capability.CONFIRMS_RECEIPT).result is Result.PASS
    assert report.passed


def test_the_canonical_despatch_is_read_whatever_the_suppliers_protocol(bookseller: Subject) -> None:
    body = (
        b'{"despatch_number": "D-1", "deliver_to": {"code": "IPSW", "kind": "branch"}, "parcels": [{"parcel_id": "P1", '
        b'"lines": [{"line_key": "SB-7K2M0000000000AA", "isbn": "9780141439518", "quantity": 1}]}]}'
    )

    (report,) = check(bookseller, [RawMessage("despatch.json", body, CANONICAL_DESPATCH)]).files

    assert (report.end_state, report.kind) == (State.APPLIED, Kind.DESPATCH)


def test_an_adapter_that_raises_fails_with_a_finding_that_says_so() -> None:
    (report,) = check(Subject(Broken(), "broken"), [RawMessage("any", b"x")]).files

    assert [finding.code for finding in report.findings] == ["adapter-failed"]
    assert (report.end_state, report.passed) == (State.QUARANTINED, False)


def test_an_adapter_that_reads_the_same_bytes_in_two_ways_fails() -> None:
    record = Reading(Kind.RECORD, (a_record(ISBN, "One"),))
    other = Reading(Kind.RECORD, (a_record(ISBN, "Another"),))

    (report,) = check(Subject(Unsteady(record, other), "unsteady"), [RawMessage("any", b"x")]).files

    assert [finding.code for finding in report.findings] == ["adapter-impure"]
    assert not report.passed


def test_a_capability_without_its_method_fails() -> None:
    supplier = ScriptedSupplier(capabilities=[Capability.CANCELS])
    bare = Subject(_Bare(supplier), "bare")

    report = check(bare, [])

    assert _of(report, Capability.CANCELS).reason == "the adapter has no `write_cancellation`"
    assert not report.passed


@pytest.mark.parametrize(
    ("bodies", "result", "says"),
    [
        ([b"IPSW", b"IPSW"], Result.PASS, "the change of a sample order is written as route_change-1"),
        ([b"IPSW", b"LOWE"], Result.FAIL, "written twice, the bytes differ from offset 0"),
        ([ValueError("no place")], Result.FAIL, "it cannot be written: ValueError('no place')"),
    ],
)
def test_a_change_of_the_route_is_shown_by_writing_one(bodies: list[bytes | ValueError], result: Result, says: str) -> None:
    report = check(Subject(_Rerouting(bodies), "rerouting"), [])

    judged = _of(report, Capability.TAKES_ROUTE_CHANGES)
    assert (judged.result, says in judged.evidence[0]) == (result, True)


@pytest.mark.parametrize(("unwritable", "result"), [("", Result.PASS), ("no place for a price", Result.FAIL)])
def test_answers_to_offers_are_shown_by_writing_each(unwritable: str, result: Result) -> None:
    supplier = ScriptedSupplier(capabilities=[Capability.TAKES_OFFER_ANSWERS])
    supplier.unwritable = unwritable
    judged = _of(check(Subject(supplier, "answered"), []), Capability.TAKES_OFFER_ANSWERS)
    assert (judged.result, len(judged.evidence)) == (result, 6)
    assert ("a substitute accepted for a copy" in judged.evidence[0], unwritable in judged.evidence[0]) == (True, True)


def test_a_rush_order_is_shown_by_writing_one_that_differs() -> None:
    can = [Capability.TAKES_RUSH]
    judged = _of(check(Subject(ScriptedSupplier(capabilities=can), "quick"), []), Capability.TAKES_RUSH)
    assert (judged.result, judged.evidence) == (Result.PASS, ("a rush order is written as order-1",))

    judged = _of(check(Subject(_Slow(capabilities=can), "slow"), []), Capability.TAKES_RUSH)
    assert (judged.result, "same bytes as an order that is none" in judged.evidence[0]) == (Result.FAIL, True)


class _Slow(ScriptedSupplier):
    """Writes rush orders as all others."""

    def write_order(self, order: OrderToSend, reference: int) -> OutboundMessage:
        return super().write_order(replace(order, rush=False), reference)


class _Rerouting(ScriptedSupplier):
    """Writes one change after another."""

    def __init__(self, bodies: list[bytes | ValueError]) -> None:
        super().__init__(capabilities=[Capability.TAKES_ROUTE_CHANGES])
        self._bodies = bodies

    def write_route_change(self, change: RouteChangeToSend, reference: int) -> OutboundMessage:
        self.route_changes.append(change)
        body = self._bodies.pop(0)
        if isinstance(body, ValueError):
            raise body
        return OutboundMessage(Kind.ROUTE_CHANGE, reference, f"route_change-{reference}", body, "text/plain")


def test_a_capability_shown_without_being_declared_is_reported() -> None:
    report = checked_facts(a_record(ISBN, "Persuasion"), capabilities=[])

    assert _of(report, Capability.SENDS_RECORDS).result is Result.UNDECLARED


def test_an_invoice_that_does_not_add_up_fails_though_it_is_applied() -> None:
    line = InvoicedLine(line_number=1, line_key=KEY, isbn=ISBN, quantity=1, costs=(Cost(list_price=1234, net=1234),))
    invoice = InvoiceFact(
        "I-1", False, None, date(2026, 3, 2), "5099990000013", "GBP", 1234, (line,), doubts=("line 1 is 1 short",)
    )

    report = checked_facts(invoice, capabilities=[Capability.INVOICES])

    (file,) = report.files
    assert file.facts[0].text == "invoice I-1 charges GBP 12.34 to 5099990000013"
    assert (file.end_state, file.reason, file.passed) == (State.APPLIED, "would be queried: line 1 is 1 short", False)
    assert _of(report, Capability.INVOICES).result is Result.FAIL


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        (
            SelectionFact("S-1", "X", True, (SelectedLine(reference="Q1", isbn=ISBN, quantity=2),)),
            "firm selection S-1 for X: 1 title",
        ),
        (OpenLinesFact("X", None, (OpenLine(KEY, None, ISBN, 2),)), "reports 1 open line for X"),
        (AcknowledgementFact(7, True), "our message 7 could be read"),
        (AcknowledgementFact(7, False, "too long"), "our message 7 could not be read: too long"),
        (a_record(ISBN, "Emma", author="Austen"), f"record of {ISBN}: Emma by Austen"),
        (
            ResponseFact("PO-1", "", None, (), account_stopped=True),
            "refuses all lines of order PO-1, because the account is stopped",
        ),
    ],
)
def test_every_fact_is_put_into_words(fact: Fact, words: str) -> None:
    assert checked_facts(fact).files[0].facts[0].text == words


def test_a_line_without_any_reference_is_held_even_where_orders_are_taken_for_granted() -> None:
    answer = ResponseFact(None, "", datetime(2026, 3, 2, tzinfo=UTC), (LineAnswer(None, None, ISBN, status_code="100"),))

    (file,) = checked_facts(answer).files

    assert (file.end_state, file.passed) == (State.QUARANTINED, False)
    assert file.facts[0].troubles == (f"ISBN {ISBN} has neither a line key nor an order number",)
    assert file.facts[0].mend


def test_order_numbers_that_contradict_each_other_are_held() -> None:
    lines = tuple(LineAnswer(KEY, number, ISBN, status_code="100") for number in ("PO-1", "PO-2"))

    (file,) = checked_facts(ResponseFact(None, "", None, lines)).files

    assert file.end_state is State.PARTLY_APPLIED
    assert file.facts[0].troubles == (f"line key {KEY} belongs to order PO-1, not to PO-2",)


@given(st.binary(max_size=400))
def test_no_bytes_make_the_kit_raise(bookseller: Subject, hub: Subject, body: bytes) -> None:
    for subject in (bookseller, hub):
        check(subject, [RawMessage("any", body)])


@given(st.sampled_from(sorted(SAMPLES.iterdir())), st.data())
def test_no_damage_to_a_good_file_makes_the_kit_raise(bookseller: Subject, path: Path, data: st.DataObject) -> None:
    body = path.read_bytes()
    start = data.draw(st.integers(0, len(body)))
    junk = data.draw(st.binary(max_size=8))

    report = check(bookseller, [RawMessage("any", body[:start] + junk + body[start + len(junk) :])])

    assert Report.model_validate_json(report.model_dump_json()) == report


def _of(report: Report, capability: str) -> CapabilityReport:
    return next(judged for judged in report.capabilities if judged.capability == capability)


class _Bare:
    """An adapter that can do what every adapter must, and nothing else."""

    def __init__(self, supplier: ScriptedSupplier) -> None:
        self.profile = supplier.profile
        self.push_secrets: Sequence[str] = ()
        self.write_order = supplier.write_order
        self.read = supplier.read
        self.transport = supplier.transport


async def test_an_adapter_built_without_secrets_opens_no_connection(bookseller: Subject, hub: Subject) -> None:
    for subject in (bookseller, hub):
        with pytest.raises(ValueError, match="reads and writes only"):
            async with subject.adapter.transport():
                pass
