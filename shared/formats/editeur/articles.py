"""The segments that identify articles and copies: article numbers (PIA), copies (GIR) and serial numbers (GIN)."""

from __future__ import annotations

from dataclasses import dataclass

from shared.formats.editeur import codes
from shared.formats.editeur.fields import rows, text
from shared.formats.editeur.layout import Layout


@dataclass(frozen=True, slots=True)
class Number:
    """One article number (C212) and its type (7143: EN, IB, SA...)."""

    value: str = text(0, 0)
    type: str = text(0, 1, known=codes.NUMBERS)
    list: str = text(0, 2)
    agency: str = text(0, 3)


@dataclass(frozen=True, slots=True)
class Numbers:
    """PIA: numbers with one function (4347): 5 main, 1 additional, 3 of the substitute article."""

    function: str = text(0, known=codes.NUMBER_FUNCTIONS)
    numbers: tuple[Number, ...] = rows(Number, 1, 5)


@dataclass(frozen=True, slots=True)
class Mark:
    """One value about a copy (C206) and its meaning (7405: LLO branch, LAC barcode...)."""

    value: str = text(0, 0)
    qualifier: str = text(0, 1, known=codes.COPY_MARKS)
    status: str = text(0, 2)


@dataclass(frozen=True, slots=True)
class Copy:
    """GIR: one copy by its number (`001`), or a set of equal copies (`L01`), with all values about it."""

    label: str = text(0)
    marks: tuple[Mark, ...] = rows(Mark, 1, 5)

    def all(self, qualifier: str) -> tuple[str, ...]:
        """Returns all values with this qualifier."""
        return tuple(mark.value for mark in self.marks if mark.qualifier == qualifier and mark.value)

    def first(self, qualifier: str) -> str:
        """Returns the first value with this qualifier, or ""."""
        return next(iter(self.all(qualifier)), "")

    @property
    def number(self) -> int | None:
        """The number of a single copy; None for a set."""
        known = self.label.isascii() and self.label.isdigit() and len(self.label) <= _LONGEST_COUNT
        return (int(self.label) or None) if known else None

    @property
    def barcodes(self) -> tuple[str, ...]:
        """All barcodes: single ones (LAC), and those of a numeric range from LAF to LAL, 500 at most."""
        return self.all("LAC") + _range(self.first("LAF"), self.first("LAL"))

    @property
    def count(self) -> int | None:
        """The number of copies: LQT, else one per barcode, else one where numbered; None for a set without a count."""
        stated = self.first("LQT")
        if stated.isascii() and stated.isdigit() and len(stated) <= _LONGEST_COUNT:
            return int(stated)
        return len(self.barcodes) or (1 if self.number else None)


_LONGEST_RANGE, _LONGEST_BARCODE, _LONGEST_COUNT = 500, 35, 9


def _range(first: str, last: str) -> tuple[str, ...]:
    if not (first.isascii() and first.isdigit() and last.isascii() and last.isdigit() and len(first) == len(last)):
        return ()
    if len(first) > _LONGEST_BARCODE or not 0 <= int(last) - int(first) < _LONGEST_RANGE:
        return ()
    return tuple(str(value).zfill(len(first)) for value in range(int(first), int(last) + 1))


@dataclass(frozen=True, slots=True)
class Serials:
    """GIN: serial numbers, such as the SSCC of a carton (7405 BJ)."""

    qualifier: str = text(0)
    numbers: tuple[Number, ...] = rows(Number, 1, 5)


NUMBERS = Layout(Numbers, "PIA")
COPY = Layout(Copy, "GIR")
SERIALS = Layout(Serials, "GIN")
