"""The codes of findings about the content of library messages. Codes about their syntax belong to `shared.formats.edifact`."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from shared.findings import Finding, Severity


class Odd(StrEnum):
    """Codes of findings, each with what it means."""

    UNEXPECTED_SEGMENT = "library-unexpected-segment"  # a segment without a place in this message; the finding quotes it
    EXTRA_DATA = "library-extra-data"  # components without a meaning in this segment; the finding quotes them
    INVALID_NUMBER = "library-invalid-number"  # no number where one must be; left empty
    INVALID_DATE = "library-invalid-date"  # not a valid date, or in an unknown format; kept as text
    DATE_FORMAT = "library-date-format"  # not as long as its format says, or a month only; the finding says what was read
    UNKNOWN_CODE = "library-unknown-code"  # a value outside its list; kept
    OLD_CODE = "library-old-code"  # a value of a list that a later one has replaced; kept
    UNKNOWN_LIST = "library-unknown-list"  # a code of an unknown list, or without a list; kept
    NO_DOCUMENT = "library-no-document"  # BGM is missing, or without a number
    NO_PARTY = "library-no-party"  # buyer or supplier is not named
    REPEATED_PARTY = "library-repeated-party"  # a second buyer or supplier with another code
    NO_ITEM = "library-no-item"  # a line names no article
    SHORT_NUMBER = "library-short-number"  # nine digits under EN, which has 13; an SBN is no ISBN and not read as one
    NO_REFERENCE = "library-no-reference"  # a line carries no reference to an order or quotation
    REPEATED_QUANTITY = "library-repeated-quantity"  # a second, different quantity of one kind; all are kept
    QUANTITIES_DISAGREE = "library-quantities-disagree"  # ordered is not the sum of accepted, back ordered and cancelled
    COPIES_DISAGREE = "library-copies-disagree"  # more copies are named (GIR) than counted (QTY)
    LINE_AMOUNT = "library-line-amount"  # a line's amount is not its price times its quantity
    DISCOUNT = "library-discount"  # list price less discount is not the net price
    CHARGE_AMOUNT = "library-charge-amount"  # a charge's amount is not its rate times its quantity
    TOTAL = "library-total"  # a total is not the sum of its parts
    TAX_CATEGORY = "library-tax-category"  # a rate that its category cannot have
    TAX_AMOUNT = "library-tax-amount"  # tax is not its rate times the taxable amount


class Placed(Protocol):
    """Anything that knows its place in the message: a segment, or a value read from one."""

    @property
    def position(self) -> int:
        """1-based number of the segment; 0 for a value that was not read."""

    @property
    def offset(self) -> int:
        """Offset of the segment's first byte."""


def odd(code: Odd, text: str, at: Placed | None = None, severity: Severity = Severity.WARNING) -> Finding:
    """Returns a finding about one place, or about the message as a whole."""
    if at is None or not at.position:
        return Finding(code, text, severity)
    return Finding(code, text, severity, at.position, at.offset)
