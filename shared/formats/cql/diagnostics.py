"""The diagnostics of SRU (list info:srw/diagnostic/1/) that are given here: a number, its message, details. CQL's are part of it.

Knows no HTTP: a diagnostic is part of an answer with status 200.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

_LIST = "info:srw/diagnostic/1/"


class Code(IntEnum):
    """A number of the list."""

    GENERAL = 1
    UNAVAILABLE = 2
    UNSUPPORTED_OPERATION = 4
    UNSUPPORTED_VERSION = 5
    UNSUPPORTED_VALUE = 6
    MISSING_PARAMETER = 7
    UNSUPPORTED_PARAMETER = 8
    SYNTAX = 10
    QUERY_TYPE = 11
    QUERY_TOO_LONG = 12
    PARENTHESES = 13
    QUOTES = 14
    CONTEXT_SET = 15
    INDEX = 16
    RELATION = 19
    RELATION_MODIFIER = 20
    RELATION_OF_INDEX = 22
    NEEDLESS_ESCAPE = 26
    EMPTY_TERM = 27
    MASKING = 28
    MASKED_TOO_SHORT = 29
    ANCHORING = 31
    TERM_FORMAT = 36
    TOO_MANY_BOOLEANS = 38
    PROXIMITY = 39
    BOOLEAN_MODIFIER = 46
    UNSUPPORTED_FEATURE = 48
    MASKING_POSITION = 49
    BEYOND_LAST = 61
    UNKNOWN_SCHEMA = 66
    PACKING = 71
    SORTING = 80


_MESSAGES = {
    Code.GENERAL: "General system error",
    Code.UNAVAILABLE: "System temporarily unavailable",
    Code.UNSUPPORTED_OPERATION: "Unsupported operation",
    Code.UNSUPPORTED_VERSION: "Unsupported version",
    Code.UNSUPPORTED_VALUE: "Unsupported parameter value",
    Code.MISSING_PARAMETER: "Mandatory parameter not supplied",
    Code.UNSUPPORTED_PARAMETER: "Unsupported parameter",
    Code.SYNTAX: "Query syntax error",
    Code.QUERY_TYPE: "Unsupported query type",
    Code.QUERY_TOO_LONG: "Too many characters in query",
    Code.PARENTHESES: "Invalid or unsupported use of parentheses",
    Code.QUOTES: "Invalid or unsupported use of quotes",
    Code.CONTEXT_SET: "Unsupported context set",
    Code.INDEX: "Unsupported index",
    Code.RELATION: "Unsupported relation",
    Code.RELATION_MODIFIER: "Unsupported relation modifier",
    Code.RELATION_OF_INDEX: "Unsupported combination of relation and index",
    Code.NEEDLESS_ESCAPE: "Non special character escaped in term",
    Code.EMPTY_TERM: "Empty term unsupported",
    Code.MASKING: "Masking character not supported",
    Code.MASKED_TOO_SHORT: "Masked words too short",
    Code.ANCHORING: "Anchoring character not supported",
    Code.TERM_FORMAT: "Term in invalid format for index or relation",
    Code.TOO_MANY_BOOLEANS: "Too many boolean operators in query",
    Code.PROXIMITY: "Proximity not supported",
    Code.BOOLEAN_MODIFIER: "Unsupported boolean modifier",
    Code.UNSUPPORTED_FEATURE: "Query feature unsupported",
    Code.MASKING_POSITION: "Masking character in unsupported position",
    Code.BEYOND_LAST: "First record position out of range",
    Code.UNKNOWN_SCHEMA: "Unknown schema for retrieval",
    Code.PACKING: "Unsupported record packing",
    Code.SORTING: "Sort not supported",
}


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Why a request is not carried out. `details` are what the list asks for: the index, the parameter, the term."""

    code: Code
    details: str = ""

    @property
    def uri(self) -> str:
        """The diagnostic's identifier."""
        return f"{_LIST}{self.code:d}"

    @property
    def message(self) -> str:
        """The list's words for it."""
        return _MESSAGES[self.code]
