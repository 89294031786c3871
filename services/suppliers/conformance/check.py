"""Checks files as production would: same reading, same matching, same end states. Stores and applies nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import PurePath
from uuid import UUID

from services.suppliers.conformance.advice import advice_for, advice_on
from services.suppliers.conformance.assume import assumed_lines, branches_of, known_from, lines_of
from services.suppliers.conformance.beyond import troubles_beyond
from services.suppliers.conformance.evidence import Shown, judge
from services.suppliers.conformance.measure import measure
from services.suppliers.conformance.report import (
    FactReport,
    FileReport,
    FindingReport,
    Report,
    Result,
    SupplierReport,
    TrialReport,
)
from services.suppliers.conformance.words import describe
from services.suppliers.conformance.writing import judge_writing
from services.suppliers.contract import Adapter, Fact, Kind, LeavesFiles, OrderToSend, RawMessage, Reading, SupplierProfile
from services.suppliers.domain.known_lines import KnownLines
from services.suppliers.domain.messages import CANONICAL_DESPATCH, State
from services.suppliers.domain.part_events import Origin, hold_oversized, hold_records, packed
from services.suppliers.domain.plan import MARKED_AS_TEST, Plan, final_state, plan_for
from services.suppliers.domain.reading import read, unstorable
from shared.clock import SystemClock
from shared.findings import Finding, Severity
from shared.settings import too_large_to_push
from shared.texts import printable


@dataclass(frozen=True, slots=True)
class Subject:
    """What is checked: an adapter, its entry point's name, the orders, and the day on which the files arrive: today.

    `orders` is None to assume every order that a file names.
    """

    adapter: Adapter
    adapter_name: str
    orders: Sequence[OrderToSend] | None = None
    received: date = field(default_factory=lambda: SystemClock().today())

    @property
    def profile(self) -> SupplierProfile:
        """The supplier's declared facts."""
        return self.adapter.profile

    @property
    def origin(self) -> Origin:
        """Where the facts of each file are from, for their events."""
        return Origin(
            self.profile.supplier_id, _Arrival(UUID(int=0), datetime.combine(self.received, time(), UTC)), self.received
        )


@dataclass(frozen=True, slots=True)
class _Arrival:
    """Stands for the message that production would keep of a file."""

    id: UUID
    created_at: datetime


def check(subject: Subject, files: Iterable[RawMessage], trials: Sequence[TrialReport] = ()) -> Report:
    """Checks each file by itself, what all files together show of the supplier's capabilities, and how the adapter writes.

    `trials` are those of its transport, which are part of the verdict. Never raises for a file.
    """
    reports: list[FileReport] = []
    first: dict[bytes, str] = {}
    readings: list[tuple[str, Reading]] = []
    shown: list[Shown] = []
    for raw in files:
        reading, report = _examine(subject, raw)
        repeats = first.setdefault(raw.body, raw.name)
        reports.append(report if repeats is raw.name else _repeated(report, repeats))
        readings.append((raw.name, reading))
        shown += [Shown(raw.name, fact, described.troubles) for fact, described in zip(reading.facts, report.facts, strict=True)]
    capabilities = judge(subject.adapter, readings, shown)
    writing = judge_writing(subject.adapter, subject.orders)
    results = [*(c.result for c in capabilities), *(w.result for w in writing), *(t.result for t in trials)]
    passed = all(report.passed for report in reports) and Result.FAIL not in results
    supplier = SupplierReport(
        supplier_id=subject.profile.supplier_id,
        name=subject.profile.name,
        adapter=subject.adapter_name,
        profile_version=subject.profile.version,
    )
    return Report(
        supplier=supplier, passed=passed, files=tuple(reports), capabilities=capabilities, writing=writing, trials=tuple(trials)
    )


def _repeated(report: FileReport, first: str) -> FileReport:
    """Returns the report on a file whose content another file had: production sets it aside."""
    changes = {"end_state": State.DUPLICATE, "live_state": State.DUPLICATE, "passed": False}
    return report.model_copy(update={**changes, "reason": f"{first} has the same content"})


