"""The kit writes each order twice: a message that is sent again must have the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from services.suppliers.conformance import Subject, check
from services.suppliers.conformance.assume import sample_order
from services.suppliers.conformance.report import Report, Result, WritingReport
from services.suppliers.contract import Kind, OrderToSend, OutboundMessage
from tests.fixtures.scripted_supplier import ScriptedSupplier

Write = Callable[[OrderToSend, int], OutboundMessage]


class Scribe(ScriptedSupplier):
    """An adapter that writes as the test says."""

    def __init__(self, write: Write) -> None:
        super().__init__(capabilities=[])
        self._write = write

    def write_order(self, order: OrderToSend, reference: int) -> OutboundMessage:
        return self._write(order, reference)


def test_an_order_that_is_written_twice_with_the_same_bytes_passes(bookseller: Subject) -> None:
    (written,) = check(bookseller, []).writing

    assert (written.order_number, written.result, written.reason) == ("SAMPLE-1", Result.PASS, "")
    assert written.size > 100


def test_bytes_that_differ_are_shown_with_their_place() -> None:
    sent = count(1)

    report, written = _written(lambda _, reference: _message(reference, f"<order><sent>{next(sent):04}</sent></order>"))

    assert (written.result, report.passed) == (Result.FAIL, False)
    assert written.reason == (
        "written twice, the bytes differ from offset 16: '<order><sent>0001</sent></order>' and then "
        "'<order><sent>0002</sent></order>'"
    )


def test_a_name_that_differs_is_shown_with_both() -> None:
    sent = count(1)

    _, written = _written(lambda _, reference: _message(reference, "x", name=f"order-{next(sent)}"))

    assert written.reason == "written twice, the name is 'order-1' and then 'order-2'"


def test_another_reference_than_the_one_given_fails() -> None:
    _, written = _written(lambda _, reference: _message(reference + 1, "x"))

    assert written.reason == "it is order 2, not the order 1 that was asked for"


def test_an_order_that_cannot_be_written_fails_with_the_adapters_reason_and_a_sample_is_only_not_shown() -> None:
    def refuse(order: OrderToSend, reference: int) -> OutboundMessage:
        raise ValueError(f"no account for {order.council}")

    scribe = Scribe(refuse)
    order = sample_order(scribe.profile)
    assert order is not None
    _, sample = _written(refuse)
    (given,) = check(Subject(scribe, "scribe", [order]), []).writing

    assert (sample.result, given.result) == (Result.NOT_SHOWN, Result.FAIL)
    assert given.reason == "production would not send it: no account for GB-NFK"


def test_any_other_error_is_a_fault_of_the_adapter() -> None:
    def break_down(order: OrderToSend, reference: int) -> OutboundMessage:
        raise KeyError("account")

    _, written = _written(break_down)

    assert written.reason == "a fault of the adapter: only ValueError may be raised, not KeyError('account')"


def _written(write: Write) -> tuple[Report, WritingReport]:
    report = check(Subject(Scribe(write), "scribe"), [])
    (written,) = report.writing
    return report, written


def _message(reference: int, body: str, *, name: str = "order") -> OutboundMessage:
    return OutboundMessage(Kind.ORDER, reference, name, body.encode(), "application/xml")
