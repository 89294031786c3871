"""The codes of what is wrong or unusual in an LMS's orders: findings are for people to read, faults refuse an order."""

from __future__ import annotations

from enum import StrEnum

from shared.findings import Finding, Severity
from shared.formats.editeur.odd import Placed


class Odd(StrEnum):
    """Codes of findings, each with what it means."""

    OTHER_MESSAGE = "lms-other-message"  # a message that is no order; left out
    TEST_LEFT_OUT = "lms-test-left-out"  # an interchange that is marked as a test, beside others
    NO_RELEASE = "lms-no-release"  # values about a copy had no release characters, and were joined again
    CUT_VALUE = "lms-cut-value"  # a value about a copy was cut by an apostrophe without a release character
    COPY_DATA = "lms-copy-data"  # codes of GIR that are kept nowhere
    TEXT_CUT = "lms-text-cut"  # a text is longer than the order book takes
    NOTE_CUT = "lms-note-cut"  # instructions are longer than a supplier's message carries
    NO_LINE_REFERENCE = "lms-no-line-reference"  # a line has no reference that answers could repeat
    PRICE = "lms-price"  # a price cannot be used; the order has none


class Wrong(StrEnum):
    """Codes of faults, each with what it means."""

    ORDER_NUMBER = "bad-order-number"  # the order book cannot take it
    QUANTITY = "bad-quantity"  # no whole number of copies
    COPIES = "copies-disagree"  # the copies named are not as many as the quantity
    BRANCH = "no-branch"  # nothing says for which branch copies are
    FUND = "no-fund"  # nothing says which fund pays
    FUNDS = "several-funds"  # several funds for copies, and nothing says which pays for which
    ARTICLE = "no-article"  # no ISBN or other number
    LINES = "lines-missing"  # the message states more lines, copies or segments than it has
    DAMAGED = "damaged-message"  # a part of the message could not be read


def odd(code: Odd, text: str, at: Placed | None = None, severity: Severity = Severity.WARNING) -> Finding:
    """Returns a finding about one place of the file, or about all of it."""
    return Finding(code, text, severity, at.position if at else None, at.offset if at else None)
