"""What the files show of each capability that the profile declares. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.suppliers.conformance.report import CapabilityReport, Result
from services.suppliers.conformance.words import say
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
    RecordFact,
    ResponseFact,
    SelectionFact,
    SupplierProfile,
    SuppliesRecords,
)
from shared.contracts.suppliers import LineAction
from shared.findings import Severity

ANSWERS_ORDERS = "answers_orders"

_CANCELLED_STATUS = "22"
_MOST_EVIDENCE = 10
_WOULD_SHOW: Mapping[str, str] = {
    ANSWERS_ORDERS: "an answer to an order",
    Capability.CANCELS: "an answer that says copies are cancelled",
    Capability.CONFIRMS_RECEIPT: "the immediate answer to a message of ours, which says that it was taken",
    Capability.DELIVERS_DIRECT: "a despatch to a branch",
    Capability.DELIVERS_TO_HUB: "a despatch to the hub of the profile",
    Capability.SUPPLIES_RECORDS: "a bibliographic record",
    Capability.INVOICES: "an invoice or credit note",
    Capability.SELECTS: "a list of selected titles",
    Capability.REPORTS_OPEN_LINES: "a report of the lines held as open",
    Capability.ACKNOWLEDGES: "a word on whether a message of ours could be read",
}
_PLAIN: Mapping[type, str] = {
    RecordFact: Capability.SUPPLIES_RECORDS,
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
    """A verdict on each capability of the profile, on answering orders, and on what is shown without being declared."""
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
            found[Capability.CONFIRMS_RECEIPT].good.append(f"{name}: our message was taken")
    declared = [ANSWERS_ORDERS, *sorted(profile.capabilities)]
    judged = [_judge(capability, found[capability], _lacks(adapter, capability)) for capability in declared]
    undeclared = sorted(set(found) - set(declared))
    return (*judged, *(_undeclared(capability, found[capability]) for capability in undeclared))


def _judge(capability: str, evidence: _Evidence, lacks: str) -> CapabilityReport:
    if lacks:
        return _report(capability, Result.FAIL, evidence.good, lacks)
    if evidence.bad:
        return _report(capability, Result.FAIL, [*evidence.bad, *evidence.good], "not all that shows it would be applied")
    if evidence.good:
        return _report(capability, Result.PASS, evidence.good, "")
    return _report(capability, Result.NOT_SHOWN, [], f"it takes {_WOULD_SHOW[capability]}")


def _undeclared(capability: str, evidence: _Evidence) -> CapabilityReport:
    reason = "the files show it, the profile does not declare it: declare it, or agree that it is not sent"
    return _report(capability, Result.UNDECLARED, [*evidence.bad, *evidence.good], reason)


def _report(capability: str, result: Result, evidence: Sequence[str], reason: str) -> CapabilityReport:
    return CapabilityReport(capability=capability, result=result, evidence=tuple(evidence[:_MOST_EVIDENCE]), reason=reason)


def _shows(fact: Fact, profile: SupplierProfile) -> Iterator[tuple[str, str]]:
    """The capabilities a fact is evidence of, with the words that show it."""
    said = say(fact)
    if isinstance(fact, ResponseFact):
        yield ANSWERS_ORDERS, said.text
        cancelled = [words for line, words in zip(fact.lines, said.lines, strict=True) if _cancels(line)]
        if cancelled:
            yield Capability.CANCELS, cancelled[0]
    elif isinstance(fact, DespatchFact):
        to_hub = fact.deliver_to in {profile.hub_code, profile.hub_gln}
        yield Capability.DELIVERS_TO_HUB if to_hub else Capability.DELIVERS_DIRECT, said.text
    else:
        yield _PLAIN[type(fact)], said.text


def _cancels(line: LineAnswer) -> bool:
    return line.action is LineAction.CANCELLED or (line.status_code or "").startswith(_CANCELLED_STATUS)


def _is_receipt(reading: Reading) -> bool:
    """An immediate answer of the supplier that says nothing but that a message was taken."""
    faulty = any(finding.severity is Severity.ERROR for finding in reading.findings)
    return reading.kind is Kind.RESPONSE and not reading.facts and not faulty


def _lacks(adapter: Adapter, capability: str) -> str:
    """What the adapter would need for a capability of its profile; empty where nothing."""
    needed: Mapping[str, tuple[Callable[[Adapter], bool], str]] = {
        Capability.CANCELS: (lambda adapter: isinstance(adapter, CancelsOrders), "write_cancellation"),
        Capability.SUPPLIES_RECORDS: (lambda adapter: isinstance(adapter, SuppliesRecords), "write_record_request"),
    }
    has, method = needed.get(capability, (lambda _: True, ""))
    return "" if has(adapter) else f"the adapter has no `{method}`"
