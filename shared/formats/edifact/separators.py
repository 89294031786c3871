"""Which characters separate: the service string advice (UNA, ISO 9735 clause 8), or what UNB itself betrays.

Works on text in which one character is one byte (Latin-1). Knows nothing of segments' meaning.
"""

import re
from dataclasses import dataclass

from shared.findings import Severity
from shared.formats.edifact.codes import Code


@dataclass(frozen=True, slots=True)
class Separators:
    """The six characters of UNA in their order. A space for `release` or `repetition` means there is none."""

    component: str = ":"
    element: str = "+"
    decimal: str = "."
    release: str = "?"
    repetition: str = " "
    terminator: str = "'"

    def __str__(self) -> str:
        """The six characters as they stand in UNA."""
        return self.component + self.element + self.decimal + self.release + self.repetition + self.terminator

    @property
    def usable(self) -> bool:
        """Whether the characters can be told apart from data and from one another."""
        given = [self.component, self.element, self.terminator]
        given += [mark for mark in (self.release, self.repetition) if mark != " "]
        return len(set(given)) == len(given) and not any(mark.isalnum() or mark == " " for mark in given)


DEFAULT = Separators()
REPEATING = Separators(repetition="*")
"""The default of syntax version 4, where an element may repeat."""

NOISE = "\r\n\t \0\x1a"
"""What mail gateways, editors and block devices leave between segments."""

LOOKAHEAD = 1024
"""Characters after the beginning of an interchange that are looked at to know its separators."""

_GAP = r"[\r\n\t \0\x1a]{0,8}"
_HEADER = r"UNB(?P<be>[^0-9A-Za-z])(?P<charset>[A-Z]{4})(?P<bc>[^0-9A-Za-z])(?P<version>\d)"
START = re.compile(
    rf"UNA(?P<advice>.{{0,6}}?){_GAP}(?:{_HEADER}|(?<=.{{4}})UN[GH][^0-9A-Za-z])|(?P<bare>UNB)(?=[^0-9A-Za-z][A-Z]{{4}}[^0-9A-Za-z]\d)",
    re.DOTALL,
)
"""Where an interchange begins: UNA that UNB, UNG or UNH follows, or UNB alone."""
