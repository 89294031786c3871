"""Says by its first bytes which form a file has. Never looks at names, reads nothing of the content and never raises."""

from __future__ import annotations

import re
from enum import StrEnum

_RECORD_END, _FIELD_END = b"\x1d", b"\x1e"


class Form(StrEnum):
    """The form of a file, as people call it."""

    XML = "XML"
    UTF16 = "UTF-16 text that is not XML"
    JSON = "JSON"
    X12 = "X12"
    EDIFACT = "EDIFACT"
    MARC = "MARC"
    TRADACOMS = "TRADACOMS"
    GZIP = "a gzip archive"
    ZIP = "a ZIP archive"
    PDF = "a PDF document"
    OTHER = "other"


# Each syntax allows other bytes in front of its first one. UTF-16 is XML where a tag follows within 8 KiB.
_STARTS = (
    (Form.XML, rb"[ \t\r\n]*(?:(?:\xef\xbb\xbf)?<|(?:\xff\xfe|\xfe\xff)[^<]{0,8189}<)"),
    (Form.UTF16, rb"[ \t\r\n]*(?:\xff\xfe|\xfe\xff)"),
    (Form.TRADACOMS, rb"[ \t\r\n]*STX="),
    (Form.GZIP, rb"[ \t\r\n]*\x1f\x8b"),
    (Form.ZIP, rb"[ \t\r\n]*PK\x03\x04"),
    (Form.PDF, rb"[ \t\r\n]*%PDF"),
    (Form.X12, rb"[\s\0\x1a]*ISA[^0-9A-Za-z]"),
    (Form.JSON, rb"[\s\xef\xbb\xbf]*[{\[]"),
    (Form.EDIFACT, rb"[\s\xef\xbb\xbf]*(?i:UN[ABGH])"),
    # An interchange with something in front of it, such as the header of a mail.
    (Form.EDIFACT, rb"(?s:.{0,4092}?)UN[BH]\+"),
)
_TABLE = tuple((form, re.compile(start)) for form, start in _STARTS)


def form_of(body: bytes) -> Form:
    """Returns the form of a file; OTHER where nothing tells it."""
    form = next((form for form, start in _TABLE if start.match(body)), Form.OTHER)
    # A record of MARC begins with its length, so only its separators show what it is.
    return Form.MARC if form is Form.OTHER and _RECORD_END in body and _FIELD_END in body else form
