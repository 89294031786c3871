"""The codes of everything that can be odd about a library message's meaning; those about its syntax are the codec's."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from shared.findings import Finding, Severity


class Odd(StrEnum):
    """Codes of findings, each with what it means."""

    UNEXPECTED_SEGMENT = "library-unexpected-segment"  # no place in this message for the segment; its text is the finding's
    EXTRA_DATA = "library-extra-data"  # components the segment has no meaning for; their text is the finding's
    INVALID_NUMBER = "library-invalid-number"  # not a number where one must be; left empty
    INVALID_DATE = "library-invalid-date"  # a date that makes no sense, or in an unknown format; kept as text
    UNKNOWN_CODE = "library-unknown-code"  # a value outside its list; kept
    OLD_CODE = "library-old-code"  # a value of a list that a later one has replaced; kept
    UNKNOWN_LIST = "library-unknown-list"  # a coded text of a list we do not know; kept
    NO_DOCUMENT = "library-no-document"  # BGM is missing, or without a number
    NO_PARTY = "library-no-party"  # buyer or supplier is not named
    REPEATED_PARTY = "library-repeated-party"  # a second buyer or supplier with another code
    NO_ITEM = "library-no-item"  # a line names no article
    NO_REFERENCE = "library-no-reference"  # a line carries no reference to an order or quotation
    REPEATED_QUANTITY = "library-repeated-quantity"  # a second, other quantity of one kind; all are kept
    QUANTITIES_DISAGREE = "library-quantities-disagree"  # ordered is not despatched, back ordered and cancelled
    COPIES_DISAGREE = "library-copies-disagree"  # more copies are named than counted
    LINE_AMOUNT = "library-line-amount"  # a line's amount is not what its price and quantity make
    DISCOUNT = "library-discount"  # list price less discount is not the net price
    CHARGE_AMOUNT = "library-charge-amount"  # a charge's amount is not its rate times its quantity
    TOTAL = "library-total"  # a total is not the sum of its parts
    TAX_CATEGORY = "library-tax-category"  # a rate that its category cannot have
    TAX_AMOUNT = "library-tax-amount"  # tax is not its rate times what it is taken on


class Placed(Protocol):
    """Anything that knows where in the message it stood: a segment, or a value read from one."""

    @property
    def position(self) -> int:
        """1-based number of the segment; 0 for what was not read."""

    @property
    def offset(self) -> int:
        """First byte of the segment."""


def odd(code: Odd, text: str, at: Placed | None = None, severity: Severity = Severity.WARNING) -> Finding:
    """A finding at a place, or about the message as a whole."""
    if at is None or not at.position:
        return Finding(code, text, severity)
    return Finding(code, text, severity, at.position, at.offset)
