"""Decides from the first and last bytes of a file whether all of it is there. Pure; reads nothing of the content."""

from __future__ import annotations

import re
from enum import StrEnum

from shared.formats.forms import Form, form_of

WINDOW = 4_096
"""How many bytes from each end of a file are needed."""

_PADDING = b" \t\r\n\0\x1a"
_UNA = re.compile(rb"[\s\xef\xbb\xbf]*(?i:UNA)(?P<component>.)(?P<element>.).(?P<release>.).(?P<terminator>.)", re.DOTALL)
_UNB = re.compile(rb"(?i:UNB)(?P<element>[^0-9A-Za-z])", re.DOTALL)
_LEVEL_B_ELEMENT, _LEVEL_B_TERMINATOR = b"\x1d", b"\x1c"
_X12_END = re.compile(rb"IEA([^0-9A-Za-z])\d+\1\d+([^0-9A-Za-z]|\s)[\s\0\x1a]*$")
_TRADACOMS_END = re.compile(rb"END=\d+'$")
_ROOT = re.compile(rb"<(?P<name>(?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*)")
_AFTER_ROOT = rb"(?:\s|<!--.*?-->|<\?.*?\?>)*$"
_ISO_2709 = re.compile(rb"\d{5}.{15}4500", re.DOTALL)
_RECORD_END = b"\x1d"


class Ending(StrEnum):
    """Whether a file has its end."""

    COMPLETE = "complete"
    MISSING = "missing"
    UNKNOWN = "unknown"
    """Its form has no mark at the end that we know."""


def ending_of(head: bytes, tail: bytes) -> Ending:
    """Returns whether a file ends as its form says; `head` and `tail` are its first and last `WINDOW` bytes or more."""
    form = form_of(head)
    if _ISO_2709.match(head):
        return _said(tail.endswith(_RECORD_END))
    last = tail.rstrip(_PADDING)
    match form:
        case Form.EDIFACT:
            return _said(_edifact_ends(head, last))
        case Form.X12:
            return _said(_X12_END.search(tail) is not None)
        case Form.TRADACOMS:
            return _said(_TRADACOMS_END.search(last) is not None)
        case Form.XML:
            return _said(_xml_ends(head.replace(b"\0", b""), tail.replace(b"\0", b"")))
        case _:
            return Ending.UNKNOWN


def _said(ends: bool) -> Ending:
    return Ending.COMPLETE if ends else Ending.MISSING


def _edifact_ends(head: bytes, last: bytes) -> bool:
    """Whether the last segment is UNZ, or UNT in a file without UNB. Whether its counts are right is for the reader to say."""
    element, terminator = b"+", b"'"
    begin = _UNB.search(head)
    if una := _UNA.match(head):
        element, terminator = una["element"], una["terminator"]
    elif begin is not None:
        element = begin["element"]
        terminator = _LEVEL_B_TERMINATOR if element == _LEVEL_B_ELEMENT else terminator
    trailer = b"UNZ" if begin is not None else b"UNT"
    end = re.escape(terminator)
    return re.search(rb"(?i:" + trailer + rb")" + re.escape(element) + rb"[^" + end + rb"]*" + end + rb"$", last) is not None


def _xml_ends(head: bytes, tail: bytes) -> bool:
    root = _ROOT.search(head)
    if root is None:
        return False
    name = re.escape(root["name"])
    closed = re.search(rb"</" + name + rb"\s*>" + _AFTER_ROOT, tail, re.DOTALL)
    return closed is not None or re.search(rb"<" + name + rb"[^<>]*/>" + _AFTER_ROOT, tail, re.DOTALL) is not None
