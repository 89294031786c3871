"""What the reader of order data says about a record: codes, findings, and the signal that a record cannot be mapped."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shared.findings import Severity

LONGEST_NUMBER = 60
"""Characters of the number of a selection: a part of it and its lines have that number and a suffix."""
LONGEST_REFERENCE = 70
"""Characters of the supplier's reference of a line."""
MOST_COPIES = 200
"""Copies of one title: more are a mistake, or two orders."""


class Code(StrEnum):
    """Codes of findings about order data. Those about the record itself are in `shared.formats.marc.codes`."""

    # The record is kept aside.
    NO_ORDER_DATA = "order-no-data"  # none of the mapped fields is in the record
    WITHDRAWN = "order-withdrawn"  # LDR/05 says that the record is deleted
    OTHER_VENDOR = "order-other-vendor"  # it is for another supplier than the mapping
    QUANTITY = "order-quantity"  # a quantity that is no number, or nothing at all is ordered
    TOTAL = "order-total"  # the copies are more than the quantity of the title
    TOO_MANY = "order-too-many-copies"
    REPEATED = "order-repeated-subfield"  # which of two values counts is not certain
    UNEVEN = "order-uneven-subfields"  # parallel subfields that do not pair up
    PATTERN = "order-pattern"  # a text that is not as the pattern says
    NUMBER_TOO_LONG = "order-number-too-long"
    # The record is proposed all the same.
    PRICE = "order-price"  # no amount can be read; the line has no price
    PRICES_DIFFER = "order-prices-differ"  # the first counts
    OTHER_ISBN = "order-other-isbn"  # further numbers in 020
    CUT = "order-text-cut"  # a title, author or note that is longer than an order holds
    REFERENCE = "order-reference"  # the supplier's reference cannot be used


@dataclass(frozen=True, slots=True)
class RecordFinding:
    """One thing wrong or unusual. `record` is the 1-based number of the record, None for the file.

    `tag` is "" where it is about a record as a whole. An `error` says why the record is kept aside,
    and what would let it be proposed.
    """

    record: int | None
    tag: str
    code: str
    severity: Severity
    text: str


class Unmappable(Exception):
    """A record from which no line can be made, because of what is at `tag`."""

    def __init__(self, tag: str, code: Code, text: str) -> None:
        super().__init__(text)
        self.tag = tag
        self.code = code
        self.text = text
