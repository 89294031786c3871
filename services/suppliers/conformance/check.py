"""Checks files as production would: same reading, same matching, same end states. Stores and applies nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from services.suppliers.conformance.advice import advice_for, advice_on
from services.suppliers.conformance.assume import assumed_lines, known_from
from services.suppliers.conformance.evidence import Shown, judge
from services.suppliers.conformance.measure import measure
from services.suppliers.conformance.report import FactReport, FileReport, FindingReport, Report, Result, SupplierReport
from services.suppliers.conformance.words import describe
from services.suppliers.contract import Adapter, Fact, InvoiceFact, Kind, RawMessage, Reading, SupplierProfile
from services.suppliers.domain.known_lines import KnownLine, KnownLines
from services.suppliers.domain.messages import State
from services.suppliers.domain.plan import MARKED_AS_TEST, final_state, plan_for
from services.suppliers.domain.reading import read
from shared.clock import SystemClock
from shared.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class Subject:
    """What is checked: an adapter, its entry point's name, the ordered lines, and the day on which the files arrive: today.

    `ordered` is None to assume every order that a file names.
    """

    adapter: Adapter
    adapter_name: str
    ordered: Sequence[KnownLine] | None = None
    received: date = field(default_factory=lambda: SystemClock().now().date())

    @property
    def profile(self) -> SupplierProfile:
        """The supplier's declared facts."""
        return self.adapter.profile


def check(subject: Subject, files: Iterable[RawMessage]) -> Report:
    """Checks each file by itself, and what all files together show of the supplier's capabilities. Never raises for a file."""
    reports: list[FileReport] = []
    readings: list[tuple[str, Reading]] = []
    shown: list[Shown] = []
    for raw in files:
        reading, report = _examine(subject, raw)
        reports.append(report)
        readings.append((raw.name, reading))
        shown += [Shown(raw.name, fact, described.troubles) for fact, described in zip(reading.facts, report.facts, strict=True)]
    capabilities = judge(subject.adapter, readings, shown)
    passed = all(report.passed for report in reports) and all(c.result is not Result.FAIL for c in capabilities)
    supplier = SupplierReport(
        supplier_id=subject.profile.supplier_id,
        name=subject.profile.name,
        adapter=subject.adapter_name,
        profile_version=subject.profile.version,
    )
    return Report(supplier=supplier, passed=passed, files=tuple(reports), capabilities=capabilities)


def _examine(subject: Subject, raw: RawMessage) -> tuple[Reading, FileReport]:
    try:
        reading = _read(subject, raw)
        return reading, _check(subject, raw, reading)
    except Exception as error:  # noqa: BLE001 - the adapter is under test: any error is a result; production would quarantine
        failed = Reading(Kind.UNKNOWN, (), (Finding("adapter-failed", f"the adapter raised {error!r}", Severity.ERROR),))
        return failed, _check(subject, raw, failed)


def _read(subject: Subject, raw: RawMessage) -> Reading:
    """Reads the file twice; adds an error finding where the same bytes gave two different results."""
    reading, again = (read(subject.adapter, raw, subject.received) for _ in range(2))
    if again == reading:
        return reading
    impure = Finding("adapter-impure", "read twice, the same bytes gave two different results", Severity.ERROR)
    return Reading(reading.kind, (), (*reading.findings, impure))


def _check(subject: Subject, raw: RawMessage, reading: Reading) -> FileReport:
    known = _known(subject, reading)
    facts = tuple(_fact(subject, fact, known) for fact in reading.facts)
    live_state, reason = final_state(plan_for(reading.facts, known, subject.profile), reading, nothing_new=False)
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
    if subject.ordered is None:
        return assumed_lines(reading.facts, subject.profile)
    return known_from(subject.ordered, reading.facts)


def _fact(subject: Subject, fact: Fact, known: KnownLines) -> FactReport:
    described = describe(fact)
    troubles = [held.reason for held in plan_for([fact], known, subject.profile).held]
    if isinstance(fact, InvoiceFact):
        troubles += [f"would be queried: {doubt}" for doubt in fact.doubts]
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
