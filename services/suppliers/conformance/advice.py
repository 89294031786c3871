"""What a supplier's engineer can do about a finding, by its code. Data, and how it is looked up."""

from __future__ import annotations

from collections.abc import Mapping

from services.suppliers.contract import Kind
from shared.findings import Finding, Severity

_COUNTS = "Count again when the file is complete: a wrong trailer makes a file look cut short."
_SUMS = "Make the amounts add up: people have to look at every document that does not."

# By what follows the format's or adapter's name in the code, so that `national-no-isbn` and another's `no-isbn` share it.
_ADVICE: Mapping[str, str] = {
    "cut-off": "Send the document whole, under another file name: nothing of this one was taken.",
    "no-segments": "Send the file as the format has it; these bytes hold nothing that can be read.",
    "not-a-segment": "Each segment begins with a tag of three capital letters; check what stands between the terminators.",
    "unterminated-segment": "End the file after the last terminator; it seems to have been cut off.",
    "overlong-segment": "Write a segment terminator after each segment.",
    "terminator-slip": "End segments with the plain apostrophe (0x27); a word processor seems to have replaced it.",
    "wrapped-lines": "Do not break lines within segments; a break after the terminator is fine.",
    "una-short": "Write UNA with all six characters, the space included, or leave it out.",
    "una-invalid": "Write UNA with six different characters that can separate, or leave it out.",
    "una-contradicted": "Write in UNA the terminator that the file uses.",
    "separators-inferred": "Write UNA where the separators are not the default ones.",
    "charset-mismatch": "Declare in UNB the character set the file is written in: UNOC for Latin-1, UNOY for UTF-8.",
    "charset-unknown": "Declare one of UNOA to UNOY in UNB.",
    "no-interchange": "Put UNB before and UNZ after the messages.",
    "interchange-unterminated": "End the interchange with UNZ.",
    "message-unterminated": "End each message with UNT.",
    "stray-trailer": "Write each trailer once, after what it ends.",
    "outside-message": "Put every segment between UNH and UNT.",
    "invalid-date": "Write a date that exists, in the format its qualifier names.",
    "duplicate-reference": "Give each message of an interchange a reference of its own.",
    "segment-count": _COUNTS,
    "message-count": _COUNTS,
    "group-count": _COUNTS,
    "line-count": _COUNTS,
    "quantity-total": _COUNTS,
    "reference-mismatch": "Repeat in the trailer the reference of the header.",
    "unexpected-segment": "Leave it out, or put it where the message has a place for it.",
    "extra-data": "Leave it out; nobody here knows what it means.",
    "invalid-number": "Write digits with a point for decimals and nothing else.",
    "unknown-code": "Use a value of the list named; where none fits, tell us what you mean.",
    "old-code": "Use the value that replaced it.",
    "unknown-list": "Name the list the code is of, e.g. 8B or 12B of agency 28.",
    "unknown-status": "Use a status of the list; any other leaves the copies as they are.",
    "no-document": "Give each document its type and number.",
    "no-party": "Name buyer and supplier, by GLN where there is one.",
    "no-item": "Name the book by its ISBN-13.",
    "no-isbn": "Name the book by its ISBN-13.",
    "invalid-isbn": "Write the 13 digits of the ISBN, without hyphens and with a right check digit.",
    "bad-isbn": "Write the 13 digits of the ISBN, without hyphens and with a right check digit.",
    "no-reference": "Repeat on each line the line key of our order (ours begin with SB-).",
    "repeated-quantity": "State each kind of quantity once per line.",
    "invalid-quantity": "Write a whole number of copies.",
    "no-quantity": "Say how many copies.",
    "quantities-disagree": "Let what is accepted, back ordered and cancelled make up what was ordered.",
    "copies-disagree": "Name as many copies as the line counts.",
    "line-amount": _SUMS,
    "discount": _SUMS,
    "charge-amount": _SUMS,
    "total": _SUMS,
    "tax-amount": _SUMS,
    "tax-category": "Give a rate that the tax category can have.",
    "missing": "Fill it in: without it nobody can tell what the document is about.",
    "wrong-type": "Give a value of the kind named; this one was left out.",
    "not-document": "Put the document under one of the names that were agreed.",
    "extra-header-element": "Leave it out; the standard knows no such element.",
    "group-unterminated": "End each group with UNE.",
    "syntax-unknown": "Declare in UNB a syntax version of 1 to 4.",
    "tag-nesting": "Write the tag alone, without components.",
    "tag-spelling": "Write tags in capital letters, without blanks.",
    "repeated-party": "Name each party once.",
    "repeated-code": "Give one status and one availability per line; the first stands.",
    "repeated-item": "Give each line a number of its own.",
    "several-sscc": "List the lines under the carton they are in.",
    "unknown-action": "Use one of the actions that were agreed.",
    "misplaced-code": "Give code, list and agency in the third data element of FTX (C107), not in the fourth.",
    "private-code": "Agree its meaning with us, or use a code of EDItEUR's lists.",
    "not-accepted": "Say why: a stopped account is code ACS of list 9B.",
    "not-ours": "Name the reference of the message of ours that is meant.",
    "no-verdict": "Say whether the message was taken (7 or 8) or refused (4).",
    "copies-differ": _COUNTS,
    "summary-differs": _COUNTS,
    "count": _COUNTS,
    "control-number": "Repeat in the trailer the number of the header.",
    "no-items": "List at least one line.",
    "no-product-id": "Name the book by its ISBN-13.",
    "no-identifier": "Name the book by its ISBN-13.",
    "no-title": "Give the title.",
    "invalid-price": "Write the amount in digits with a point for decimals.",
    "namespace": "Declare EDItEUR's namespace.",
    "release": "Send release 3.0 or 3.1.",
    "charset": "Send UTF-8 and say so in the leader.",
    "replaced-characters": "Send UTF-8 and say so in the leader.",
    "unreadable-record": "Check lengths and directory of the record; it was left out.",
    "hierarchy": "Number the levels from the top, each naming the one above it.",
    "isa-length": "Fill each element of ISA to its fixed length.",
    "missing-trailer": "End what was begun: SE, GE, IEA.",
    "stray-segment": "Put every segment between its header and its trailer.",
    "unterminated": "End the file after the last terminator; it seems to have been cut off.",
    "not-ship-notice": "Send an EDItX library ship notice here, or agree on what else comes.",
    "not-onix": "Send an ONIX message here, or agree on what else comes.",
    "not-marc": "Send MARC records here (ISO 2709 or MARCXML), or agree on what else comes.",
    "not-x12": "Send an X12 interchange here, or agree on what else comes.",
    "not-read": "Send only transactions that this supplier is to send; nothing is done with this one.",
    "noise": "Send nothing before, between and after interchanges.",
    "unsupported": "Send only messages that this supplier is to send; nothing is done with this one.",
    "unknown-type": "Use one of the message types that were agreed.",
    "no-delivery-place": "Say where the goods go: the code or GLN the order gave.",
    "no-place": "Say where the goods go: the code or GLN the order gave.",
    "no-despatch-number": "Give the despatch a number, the same in every repetition.",
    "no-sscc": "Give each parcel its SSCC: branches scan it.",
    "bad-sscc": "Give each parcel its SSCC of 18 digits with a right check digit.",
    "no-number": "Give the document a number, the same in every repetition.",
    "no-buyer": "Name the buyer by the GLN or account number agreed.",
    "not-json": "Send JSON (RFC 8259) in UTF-8.",
    "not-well-formed": "Send well-formed XML; validate the file before it leaves.",
    "refused": "Send XML without a DOCTYPE, not deeper or larger than the standard needs.",
    "adapter-failed": "This is a fault of the adapter, not of the file: reading must never raise. Mend `read`.",
    "adapter-impure": "This is a fault of the adapter: the same bytes must always read the same, or no message can be replayed.",
}

