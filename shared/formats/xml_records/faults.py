"""Says in plain words why a record is no well-formed XML, and where. Knows libxml2's errors; parses nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml.etree import ErrorTypes, XMLSyntaxError

_MISMATCH = re.compile(r"mismatch: (\S+) line \d+ and ([^\s,]+)")
_PLACE = re.compile(r", line \d+, column \d+\s*$")
_NO_VALUE = "an attribute has no value in quotation marks"
_WORDS: Mapping[int, str] = {
    ErrorTypes.ERR_NAME_REQUIRED: "a tag is cut off, or a < in a text is not written as &lt;",
    ErrorTypes.ERR_GT_REQUIRED: "a tag is cut off: its > is missing",
    ErrorTypes.ERR_ATTRIBUTE_NOT_STARTED: _NO_VALUE,
    ErrorTypes.ERR_ATTRIBUTE_WITHOUT_VALUE: _NO_VALUE,
    ErrorTypes.ERR_LT_IN_ATTRIBUTE: "an attribute has no closing quotation mark, or a < in it is not written as &lt;",
    ErrorTypes.ERR_ATTRIBUTE_REDEFINED: "a tag has the same attribute twice",
    ErrorTypes.ERR_SPACE_REQUIRED: "there is no space between two attributes",
    ErrorTypes.ERR_INVALID_CHAR: "it has a character that XML forbids",
    ErrorTypes.ERR_MISPLACED_CDATA_END: "a text has ]]>, which only ends a CDATA section",
    ErrorTypes.ERR_COMMENT_NOT_FINISHED: "a comment has no end (-->)",
    ErrorTypes.ERR_CDATA_NOT_FINISHED: "a CDATA section has no end (]]>)",
    ErrorTypes.ERR_UNDECLARED_ENTITY: "it has a named character that nothing declares",
    ErrorTypes.ERR_RESOURCE_LIMIT: "its elements are nested more than 256 deep, or a text in it is too long",
    ErrorTypes.NS_ERR_UNDEFINED_NAMESPACE: "a tag has a prefix that nothing declares",
}


def fault_in_words(error: XMLSyntaxError, before: bytes) -> str:
    """Returns what is wrong with a record, and near which line and column of it; both are counted from 1.

    `before`: what was parsed before the record, which is the start tag of the root.
    """
    line, column = error.position
    extra = before.count(b"\n")
    if line == extra + 1:
        column -= len(before.rpartition(b"\n")[2].decode("utf-8", "replace"))
    where = f"near line {max(line - extra, 1)}, column {max(column, 1)} of the record"
    return f"{_what(error, re.split(r'[ >]', before.decode('utf-8', 'replace')[1:], maxsplit=1)[0])}, {where}"


def _what(error: XMLSyntaxError, root: str) -> str:
    text = _PLACE.sub("", error.msg or "")
    if names := _MISMATCH.search(text):
        begun, ended = names.groups()
        if begun == root:
            return f"</{ended}> ends an element that was not begun"
        return f"<{begun}> is not closed" + (f" before </{ended}>" if ended != root else "")
    code: int = error.code  # type: ignore[attr-defined]  # lxml has it, its stubs do not
    return _WORDS.get(code, f"it is not well-formed XML: {text}")
