"""The meaning of LIN actions for the exchange, and the codes of findings about booksellers' messages."""

from __future__ import annotations

from enum import StrEnum

from shared.contracts.suppliers import LineAction
from shared.findings import Finding, Severity
from shared.formats.editeur.odd import Placed


class Odd(StrEnum):
    """Codes of findings about what a message means to us; codes about its content and syntax belong to the formats."""

    CUT_OFF = "national-cut-off"  # an invoice, selection or report without its end: nothing of it is used
    TOO_LARGE = "national-too-large"  # more records in one file than are read; nothing of it is used
    UNSUPPORTED = "national-unsupported"  # a message or file that this adapter does not read
    TEST_LEFT_OUT = "national-test-left-out"  # an interchange marked as a test, in a file with others
    NOT_ACCEPTED = "national-not-accepted"  # BGM function 27 without the one reason we know (9B ACS)
    UNKNOWN_ACTION = "national-unknown-action"  # LIN action outside the known ones
    REPEATED_CODE = "national-repeated-code"  # a second status or availability; the first is used
    NO_ISBN = "national-no-isbn"  # a line names no book
    NOT_A_BOOK = "national-not-a-book"  # a product with a GTIN that is no ISBN; it is left out
    INVALID_ISBN = "national-invalid-isbn"  # not an ISBN, or a wrong check digit; kept as it is
    INVALID_QUANTITY = "national-invalid-quantity"  # not a whole number of copies
    NO_DELIVERY_PLACE = "national-no-delivery-place"  # a despatch without a place of delivery, or without its code
    NO_DESPATCH_NUMBER = "national-no-despatch-number"  # a despatch without a number
    NO_SSCC = "national-no-sscc"  # a parcel without its carton number; a number was built from the despatch
    SEVERAL_SSCC = "national-several-sscc"  # several cartons share lines; all lines are put into the first carton
    NO_NUMBER = "national-no-number"  # an invoice or selection without a number
    NO_BUYER = "national-no-buyer"  # an invoice, selection or report that names no buyer
    INVALID_PRICE = "national-invalid-price"  # a price below zero; left out
    COPY_DATA = "national-copy-data"  # values about copies (GIR) under codes that we keep nowhere
    NO_QUANTITY = "national-no-quantity"  # a line without a quantity
    MISPLACED_CODE = "national-misplaced-code"  # FTX with a code and its list in the element of the text
    PRIVATE_CODE = "national-private-code"  # a code of the supplier's own, translated by the profile
    NOT_OURS = "national-not-ours"  # a CONTRL about a reference that is not ours
    NO_VERDICT = "national-no-verdict"  # a CONTRL that neither accepts nor refuses


def odd(code: Odd, text: str, at: Placed | None = None, severity: Severity = Severity.WARNING) -> Finding:
    """Returns a finding about one place in the message, or about the message as a whole."""
    if at is None:
        return Finding(code, text, severity)
    return Finding(code, text, severity, at.position, at.offset)


# The list, in what we read, of the values of ClaimAnswer, into which a supplier's own codes are translated.
CLAIM_LIST = "ZCA"

ACTIONS = {
    "2": LineAction.CANCELLED,
    "3": LineAction.CHANGED,
    "4": LineAction.UNCHANGED,
    "5": LineAction.ACCEPTED,
    "6": LineAction.CHANGED,
    "7": LineAction.CANCELLED,
    "10": LineAction.NOT_FOUND,
    "24": LineAction.CHANGED,
}
"""LIN 1229 in ORDRSP -> our action.

The standard's meanings, in the order above: cancelled, change requested, no action, accepted, accepted with amendment, not
accepted, not found, accepted with change notified.
"""
