"""Decides from the files whether the supplier shows each capability that its profile declares. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.suppliers.conformance.report import CapabilityReport, Result
from services.suppliers.conformance.words import describe
from services.suppliers.conformance.writing import judge_enquiries, judge_offer_answers, judge_route_change, judge_rush
from services.suppliers.contract import (
    AcknowledgementFact,
    Adapter,
    CancelsOrders,
    Capability,
    DespatchFact,
    Fact,
    InvoiceFact,
    Kind,
    LineAnswer,
    OpenLinesFact,
    Reading,
    ResponseFact,
    SelectionFact,
    SupplierProfile,
    SuppliesRecords,
    TakesEnquiries,
    TakesOfferAnswers,
    TakesRouteChanges,
)
from shared.contracts.suppliers import LineAction
from shared.findings import Severity
from shared.records import Record

ANSWERS_ORDERS = "answers_orders"

_CANCELLED_STATUS = "22"
_MOST_EVIDENCE = 10
_WOULD_SHOW: Mapping[str, str] = {
    ANSWERS_ORDERS: "an answer to an order",
    Capability.CANCELS: "an answer that cancels copies",
    Capability.TAKES_ROUTE_CHANGES: "a council to the profile, so that a change can be written",
    Capability.TAKES_OFFER_ANSWERS: "a council to the profile, so that an answer can be written",
    Capability.TAKES_ENQUIRIES: "a council to the profile, so that an enquiry can be written",
    Capability.TAKES_RUSH: "a council to the profile, so that a rush order can be written",
    Capability.CONFIRMS_RECEIPT: "the immediate answer that confirms the receipt of our message",
    Capability.DELIVERS_DIRECT: "a despatch to a branch",
    Capability.DELIVERS_TO_HUB: "a despatch to the hub of the profile",
    Capability.SUPPLIES_RECORDS: "a bibliographic record",
    Capability.SENDS_RECORDS: "a bibliographic record",
    Capability.INVOICES: "an invoice or credit note",
    Capability.SELECTS: "a list of selected titles",
    Capability.REPORTS_OPEN_LINES: "a report of open lines",
    Capability.ACKNOWLEDGES: "an acknowledgement that says whether our message could be read",
}
_PLAIN: Mapping[type, str] = {
    InvoiceFact: Capability.INVOICES,
    SelectionFact: Capability.SELECTS,
    OpenLinesFact: Capability.REPORTS_OPEN_LINES,
    AcknowledgementFact: Capability.ACKNOWLEDGES,
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One fact of one file, and why it would not be applied in full."""

    file: str
    fact: Fact
    troubles: tuple[str, ...]


@dataclass(slots=True)
class _Evidence:
    good: list[str]
    bad: list[str]


def judge(adapter: Adapter, readings: Sequence[tuple[str, Reading]], shown: Sequence[Shown]) -> tuple[CapabilityReport, ...]:
    """Returns a verdict on each capability of the profile, on answering orders, and on capabilities shown but not declared."""
    profile = adapter.profile
    found: defaultdict[str, _Evidence] = defaultdict(lambda: _Evidence([], []))
    for piece in shown:
        for capability, words in _shows(piece.fact, profile):
            text = f"{piece.file}: {words}"
            if piece.troubles:
                found[capability].bad.append(f"{text}: {piece.troubles[0]}")
            else:
                found[capability].good.append(text)
    for name, reading in readings:
        if _is_receipt(reading):
            found[Capability.CONFIRMS_RECEIPT].good.append(f"{name}: confirms the receipt of our message")
    for capability, written, fault in _written(adapter):
        if fault:
            found[capability].bad.append(f"{written}: {fault}")
        else:
            found[capability].good.append(written)
    declared = [ANSWERS_ORDERS, *sorted(profile.capabilities)]
    judged = [_judge(capability, found[capability], _lacks(adapter, capability)) for capability in declared]
    undeclared = sorted(set(found) - set(declared))
    return (*judged, *(_undeclared(capability, found[capability]) for capability in undeclared))


