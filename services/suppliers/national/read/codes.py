"""What LIN actions mean to the exchange, and the codes of what keeps a bookseller's message from being a fact."""

from __future__ import annotations

from enum import StrEnum

from shared.contracts.suppliers import LineAction
from shared.findings import Finding, Severity
from shared.formats.editeur.odd import Placed


class Odd(StrEnum):
    """Codes of findings about what a message means to us; those about its content and syntax are the formats' own."""

    CUT_OFF = "national-cut-off"  # a document that counts whole or not at all, and does not end
    UNSUPPORTED = "national-unsupported"  # a message or file that is none of ours to read
    NOT_ACCEPTED = "national-not-accepted"  # BGM function 27 without the reason we know
    UNKNOWN_ACTION = "national-unknown-action"  # LIN action outside the known ones
    REPEATED_CODE = "national-repeated-code"  # a second status or availability; the first stands
    NO_ISBN = "national-no-isbn"  # a line names no book
    INVALID_ISBN = "national-invalid-isbn"  # not an ISBN, or a wrong check digit; kept as it is
    INVALID_QUANTITY = "national-invalid-quantity"  # not a whole number of copies
    NO_DELIVERY_PLACE = "national-no-delivery-place"  # a despatch that does not say where to
    NO_DESPATCH_NUMBER = "national-no-despatch-number"  # BGM without a number
    NO_SSCC = "national-no-sscc"  # a parcel without its carton number; one was made up from the despatch
    SEVERAL_SSCC = "national-several-sscc"  # several cartons share lines; all are put into the first
    NO_NUMBER = "national-no-number"  # an invoice or selection without its number, which nothing can be filed under
    NO_BUYER = "national-no-buyer"  # nobody is named whom an invoice, selection or report is for
    NO_QUANTITY = "national-no-quantity"  # a line that does not say how many
    MISPLACED_CODE = "national-misplaced-code"  # FTX with a code and its list where the text belongs
    PRIVATE_CODE = "national-private-code"  # a code of the supplier's own, read as the profile says
    NOT_OURS = "national-not-ours"  # a verdict on something that is no message of ours
    NO_VERDICT = "national-no-verdict"  # a CONTRL that neither takes nor refuses


def odd(code: Odd, text: str, at: Placed | None = None, severity: Severity = Severity.WARNING) -> Finding:
    """A finding where something stands, or about the message as a whole."""
    if at is None:
        return Finding(code, text, severity)
    return Finding(code, text, severity, at.position, at.offset)


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
"""LIN 1229 in ORDRSP.

In their order: cancelled, change requested, no action, accepted, accepted with amendment, not accepted, not found,
accepted with change notified.
"""
