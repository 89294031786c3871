"""Detects the format of a file and counts its messages and parts, for people, without an adapter. Never raises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic_core import from_json

from shared.formats import edifact
from shared.formats.forms import Form, form_of

_START_TAG = re.compile(rb"<[A-Za-z_]")
_X12_HEADER, _X12_TERMINATOR = b"ISA", 105
_BLANKS = b" \t\r\n\xef\xbb\xbf"
_RECORD_END, _FIELD_END = b"\x1d", b"\x1e"


@dataclass(frozen=True, slots=True)
class Measure:
    """The format, and the number of messages and of their parts."""

    form: str
    messages: int
    segments: int


def measure(body: bytes) -> Measure:
    """Counts messages and their parts: EDIFACT and X12 segments, XML elements, JSON objects, MARC fields, else lines."""
    form = form_of(body)
    if form is Form.EDIFACT:
        return _edifact(body)
    if form is Form.X12 and len(text := body[body.index(_X12_HEADER) :]) > _X12_TERMINATOR:
        return _x12(text)
    if form is Form.XML:
        return Measure("XML", 1, len(_START_TAG.findall(body.replace(b"\0", b""))))
    if form is Form.JSON:
        return _json(body)
    if form is Form.MARC:
        return Measure("MARC", body.count(_RECORD_END), body.count(_FIELD_END))
    text = body.lstrip(_BLANKS)
    return Measure("text" if text else "empty", 0, len(text.splitlines()))


def _edifact(body: bytes) -> Measure:
    messages = sum(len(interchange.messages) for interchange in edifact.read(body).interchanges)
    return Measure("EDIFACT", messages, sum(isinstance(part, edifact.Segment) for part in edifact.read_segments([body])))


def _x12(text: bytes) -> Measure:
    """ISA has a fixed length, so the byte at its end is the terminator of every segment."""
    parts = text.split(text[_X12_TERMINATOR : _X12_TERMINATOR + 1])
    segments = [part.strip() for part in parts if part.strip()]
    return Measure("X12", sum(segment[:3] == b"ST" + text[3:4] for segment in segments), len(segments))


def _json(body: bytes) -> Measure:
    try:
        parsed = from_json(body)
    except ValueError:
        return Measure("JSON, broken", 0, 0)
    return Measure("JSON", len(parsed) if isinstance(parsed, list) else 1, sum(1 for _ in _objects(parsed)))


def _objects(value: object) -> Iterator[object]:
    """Yields every object inside. Recursion is safe: the parser refuses nesting that would be too deep for it."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _objects(inner)