def _examine(subject: Subject, raw: RawMessage) -> tuple[Reading, FileReport]:
    try:
        reading = _read(subject, raw)
        return reading, _check(subject, raw, reading)
    except Exception as error:  # noqa: BLE001 - the adapter is under test: any error is a result; production would quarantine
        failed = _nothing_but("adapter-failed", f"it could not be read or applied: {printable(repr(error))}")
        return failed, _check(subject, raw, failed)


def _nothing_but(code: str, text: str) -> Reading:
    return Reading(Kind.UNKNOWN, (), (Finding(code, text, Severity.ERROR),))


def _read(subject: Subject, raw: RawMessage) -> Reading:
    """Reads the file twice; adds an error finding where the same bytes gave two different results."""
    if reason := _not_taken(subject, raw):
        return _nothing_but("not-fetched", f"production would not take it: {reason}")
    reading, again = (read(subject.adapter, raw, subject.received) for _ in range(2))
    if trouble := unstorable(reading):
        return _nothing_but("adapter-unstorable", f"no database holds it: {trouble}")
    if again == reading:
        return reading
    impure = Finding("adapter-impure", "read twice, the same bytes gave two different results", Severity.ERROR)
    return Reading(reading.kind, (), (*reading.findings, impure))


def _not_taken(subject: Subject, raw: RawMessage) -> str:
    """Returns why the mailbox or the door of the API lets no such file in; "" where it does."""
    adapter, size = subject.adapter, len(raw.body)
    if raw.content_type == CANONICAL_DESPATCH:
        return too_large_to_push(size)
    return adapter.left_because(PurePath(raw.name).name, size) if isinstance(adapter, LeavesFiles) else ""


def _check(subject: Subject, raw: RawMessage, reading: Reading) -> FileReport:
    known = _known(subject, reading)
    facts = tuple(_fact(subject, fact, known) for fact in reading.facts)
    live_state, reason = final_state(_plan(subject, reading.facts, known), reading, nothing_new=False)
    troubles = [trouble for fact in facts for trouble in fact.troubles]
    size = measure(raw.body)
    return FileReport(
        name=raw.name,
        size=len(raw.body),
        form=size.form,
        messages=size.messages,
        segments=size.segments,
        kind=reading.kind,
        sender=reading.sender,
        control_reference=reading.control_reference,
        test=reading.test,
        findings=tuple(map(_finding, reading.findings)),
        facts=facts,
        end_state=State.TEST if reading.test else live_state,
        live_state=live_state,
        reason="; ".join(filter(None, (MARKED_AS_TEST if reading.test else "", reason or "; ".join(troubles)))),
        passed=live_state is State.APPLIED and not troubles,
    )


def _known(subject: Subject, reading: Reading) -> KnownLines:
    assumed = subject.orders is None
    lines = assumed_lines(reading.facts, subject.profile) if assumed else lines_of(subject.orders or ())
    return known_from(lines, reading.facts)


def _plan(subject: Subject, facts: Sequence[Fact], known: KnownLines) -> Plan:
    """Returns what production would apply and hold, as in the steps 5 and 7 of `usecases/intake.py`."""
    plan = plan_for(facts, known, subject.profile)
    if plan.unknown_places and subject.orders:
        plan = plan_for(facts, known, subject.profile, branches_of(lines_of(subject.orders)))
    hold_oversized(plan, subject.origin)
    hold_records(plan, packed([record.fact for record in plan.records], subject.origin))
    return plan


def _fact(subject: Subject, fact: Fact, known: KnownLines) -> FactReport:
    described = describe(fact)
    plan = _plan(subject, [fact], known)
    troubles = [held.reason for held in plan.held]
    troubles += troubles_beyond(plan, subject.origin, assumed=subject.orders is None)
    return FactReport(
        kind=described.kind,
        text=described.text,
        lines=described.lines,
        troubles=tuple(dict.fromkeys(troubles)),
        mend=advice_on(described.kind) if troubles else "",
    )


def _finding(finding: Finding) -> FindingReport:
    return FindingReport(
        severity=finding.severity,
        code=finding.code,
        segment=finding.segment,
        offset=finding.offset,
        text=finding.text,
        mend=advice_for(finding),
    )
