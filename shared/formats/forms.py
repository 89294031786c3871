"""Says by its first bytes which form a file has. Never looks at names and never raises."""

from __future__ import annotations

import csv
import re
from enum import StrEnum

_RECORD_END, _FIELD_END = b"\x1d", b"\x1e"


class Form(StrEnum):
    """The form of a file, as people call it."""

    EMPTY = "empty"
    HTML = "a web page (HTML)"
    XML = "XML"
    UTF16 = "UTF-16 text that is not XML"
    RTF = "a word processor's document (RTF)"
    JSON = "JSON"
    X12 = "X12"
    EDIFACT = "EDIFACT"
    MARC = "MARC"
    TRADACOMS = "TRADACOMS"
    CSV = "a table (CSV)"
    GZIP = "a gzip archive"
    ZIP = "a ZIP archive"
    ARCHIVE = "a 7z or RAR archive"
    PDF = "a PDF document"
    OFFICE = "an old Word or Excel document"
    IMAGE = "an image"
    OTHER = "other"


# Each syntax allows other bytes in front of its first one. UTF-16 is XML where a tag follows within 8 KiB.
_STARTS = (
    (Form.EMPTY, rb"(?:[\s\0\x1a]|\xef\xbb\xbf|\xff\xfe)*\Z"),
    (Form.HTML, rb"[ \t\r\n]*(?:\xef\xbb\xbf)?<(?i:!doctype\s+html|html|head|body)[\s>]"),
    (Form.XML, rb"[ \t\r\n]*(?:(?:\xef\xbb\xbf)?<|(?:\xff\xfe|\xfe\xff)[^<]{0,8189}<)"),
    (Form.UTF16, rb"[ \t\r\n]*(?:\xff\xfe|\xfe\xff)"),
    (Form.TRADACOMS, rb"[ \t\r\n]*STX="),
    (Form.GZIP, rb"[ \t\r\n]*\x1f\x8b"),
    (Form.ZIP, rb"[ \t\r\n]*PK\x03\x04"),
    (Form.ARCHIVE, rb"[ \t\r\n]*(?:7z\xbc\xaf\x27\x1c|Rar!\x1a)"),
    (Form.PDF, rb"[ \t\r\n]*%PDF"),
    (Form.OFFICE, rb"[ \t\r\n]*\xd0\xcf\x11\xe0"),
    (Form.IMAGE, rb"[ \t\r\n]*(?:\x89PNG|\xff\xd8\xff|GIF8|II\*\0|MM\0\*)"),
    (Form.RTF, rb"[ \t\r\n]*\{\\rtf"),
    (Form.X12, rb"[\s\0\x1a]*ISA[^0-9A-Za-z]"),
    (Form.JSON, rb"[\s\xef\xbb\xbf]*[{\[]"),
    (Form.EDIFACT, rb"[\s\xef\xbb\xbf]*(?i:UN[ABGH])"),
    # An interchange with something in front of it, such as the header of a mail.
    (Form.EDIFACT, rb"(?s:.{0,4092}?)UN[BH]\+"),
)
_TABLE = tuple((form, re.compile(start)) for form, start in _STARTS)

_PROLOGUE = 8_192
_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?(?P<name>[A-Za-z_][\w.-]*)")
"""The first element: neither a declaration, nor a comment, nor a processing instruction."""
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_ROWS = re.compile(rb"(?:\xef\xbb\xbf)?([\t\x20-\x7e\x80-\xff]+)\r?\n([\t\x20-\x7e\x80-\xff]+)")
"""The first two rows of a table: text without control characters."""
_DELIMITERS = (",", ";", "\t", "|")


def form_of(body: bytes) -> Form:
    """Returns the form of a file; OTHER where nothing tells it."""
    form = next((form for form, start in _TABLE if start.match(body)), Form.OTHER)
    if form is Form.XML and root_of(body).lower() == "html":
        return Form.HTML
    if form is not Form.OTHER:
        return form
    # A record of MARC begins with its length, so only its separators show what it is.
    if _RECORD_END in body and _FIELD_END in body:
        return Form.MARC
    return Form.CSV if _is_table(body) else Form.OTHER


def root_of(body: bytes) -> str:
    """Returns the local name of an XML file's root element; "" where it is not in the first 8 KiB.

    Zero bytes are dropped, which turns UTF-16 into ASCII.
    """
    root = _ROOT.search(_COMMENT.sub(b"", body[:_PROLOGUE].replace(b"\0", b"")))
    return root["name"].decode("ascii", "replace") if root is not None else ""


def _is_table(body: bytes) -> bool:
    """Returns whether the first two rows have as many cells as each other, and more than one. Prose has a space after a comma."""
    found = _ROWS.match(body.lstrip(b" \t\r\n")[:_PROLOGUE])
    lines = [row.decode("latin-1") for row in found.groups()] if found is not None else []
    for delimiter in _DELIMITERS:
        rows = list(csv.reader(lines, delimiter=delimiter))
        if len(rows) == 2 and len(rows[0]) == len(rows[1]) > 1 and not any(cell.startswith(" ") for cell in rows[0]):
            return True
    return False
