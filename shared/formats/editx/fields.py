"""Reads the fields of a ship notice's element as dates, numbers and amounts; an invalid one becomes a finding."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from shared.findings import Finding, Severity
from shared.formats.counts import miscounted
from shared.formats.editx import codes
from shared.formats.editx.codes import Code
from shared.formats.editx.model import Money, Reference
from shared.formats.moments import day_of
from shared.formats.numbers import decimal_of
from shared.formats.xml import Element


class Fields:
    """One element, and the list for findings about it."""

    def __init__(self, element: Element, findings: list[Finding]) -> None:
        self.element = element
        self.findings = findings

    def odd(self, code: Code, text: str, severity: Severity = Severity.WARNING) -> None:
        """Adds a finding about this element."""
        self.findings.append(Finding(code, text, severity, self.element.line))

    def counted(self, code: Code, text: str, stated: int, there: int) -> None:
        """Adds the finding about a count that differs from what was read, if it does."""
        if found := miscounted(code, text, stated, there):
            self.odd(code, found.text, found.severity)

    def all(self, name: str) -> Iterator[Fields]:
        """Returns the direct children with this name."""
        return (Fields(child, self.findings) for child in self.element.all(name))

    def words(self, *path: str) -> str:
        """Returns the text at the end of a path; "" when absent."""
        return self.element.words(*path)

    def texts(self, name: str) -> tuple[str, ...]:
        """Returns the texts of all direct children with this name, without empty ones."""
        return tuple(text for child in self.all(name) if (text := child.words()))

    def day(self, name: str) -> date | None:
        """Reads a date; None when it is absent or invalid."""
        text = self.words(name)
        found = day_of(text)
        if text and found is None:
            self.odd(Code.INVALID_DATE, f"{name} {text!r} is not a date")
        return found

    def decimal(self, name: str) -> Decimal | None:
        """Reads a number of zero or more; None when it is absent or invalid."""
        text = self.words(name)
        found = decimal_of(text)
        if text and found is None:
            self.odd(Code.INVALID_NUMBER, f"{name} {text!r} is not a number of zero or more")
        return found

    def quantity(self, name: str) -> int | None:
        """Reads a whole number of zero or more; None when it is absent or invalid."""
        found = self.decimal(name)
        if found is not None and found != found.to_integral_value():
            self.odd(Code.INVALID_NUMBER, f"{name} {self.words(name)!r} is not a whole number")
            return None
        return int(found) if found is not None else None

    def money(self) -> Money | None:
        """Reads MonetaryAmount and CurrencyCode of this element."""
        amount = self.decimal("MonetaryAmount")
        return Money(amount, self.words("CurrencyCode")) if amount is not None else None

    def references(self) -> tuple[Reference, ...]:
        """Reads the ReferenceCoded children that hold a number."""
        return tuple(one.reference() for one in self.all("ReferenceCoded") if one.words("ReferenceNumber"))

    def reference(self) -> Reference:
        """Reads this element as a reference."""
        kind = codes.reference_type(self.words("ReferenceTypeCode"))
        return Reference(kind, self.words("ReferenceNumber"), self.day("ReferenceDate"))