_BY_SEVERITY = {
    Severity.INFO: "Nothing needs to be done.",
    Severity.WARNING: "It was read all the same; mend it, so that nobody has to guess.",
    Severity.ERROR: "Mend it: what is meant cannot be read, so that this part is not applied.",
}

_LINES = "Repeat on each line our line key, or our order number and the ISBN, as the order gave them."
_BUYER = "Name the buyer by the GLN or account number that the profile has for the council."
_BY_KIND: Mapping[Kind, str] = {
    Kind.RESPONSE: _LINES,
    Kind.DESPATCH: f"{_LINES} Name the place by the code or GLN of the order, or the hub by that of the profile.",
    Kind.INVOICE: f"{_LINES} {_BUYER} {_SUMS}",
    Kind.SELECTION: _BUYER,
    Kind.OPEN_LINES: f"{_BUYER} {_LINES}",
    Kind.ACKNOWLEDGEMENT: "Name our message by the reference it went out under.",
}


def advice_on(kind: Kind) -> str:
    """What to do about a fact of a kind that would not be applied in full."""
    return _BY_KIND.get(kind, "")


def advice_for(finding: Finding) -> str:
    """What to do about a finding; in general terms where its code is not known here."""
    known = _ADVICE.get(finding.code.partition("-")[2]) or _ADVICE.get(finding.code)
    return known or _BY_SEVERITY[finding.severity]
