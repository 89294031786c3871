"""Prints a report for people: for each file its facts, findings and end state, then tables. Never trusts foreign text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from services.suppliers.conformance.report import (
    CapabilityReport,
    FactReport,
    FileReport,
    FindingReport,
    Report,
    Result,
    TrialReport,
    WritingReport,
)
from services.suppliers.domain.messages import State
from shared.findings import Severity
from shared.texts import printable
from shared.wording import counted

T = TypeVar("T")

_MOST_LINES = 20
_LONGEST_REASON = 60
_SEVERITY_STYLES = {Severity.INFO: "dim", Severity.WARNING: "yellow", Severity.ERROR: "bold red"}
_RESULT_STYLES = {Result.PASS: "green", Result.FAIL: "bold red", Result.NOT_SHOWN: "dim", Result.UNDECLARED: "yellow"}


def show(report: Report, on: Console, *, table_only: bool) -> None:
    """Prints the whole report, or its tables only."""
    if not table_only:
        for file in report.files:
            on.print(_file(file))
    if table_only or len(report.files) > 1:
        on.print(_overview(report.files), Text())
    on.print(_capabilities(report.capabilities), Text())
    on.print(_writing(report.writing), Text())
    if report.trials:
        on.print(_trials(report.trials), Text())
    on.print(_verdict(report))


def _file(file: FileReport) -> RenderableType:
    return Group(
        Text.assemble((printable(file.name), "bold"), "  ", _passed(passed=file.passed)),
        Padding(Group(*_details(file)), (0, 0, 1, 2)),
    )


def _details(file: FileReport) -> Iterator[RenderableType]:
    sender = f", from {printable(file.sender)}" if file.sender else ""
    reference = f", reference {printable(file.control_reference)}" if file.control_reference else ""
    yield Text(f"{file.form}, {_amounts(file)}, read as: {file.kind}{sender}{reference}")
    yield _end(file)
    for fact in _first(file.facts):
        yield _fact(fact)
    if len(file.facts) > _MOST_LINES:
        yield Text(f"and {len(file.facts) - _MOST_LINES} more; --json has them all", "dim")
    if file.findings:
        yield _findings(file.findings)
        if len(file.findings) > _MOST_LINES:
            yield Text(f"and {len(file.findings) - _MOST_LINES} more findings; --json has them all", "dim")


def _end(file: FileReport) -> Text:
    live = f" (without its test mark: {file.live_state})" if file.test else ""
    because = f", because {printable(file.reason)}" if file.reason else ""
    return Text(f"State in production: {file.end_state}{live}{because}")


def _fact(fact: FactReport) -> RenderableType:
    lines = [Text(f"  - {printable(line)}") for line in _first(fact.lines)]
    if len(fact.lines) > _MOST_LINES:
        lines.append(Text(f"  and {len(fact.lines) - _MOST_LINES} more; --json has them all", "dim"))
    troubles = [Text(f"  ! {printable(trouble)}", "red") for trouble in _first(fact.troubles)]
    mend = [Text(f"    {fact.mend}", "italic")] if fact.mend else []
    return Group(Text(f"* {printable(fact.text)}"), *lines, *troubles, *mend)


def _findings(findings: Sequence[FindingReport]) -> Table:
    table = Table("severity", "code", "segment", "offset", "what is wrong, and how to fix it", title_justify="left")
    for finding in _first(findings):
        table.add_row(
            Text(finding.severity, _SEVERITY_STYLES[finding.severity]),
            Text(printable(finding.code)),
            _number(finding.segment),
            _number(finding.offset),
            Text.assemble(printable(finding.text), "\n", (finding.mend, "italic")),
        )
    return table


def _overview(files: Iterable[FileReport]) -> Table:
    table = Table(title="Files", title_justify="left")
    table.add_column("file", no_wrap=True)
    for heading in ("messages", "segments"):
        table.add_column(heading, justify="right", no_wrap=True)
    for heading in ("findings", "end state", "verdict"):
        table.add_column(heading, no_wrap=True)
    table.add_column("reason")
    for file in files:
        state = f"{file.end_state} (live: {file.live_state})" if file.end_state is State.TEST else file.end_state
        findings = _severities(file.findings)
        table.add_row(
            Text(printable(file.name.rpartition("/")[2])),
            str(file.messages),
            str(file.segments),
            findings,
            state,
            _passed(passed=file.passed),
            Text(_cut(printable(file.reason))),
        )
    return table


def _capabilities(capabilities: Iterable[CapabilityReport]) -> Table:
    table = Table(
        "capability", "result", "evidence, or what is missing", title="Capabilities of the profile", title_justify="left"
    )
    for capability in capabilities:
        shown = [capability.reason, *capability.evidence[:3]]
        more = f"and {len(capability.evidence) - 3} more" if len(capability.evidence) > 3 else ""
        table.add_row(
            capability.capability, _result(capability.result), Text("\n".join(printable(line) for line in (*shown, more) if line))
        )
    return table


def _writing(orders: Iterable[WritingReport]) -> Table:
    table = Table("order", "message", "result", "what differs, or why it is not written", title="Orders, each written twice")
    table.title_justify = "left"
    for order in orders:
        written = f"{printable(order.name)}, {counted(order.size, 'byte')}" if order.name else "none"
        table.add_row(Text(printable(order.order_number)), Text(written), _result(order.result), Text(printable(order.reason)))
    return table


def _trials(trials: Iterable[TrialReport]) -> Table:
    headings = ("the server", "call", "outcome", "production then", "result", "what is wrong, or missing")
    table = Table(*headings, title="Transport on a test server", title_justify="left")
    for trial in trials:
        words = (trial.situation, trial.call, trial.outcome, trial.production)
        table.add_row(*(Text(printable(text)) for text in words), _result(trial.result), Text(printable(trial.reason)))
    return table


def _result(result: Result) -> Text:
    return Text(result.replace("_", " "), _RESULT_STYLES[result])


def _verdict(report: Report) -> Text:
    failed = sum(not file.passed for file in report.files)
    faulty = sum(capability.result is Result.FAIL for capability in report.capabilities)
    unwritten = sum(order.result is Result.FAIL for order in report.writing)
    files, capabilities = counted(len(report.files), "file"), counted(faulty, "capability")
    tried = sum(trial.result is Result.FAIL for trial in report.trials)
    summary = f"{files}, {failed} failed; {capabilities} failed"
    summary += f"; {counted(tried, 'call')} of the transport failed" if tried else ""
    summary += f"; {counted(unwritten, 'order')} not written as production needs it" if unwritten else ""
    return Text.assemble(
        f"{printable(report.supplier.name)} ({report.supplier.adapter}): ", _passed(passed=report.passed), f"  {summary}"
    )


def _passed(*, passed: bool) -> Text:
    return Text("pass", "green") if passed else Text("FAIL", "bold red")


def _amounts(file: FileReport) -> str:
    parts = (
        counted(file.messages, "message"),
        counted(file.segments, "segment"),
        counted(file.size, "byte"),
    )
    return ", ".join(parts)


def _severities(findings: Iterable[FindingReport]) -> str:
    by_severity = Counter(finding.severity for finding in findings)
    return ", ".join(f"{by_severity[severity]} {severity}" for severity in reversed(Severity) if by_severity[severity]) or "none"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_REASON else f"{text[: _LONGEST_REASON - 3]}..."


def _number(number: int | None) -> str:
    return "" if number is None else str(number)


def _first(items: Sequence[T]) -> Sequence[T]:
    return items[:_MOST_LINES]
