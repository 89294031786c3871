"""Collects, while one order is read, its faults and findings, and which segment each part of the document is from."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.lms.dialects.reading.codes import Odd, Wrong, odd
from shared.errors import Fault
from shared.findings import Finding
from shared.formats.editeur.odd import Placed


@dataclass(slots=True)
class Notes:
    """Collects what is wrong or unusual in one order."""

    faults: list[Fault] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    segments: dict[str, int] = field(default_factory=dict)

    def fault(self, pointer: str, code: Wrong, detail: str) -> None:
        """Adds a fault about a part of the document."""
        self.faults.append(Fault(pointer, code, detail))

    def found(self, code: Odd, text: str, at: Placed | None = None) -> None:
        """Adds a finding about a place of the file."""
        self.findings.append(odd(code, text, at))
