"""Checks how the adapter writes orders: each twice, because a message that is sent again must have the same bytes. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from functools import partial
from uuid import UUID

from services.suppliers.conformance.assume import sample_order
from services.suppliers.conformance.report import Result, WritingReport
from services.suppliers.contract import (
    Adapter,
    EnquiryToSend,
    Kind,
    OfferAnswerToSend,
    OrderToSend,
    OutboundMessage,
    RouteChangeToSend,
    TakesEnquiries,
    TakesOfferAnswers,
    TakesRouteChanges,
)
from shared.contracts.base import Money, Place
from shared.contracts.decisions import AfterDecline, Answer
from shared.contracts.enquiries import EnquiredLine, EnquiryKind
from shared.contracts.orders import OrderedLine

REFERENCE = 1
_AROUND = 20
_SUBSTITUTE, _PRICE = "9780141036144", Money(minor=1299, currency="GBP")
_ENQUIRY = UUID("2f6b1a70-8d43-4a2e-9c55-7be0d3f1a6c4")
_ANSWERS = (
    (Answer.ACCEPTED, None),
    (Answer.DECLINED, AfterDecline.KEEP),
    (Answer.DECLINED, AfterDecline.CANCEL),
)


def judge_writing(adapter: Adapter, orders: Sequence[OrderToSend] | None) -> tuple[WritingReport, ...]:
    """Returns a verdict on each order, written twice; on a sample order where none are given."""
    sample = sample_order(adapter.profile) if orders is None else None
    given = [sample] if sample is not None else orders or []
    return tuple(_judge(adapter, order, is_sample=order is sample) for order in given)


def judge_route_change(adapter: Adapter) -> tuple[str, str]:
    """Returns how the adapter writes that a copy of the sample order goes to another place, and what is wrong with it, or ""."""
    order = sample_order(adapter.profile)
    if order is None or not isinstance(adapter, TakesRouteChanges):
        return "", ""
    lines = tuple((line, (1,)) for line in order.lines)
    change = RouteChangeToSend(order.council, order.order_id, order.order_number, Place(code="OTHER"), lines)
    return _judged("the change of a sample order", partial(adapter.write_route_change, change, REFERENCE), Kind.ROUTE_CHANGE)


def judge_rush(adapter: Adapter) -> tuple[str, str]:
    """Returns how the adapter writes the sample order as a rush order, and what is wrong with it, or ""."""
    order = sample_order(adapter.profile)
    if order is None:
        return "", ""
    rush = partial(adapter.write_order, replace(order, rush=True), REFERENCE)
    what, fault = _judged("a rush order", rush, Kind.ORDER)
    plain = _twice(partial(adapter.write_order, order, REFERENCE))
    if not fault and not isinstance(plain, Exception) and plain[0].body == rush().body:
        fault = "it has the same bytes as an order that is none"
    return what, fault


def judge_offer_answers(adapter: Adapter) -> list[tuple[str, str]]:
    """Returns how the adapter writes each answer to offers about a copy of the sample order, each with what is wrong, or ""."""
    order = sample_order(adapter.profile)
    if order is None or not isinstance(adapter, TakesOfferAnswers):
        return []
    lines = tuple((line, (1,)) for line in order.lines)
    judged = []
    for what, isbn, price in (("substitute", _SUBSTITUTE, None), ("price", None, _PRICE)):
        for answer, then in _ANSWERS:
            told = OfferAnswerToSend(
                order.council, order.order_id, order.order_number, answer, then, "a sample", isbn, price, lines
            )
            named = f"a {what} {answer}" if then is None else f"a {what} {answer} ({then})"
            write = partial(adapter.write_offer_answer, told, REFERENCE)
            judged.append(_judged(f"{named} for a copy of a sample order", write, Kind.OFFER_ANSWER))
    return judged


def judge_enquiries(adapter: Adapter) -> list[tuple[str, str]]:
    """Returns how the adapter writes each kind of enquiry about a copy of the sample order, each with what is wrong, or ""."""
    order = sample_order(adapter.profile)
    if order is None or not isinstance(adapter, TakesEnquiries):
        return []
    lines = tuple((line, (1,)) for line in order.lines)
    judged = []
    for kind in EnquiryKind:
        about = tuple(_asked_about(line) for line in order.lines)
        asked = EnquiryToSend(order.council, order.order_id, order.order_number, _ENQUIRY, kind, 1, "a sample", about, lines)
        write = partial(adapter.write_enquiry, asked, REFERENCE)
        judged.append(_judged(f"an enquiry of kind {kind} about a copy of a sample order", write, Kind.ENQUIRY))
    return judged


def _asked_about(line: OrderedLine) -> EnquiredLine:
    return EnquiredLine(line_key=line.line_key, copy_ids=(line.copies[0].copy_id,), wrong="copy 1 is asked about")


def _judged(what: str, write: Callable[[], OutboundMessage], kind: Kind) -> tuple[str, str]:
    written = _twice(write)
    if isinstance(written, Exception):
        return what, f"it cannot be written: {written!r}"
    faults = [*_faults(written[0], kind), *_differences(*written)]
    return f"{what} is written as {written[0].name}", "; ".join(faults)


def _judge(adapter: Adapter, order: OrderToSend, *, is_sample: bool) -> WritingReport:
    written = _twice(partial(adapter.write_order, order, REFERENCE))
    if isinstance(written, ValueError) and is_sample:
        return _report(order, None, Result.NOT_SHOWN, f"the sample order cannot be written: {written}; give your own orders")
    if isinstance(written, ValueError):
        return _report(order, None, Result.FAIL, f"production would not send it: {written}")
    if isinstance(written, Exception):
        return _report(order, None, Result.FAIL, f"a fault of the adapter: only ValueError may be raised, not {written!r}")
    faults = [*_faults(written[0], Kind.ORDER), *_differences(*written)]
    return _report(order, written[0], Result.FAIL if faults else Result.PASS, "; ".join(faults))


def _twice(write: Callable[[], OutboundMessage]) -> tuple[OutboundMessage, OutboundMessage] | Exception:
    try:
        return write(), write()
    except Exception as error:  # noqa: BLE001 - the adapter is under test: any error is a result
        return error


def _faults(message: OutboundMessage, kind: Kind) -> Iterator[str]:
    if message.kind is not kind or message.reference != REFERENCE:
        yield f"it is {message.kind} {message.reference}, not the {kind} {REFERENCE} that was asked for"
    if not message.body:
        yield "it is empty"


def _differences(once: OutboundMessage, again: OutboundMessage) -> Iterator[str]:
    """Yields what differs between the same message written twice, and where."""
    for field in fields(OutboundMessage):
        first, second = getattr(once, field.name), getattr(again, field.name)
        if first == second:
            continue
        if isinstance(first, bytes) and isinstance(second, bytes):
            yield f"written twice, the bytes differ {_place(first, second)}"
        else:
            yield f"written twice, the {field.name} is {first!r} and then {second!r}"


def _place(first: bytes, second: bytes) -> str:
    pairs = zip(first, second, strict=False)
    offset = next((place for place, (one, other) in enumerate(pairs) if one != other), min(len(first), len(second)))
    window = slice(max(0, offset - _AROUND), offset + _AROUND)
    return f"from offset {offset}: {_text(first[window])} and then {_text(second[window])}"


def _text(part: bytes) -> str:
    return repr(part.decode("utf-8", "backslashreplace"))


def _report(order: OrderToSend, written: OutboundMessage | None, result: Result, reason: str) -> WritingReport:
    name, size = ("", 0) if written is None else (written.name, len(written.body))
    return WritingReport(order_number=order.order_number, name=name, size=size, result=result, reason=reason)
