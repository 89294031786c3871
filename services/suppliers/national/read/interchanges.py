"""Joins what was read from the interchanges of one file. Each has its own sender, reference and test flag. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from services.suppliers.contract import Fact, Kind, Reading
from services.suppliers.national.read.codes import Odd, odd
from services.suppliers.national.read.lines import Findings
from shared.findings import Finding, FindingList, Severity


@dataclass(slots=True)
class Part:
    """One interchange: the numbers of its first and last segment, and what its messages state."""

    sender: str
    reference: str
    test: bool
    first: int
    last: int
    kinds: list[Kind] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    findings: Findings = field(default_factory=FindingList)

    def contains(self, finding: Finding) -> bool:
        """Returns whether a finding about the file's syntax is about a segment of this interchange."""
        return finding.segment is not None and self.first <= finding.segment <= self.last


def joined(parts: Sequence[Part], syntax: Sequence[Finding]) -> Reading:
    """Returns the parts as one reading; `syntax` holds the findings about the file, before those about each part.

    Interchanges that are marked as tests are left out with a finding, and what is wrong in them holds nothing up. Only a file of
    nothing but tests is a test itself.
    """
    tests = [part for part in parts if part.test]
    live = [part for part in parts if not part.test]
    if not live:
        found = FindingList([*syntax, *(finding for part in tests for finding in part.findings)])
        return _reading(tests, found, test=bool(tests))
    findings = FindingList(_harmless(each) if any(part.contains(each) for part in tests) else each for each in syntax)
    for part in parts:
        findings += map(_harmless, part.findings) if part.test else part.findings
    findings += map(_left_out, tests)
    return _reading(live, findings, test=False)


def _reading(parts: Sequence[Part], findings: Sequence[Finding], *, test: bool) -> Reading:
    kinds = [kind for part in parts for kind in part.kinds if kind is not Kind.UNKNOWN]
    return Reading(
        kind=kinds[0] if kinds else Kind.UNKNOWN,
        kinds=frozenset(kinds[1:]) - frozenset(kinds[:1]),
        facts=tuple(fact for part in parts for fact in part.facts),
        findings=tuple(findings),
        test=test,
        control_reference=parts[0].reference if parts else "",
        sender=parts[0].sender if parts else "",
    )


def _harmless(finding: Finding) -> Finding:
    return replace(finding, severity=Severity.INFO)


def _left_out(part: Part) -> Finding:
    text = f"interchange {part.reference!r} of {part.sender!r} is marked as a test; nothing of it is used"
    return replace(odd(Odd.TEST_LEFT_OUT, text), segment=part.first)
