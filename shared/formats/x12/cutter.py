"""Cuts X12 bytes into segments, with the separators that ISA gives. Knows no transaction set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shared.findings import Finding, Severity
from shared.formats.x12.codes import Code

_ISA_ELEMENTS = 16
_ISA_LENGTH = 103
"""From the I of ISA to the separator before ISA16, in the fixed layout."""
_LONGEST_ISA = 400
_BETWEEN = b" \t\r\n\0\x1a"


@dataclass(frozen=True, slots=True)
class Segment:
    """A tag and elements, decoded and without surrounding space. Components and repetitions are not split."""

    tag: str
    elements: tuple[str, ...]
    position: int
    offset: int

    def get(self, number: int) -> str:
        """Returns an element by its 1-based number, as the standard counts; "" when absent."""
        return self.elements[number - 1] if number <= len(self.elements) else ""


@dataclass(frozen=True, slots=True)
class Separators:
    """The separators of an ISA, one byte each. `fixed`: whether the ISA has its fixed length."""

    element: bytes
    terminator: bytes
    fixed: bool


def cut(raw: bytes) -> Iterator[Segment | Finding]:
    """Yields segments and findings in order. Never raises for content. Each ISA gives its own separators."""
    place = raw.find(b"ISA")
    if place < 0:
        yield Finding(Code.NOT_X12, "the file has no ISA segment", Severity.ERROR)
        return
    if raw[:place].strip(_BETWEEN + b"\xef\xbb\xbf"):
        text = f"the {place} bytes before ISA were ignored" if place > 1 else "the byte before ISA was ignored"
        yield Finding(Code.NOISE, text, Severity.WARNING, None, 0)
    separators: Separators | None = None
    position = 0
    while place < len(raw):
        position += 1
        if separators is None or _opens(raw, place):
            separators = _separators(raw, place)
            if separators is None:
                yield Finding(Code.NOT_X12, "ISA gives no usable separators", Severity.ERROR, position, place)
                return
            if not separators.fixed:
                yield Finding(Code.ISA_LENGTH, "ISA does not have its fixed length", Severity.INFO, position, place)
        end = raw.find(separators.terminator, place)
        if end < 0:
            yield Finding(Code.UNTERMINATED, "the last segment has no terminator", Severity.WARNING, position, place)
            end = len(raw)
        tag, *elements = (_text(piece) for piece in raw[place:end].split(separators.element))
        yield Segment(tag.upper(), tuple(elements), position, place)
        place = _next(raw, end + 1)


def _opens(raw: bytes, place: int) -> bool:
    """Returns whether an interchange begins here, perhaps with other separators than the one before."""
    return raw.startswith(b"ISA", place) and not raw[place + 3 : place + 4].isalnum()


def _next(raw: bytes, place: int) -> int:
    while place < len(raw) and raw[place] in _BETWEEN:
        place += 1
    return place


def _separators(raw: bytes, place: int) -> Separators | None:
    """Returns the separators, found by counting the elements of ISA, because some senders do not pad them to fixed positions."""
    element = raw[place + 3 : place + 4]
    end = place + 3
    for _ in range(_ISA_ELEMENTS - 1):
        end = raw.find(element, end + 1, place + _LONGEST_ISA) if element else -1
        if end < 0:
            return None
    terminator = raw[end + 2 : end + 3]
    if not all(mark.isascii() and mark and not mark.isalnum() for mark in (element, terminator)) or element == terminator:
        return None
    return Separators(element, terminator, fixed=end - place == _ISA_LENGTH)


def _text(raw: bytes) -> str:
    """Decodes UTF-8 (which includes ASCII), else Latin-1: X12 names no character set."""
    try:
        return raw.decode("utf-8").strip()
    except UnicodeDecodeError:
        return raw.decode("latin-1").strip()
