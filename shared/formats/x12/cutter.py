"""Cuts X12 bytes into segments. ISA gives the separators; knows no transaction set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shared.findings import Finding, Severity
from shared.formats.x12.codes import Code
from shared.texts import replace_nul

_ISA_ELEMENTS = 16
_ISA_LENGTH = 103
"""From the I of ISA to the separator before ISA16, in the fixed layout."""
_LONGEST_ISA = 400
_BETWEEN = b" \t\r\n\0\x1a"


@dataclass(frozen=True, slots=True)
class Segment:
    """A tag and elements, decoded and without surrounding space. Components and repetitions stay as they stand."""

    tag: str
    elements: tuple[str, ...]
    position: int
    offset: int

    def get(self, number: int) -> str:
        """An element by its 1-based number, as the standard counts them; "" when absent."""
        return self.elements[number - 1] if number <= len(self.elements) else ""


@dataclass(frozen=True, slots=True)
class Separators:
    """What ISA says: one byte each."""

    element: bytes
    terminator: bytes
    fixed: bool


def cut(raw: bytes) -> Iterator[Segment | Finding]:
    """Segments in order, among them findings. Never raises for content. Each ISA gives separators anew."""
    place = raw.find(b"ISA")
    if place < 0:
        yield Finding(Code.NOT_X12, "there is no ISA in it", Severity.ERROR)
        return
    if raw[:place].strip(_BETWEEN + b"\xef\xbb\xbf"):
        yield Finding(Code.NOISE, f"{place} bytes before ISA are passed over", Severity.WARNING, None, 0)
    separators: Separators | None = None
    position = 0
    while place < len(raw):
        position += 1
        if separators is None or _opens(raw, place):
            separators = _separators(raw, place)
            if separators is None:
                yield Finding(Code.NOT_X12, "ISA gives no separators", Severity.ERROR, position, place)
                return
            if not separators.fixed:
                yield Finding(Code.ISA_LENGTH, "ISA has not its fixed length", Severity.INFO, position, place)
        end = raw.find(separators.terminator, place)
        if end < 0:
            yield Finding(Code.UNTERMINATED, "the last segment has no terminator", Severity.WARNING, position, place)
            end = len(raw)
        tag, *elements = (_text(piece) for piece in raw[place:end].split(separators.element))
        yield Segment(tag.upper(), tuple(elements), position, place)
        place = _next(raw, end + 1)


def _opens(raw: bytes, place: int) -> bool:
    """Whether an interchange begins here, perhaps with separators other than those before it."""
    return raw.startswith(b"ISA", place) and not raw[place + 3 : place + 4].isalnum()


def _next(raw: bytes, place: int) -> int:
    while place < len(raw) and raw[place] in _BETWEEN:
        place += 1
    return place


def _separators(raw: bytes, place: int) -> Separators | None:
    """The separators, by the fixed positions of ISA, or by counting its elements where senders did not pad them."""
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
    """UTF-8, which ASCII is part of, else Latin-1: X12 names no character set. NUL, which no text needs, is dropped."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    return replace_nul(text, "").strip()