def _written(adapter: Adapter) -> Iterator[tuple[str, str, str]]:
    """Yields the capabilities of the profile that messages of ours show, each with such a message and what is wrong with it."""
    can = adapter.profile.capabilities
    if Capability.TAKES_ROUTE_CHANGES in can and any(judged := judge_route_change(adapter)):
        yield Capability.TAKES_ROUTE_CHANGES, *judged
    if Capability.TAKES_RUSH in can and any(judged := judge_rush(adapter)):
        yield Capability.TAKES_RUSH, *judged
    if Capability.TAKES_OFFER_ANSWERS in can:
        yield from ((Capability.TAKES_OFFER_ANSWERS, *each) for each in judge_offer_answers(adapter))
    if Capability.TAKES_ENQUIRIES in can:
        yield from ((Capability.TAKES_ENQUIRIES, *each) for each in judge_enquiries(adapter))


def _judge(capability: str, evidence: _Evidence, lacks: str) -> CapabilityReport:
    if lacks:
        return _report(capability, Result.FAIL, evidence.good, lacks)
    if evidence.bad:
        return _report(
            capability, Result.FAIL, [*evidence.bad, *evidence.good], "a file that shows it would not be applied in full"
        )
    if evidence.good:
        return _report(capability, Result.PASS, evidence.good, "")
    return _report(capability, Result.NOT_SHOWN, [], f"no file shows it; add {_WOULD_SHOW[capability]}")


def _undeclared(capability: str, evidence: _Evidence) -> CapabilityReport:
    reason = "the files show it, but the profile does not declare it: declare it, or agree that it is not sent"
    return _report(capability, Result.UNDECLARED, [*evidence.bad, *evidence.good], reason)


def _report(capability: str, result: Result, evidence: Sequence[str], reason: str) -> CapabilityReport:
    return CapabilityReport(capability=capability, result=result, evidence=tuple(evidence[:_MOST_EVIDENCE]), reason=reason)


def _shows(fact: Fact, profile: SupplierProfile) -> Iterator[tuple[str, str]]:
    """Yields the capabilities that a fact is evidence of, with a description of that evidence."""
    described = describe(fact)
    if isinstance(fact, ResponseFact):
        yield ANSWERS_ORDERS, described.text
        cancelled = [words for line, words in zip(fact.lines, described.lines, strict=True) if _cancels(line)]
        if cancelled:
            yield Capability.CANCELS, cancelled[0]
    elif isinstance(fact, DespatchFact):
        to_hub = fact.deliver_to in {profile.hub_code, profile.hub_gln}
        yield Capability.DELIVERS_TO_HUB if to_hub else Capability.DELIVERS_DIRECT, described.text
    elif isinstance(fact, Record):
        ways = {Capability.SUPPLIES_RECORDS, Capability.SENDS_RECORDS}
        yield from ((way, described.text) for way in sorted(ways & profile.capabilities) or [Capability.SENDS_RECORDS])
    else:
        yield _PLAIN[type(fact)], described.text


def _cancels(line: LineAnswer) -> bool:
    return line.action is LineAction.CANCELLED or (line.status_code or "").startswith(_CANCELLED_STATUS)


def _is_receipt(reading: Reading) -> bool:
    """Returns whether this is an immediate answer that confirms the receipt of our message and states nothing else."""
    faulty = any(finding.severity is Severity.ERROR for finding in reading.findings)
    return reading.kind is Kind.RESPONSE and not reading.facts and not faulty


def _lacks(adapter: Adapter, capability: str) -> str:
    """Returns what the adapter lacks for a capability of its profile; "" where it lacks nothing."""
    needed: Mapping[str, tuple[Callable[[Adapter], bool], str]] = {
        Capability.CANCELS: (lambda adapter: isinstance(adapter, CancelsOrders), "write_cancellation"),
        Capability.TAKES_ROUTE_CHANGES: (lambda adapter: isinstance(adapter, TakesRouteChanges), "write_route_change"),
        Capability.TAKES_OFFER_ANSWERS: (lambda adapter: isinstance(adapter, TakesOfferAnswers), "write_offer_answer"),
        Capability.TAKES_ENQUIRIES: (lambda adapter: isinstance(adapter, TakesEnquiries), "write_enquiry"),
        Capability.SUPPLIES_RECORDS: (lambda adapter: isinstance(adapter, SuppliesRecords), "write_record_request"),
    }
    has, method = needed.get(capability, (lambda _: True, ""))
    return "" if has(adapter) else f"the adapter has no `{method}`"
