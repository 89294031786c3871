"""The code values a bookseller's messages may carry, and the codes of what can be odd about them. Knows no segment's place."""

from __future__ import annotations

from enum import StrEnum

from shared.contracts.suppliers import LineAction
from shared.findings import Finding, Severity
from shared.formats.edifact import Segment


class Odd(StrEnum):
    """Codes of findings about a message's meaning; those about its syntax are the codecs' own."""

    UNSUPPORTED = "national-unsupported"  # a message or file that is none of ours to read
    NOT_ACCEPTED = "national-not-accepted"  # BGM function 27 without the reason we know
    UNKNOWN_FUNCTION = "national-unknown-function"  # BGM function outside the known ones
    UNKNOWN_ACTION = "national-unknown-action"  # LIN action outside the known ones
    UNKNOWN_STATUS = "national-unknown-status"  # a value outside list 12B; kept
    UNKNOWN_AVAILABILITY = "national-unknown-availability"  # a value outside list 8B; kept
    UNKNOWN_LIST = "national-unknown-list"  # FTX with a code list we do not know; kept as note
    UNKNOWN_COPY_CODE = "national-unknown-copy-code"  # GIR qualifier outside the library set
    REPEATED_CODE = "national-repeated-code"  # a second status, availability or quantity of a kind; the first stands
    NO_ISBN = "national-no-isbn"  # a line names no book
    INVALID_ISBN = "national-invalid-isbn"  # not an ISBN, or a wrong check digit; kept as it is
    NO_REFERENCE = "national-no-reference"  # a line with neither our line key nor an order number
    INVALID_QUANTITY = "national-invalid-quantity"  # not a whole number of copies
    QUANTITIES_DISAGREE = "national-quantities-disagree"  # ordered is not the sum of the parts
    INVALID_DATE = "national-invalid-date"  # a date that makes no sense or has an unknown format
    NO_DELIVERY_PLACE = "national-no-delivery-place"  # a despatch that does not say where to
    NO_DESPATCH_NUMBER = "national-no-despatch-number"  # BGM without a number
    NO_SSCC = "national-no-sscc"  # a parcel without its carton number; one was made up from the despatch
    SEVERAL_SSCC = "national-several-sscc"  # several cartons share lines; all are put into the first


def odd(code: Odd, text: str, at: Segment | None = None, severity: Severity = Severity.WARNING) -> Finding:
    """A finding at a segment, or about the message as a whole."""
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

STATUSES = frozenset(
    [
        "100",
        "101",
        "102",
        "103",
        "104",
        "110",
        "200",
        "201",
        "202",
        "203",
        "205",
        "206",
        "207",
        "208",
        "210",
        "220",
        "221",
        "222",
        "223",
        "300",
        "301",
        "400",
        "401",
        "402",
        "403",
        "404",
        "405",
        "406",
        "407",
        "408",
        "409",
        "410",
        "411",
        "412",
        "413",
        "500",
        "800",
        "900",
        "901",
        "902",
        "903",
        "999",
    ]
)
"""List 12B (order line status), with BIC's additions."""

AVAILABILITIES = frozenset(
    [
        "AB",
        "AD",
        "AU",
        "CS",
        "FQ",
        "HK",
        "IB",
        "IP",
        "MD",
        "NK",
        "NN",
        "NP",
        "NQ",
        "NS",
        "OB",
        "OF",
        "OP",
        "OR",
        "PK",
        "PN",
        "RE",
        "RF",
        "RM",
        "RP",
        "RR",
        "SD",
        "SN",
        "SO",
        "ST",
        "TO",
        "TU",
        "UB",
        "UC",
    ]
)
"""List 8B (availability)."""

STATUS_LISTS = frozenset({"12B", "1B"})
"""1B is the predecessor of 12B that some still send."""

AVAILABILITY_LISTS = frozenset({"8B", "7B"})
"""7B is the older, shorter form of 8B."""

COPY_CODES = frozenset(
    [
        "LLO",
        "LAC",
        "LFN",
        "LAF",
        "LAL",
        "LST",
        "LCO",
        "LSQ",
        "LCL",
        "LSL",
        "LSM",
        "LLN",
        "LFS",
        "LVC",
        "LVT",
        "LRP",
        "LCV",
        "LQT",
        "LFH",
        "LLS",
        "LRS",
        "LSZ",
        "LSC",
        "LHC",
        "RIC",
    ]
)
"""GIR qualifiers of the library set."""
