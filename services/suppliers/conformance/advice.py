"""Advice for suppliers' engineers: how to fix what a finding reports, by the finding's code. Data, and its lookup."""

from __future__ import annotations

from collections.abc import Mapping

from services.suppliers.contract import Kind
from shared.findings import Finding, Severity

_COUNTS = "Write the count when the file is complete: a wrong count makes a file look cut off."
_SUMS = "Make the amounts add up: a person must check every document whose amounts do not."
_UTF_8 = "Send UTF-8 and declare it: in LDR/09 of MARC, in the first line of XML."
_ENTRY = "Correct this entry as the finding says; it was left out, and the others were read."

# By the code without the name of its format or adapter, so that `national-no-isbn` and `consortium-no-isbn` share an advice.
_ADVICE: Mapping[str, str] = {
    "cut-off": "Send the complete document, under another file name: nothing of this one was used.",
    "no-segments": "Send EDIFACT: this file contains no segment.",
    "not-a-segment": "Begin each segment with a tag of three capital letters; check the bytes between the two terminators.",
    "unterminated-segment": "End the last segment with a terminator; the file seems to have been cut off.",
    "overlong-segment": "Write a segment terminator after each segment.",
    "terminator-slip": "End segments with the plain apostrophe (0x27); a word processor seems to have replaced it.",
    "wrapped-lines": "Do not break lines inside segments; a line break after the terminator is fine.",
    "una-short": "Write all six characters of UNA, including the space, or leave UNA out.",
    "una-invalid": "Write UNA with six different characters, none of them a letter or digit, or leave UNA out.",
    "una-contradicted": "Write in UNA the terminator that the file uses.",
    "separators-inferred": "Write UNA when the separators are not the default ones.",
    "charset-mismatch": "Declare in UNB the character set that the file is written in: UNOC for Latin-1, UNOY for UTF-8.",
    "charset-unknown": "Declare one of UNOA to UNOY in UNB.",
    "too-many-segments": "Send the messages in several files.",
    "too-large": "Send the records in several files.",
    "no-interchange": "Write UNB before the messages and UNZ after them.",
    "interchange-unterminated": "End the interchange with UNZ.",
    "message-unterminated": "End each message with UNT.",
    "stray-trailer": "Write each trailer once, and only after its header.",
    "outside-message": "Put every segment between UNH and UNT.",
    "invalid-date": "Write a valid date, in the format that its qualifier names.",
    "date-format": "Write as many digits as the format code of the date names: 102 is CCYYMMDD, 203 CCYYMMDDHHMM.",
    "absurd-date": "Write the date that is meant, with its century, in the format that its code names.",
    "duplicate-reference": "Give each message of an interchange a different reference.",
    "segment-count": _COUNTS,
    "message-count": _COUNTS,
    "group-count": _COUNTS,
    "line-count": _COUNTS,
    "quantity-total": _COUNTS,
    "reference-mismatch": "Repeat the header's reference in the trailer.",
    "unexpected-segment": "Leave the segment out, or move it to a position that the message allows.",
    "extra-data": "Leave this data out: it is not read.",
    "invalid-number": "Write digits only, with a point for decimals.",
    "unknown-code": "Use a value of the list named; if none fits, tell us what you mean.",
    "old-code": "Use the newer value that replaced this one.",
    "unknown-list": "Name the list of the code, e.g. 8B or 12B of agency 28.",
    "unknown-status": "Use a status of the list; any other value leaves the copies unchanged.",
    "no-document": "Give each document its type and number.",
    "no-party": "Name the buyer and the supplier, by GLN where there is one.",
    "no-item": "Name the book by its ISBN-13.",
    "short-number": "Write the 13 digits of the ISBN under EN; ten digits belong under IB.",
    "no-isbn": "Name the book by its ISBN-13.",
    "invalid-isbn": "Write the 13 digits of the ISBN, without hyphens and with a correct check digit.",
    "bad-isbn": "Write the 13 digits of the ISBN, without hyphens and with a correct check digit.",
    "no-reference": "Repeat our order's line key on each line (it begins with SB-).",
    "repeated-quantity": "State each kind of quantity once per line.",
    "invalid-quantity": "Write a whole number of copies.",
    "no-quantity": "State the number of copies.",
    "quantities-disagree": "Make accepted, back ordered and cancelled copies add up to the copies ordered.",
    "copies-disagree": "Name no more copies than the line counts.",
    "line-amount": _SUMS,
    "discount": _SUMS,
    "charge-amount": _SUMS,
    "total": _SUMS,
    "tax-amount": _SUMS,
    "tax-category": "Give a rate that the tax category can have.",
    "missing": "Fill it in: without it the document cannot be understood.",
    "wrong-type": "Give a value of the type named; this value was not used.",
    "not-document": "Put the document under one of the agreed names.",
    "extra-header-element": "Leave it out: the standard has no such element.",
    "group-unterminated": "End each group with UNE.",
    "syntax-unknown": "Declare a syntax version of 1 to 4 in UNB.",
    "tag-nesting": "Write the tag only, without components.",
    "tag-spelling": "Write tags in capital letters, without spaces.",
    "repeated-party": "Name each party once.",
    "repeated-code": "Give one status and one availability per line; only the first is used.",
    "repeated-item": "Give each item an HL level of its own.",
    "several-sscc": "List each line under the carton that it is in.",
    "unknown-action": "Use one of the agreed actions.",
    "copy-data": "Use the codes of EDItEUR's list for GIR; tell us what else you need to state about a copy.",
    "bad-item": "Give texts under the agreed names.",
    "bad-price": "Write a whole number of minor units, with a currency of three capitals.",
    "misplaced-code": "Give code, list and agency in the third data element of FTX (C107), not in the fourth.",
    "private-code": "Agree its meaning with us, or use a code of EDItEUR's lists.",
    "not-accepted": "Give the reason: a stopped account is code ACS of list 9B.",
    "not-ours": "Give the reference of our message that you acknowledge.",
    "no-verdict": "State whether the message was accepted (7 or 8) or refused (4).",
    "copies-differ": _COUNTS,
    "summary-differs": _COUNTS,
    "count": _COUNTS,
    "control-number": "Repeat the header's number in the trailer.",
    "no-items": "List at least one line.",
    "no-product-id": "Name the book by its ISBN-13.",
    "no-identifier": "Name the book by its ISBN-13.",
    "no-title": "Give the title.",
    "invalid-price": "Write the amount in digits with a point for decimals.",
    "namespace": "Declare EDItEUR's namespace.",
    "release": "Send release 3.0 or 3.1.",
    "entity": "Write the character itself, or its number: the DTD that names it is not loaded.",
    "transliterated": "Agree with us on a character set that holds all letters: UNOY (UTF-8).",
    "not-a-book": "Nothing needs to be done: titles are kept by ISBN, and these goods have none.",
    "charset": _UTF_8,
    "replaced-characters": _UTF_8,
    "unreadable-record": "Correct the lengths and the directory of the record.",
    "hierarchy": "Number the HL levels from the top; each names the level above it.",
    "isa-length": "Fill each element of ISA to its fixed length.",
    "missing-trailer": "Write the missing trailer: SE, GE or IEA.",
    "stray-segment": "Put every segment between its header and its trailer.",
    "unterminated": "End the last segment with a terminator; the file seems to have been cut off.",
    "not-ship-notice": "Send an EDItX library ship notice here, or agree with us on another format.",
    "not-onix": "Send an ONIX message here, or agree with us on another format.",
    "length": "Write in LDR/00-04 the length of the record in bytes, not in characters.",
    "nothing-deleted": "Name the book to be deleted by its ISBN-13.",
    "mended": "Write an & as &amp; and leave control characters out.",
    "not-carried": "Nothing needs to be done: these parts are kept as they are.",
    "not-marc": "Send MARC records here (ISO 2709 or MARCXML), or agree with us on another format.",
    "not-x12": "Send an X12 interchange here, or agree with us on another format.",
    "not-read": "Send only the agreed transaction sets; this one is ignored.",
    "noise": "Send nothing before, between and after interchanges.",
    "test-left-out": "Leave tests out of files with live interchanges, or remove the mark if this is no test.",
    "unsupported": "Send only the agreed messages; this one is ignored.",
    "unknown-type": "Use one of the agreed message types.",
    "no-delivery-place": "Name the place of delivery by the code or GLN that the order gave.",
    "no-place": "Name the place of delivery by the code or GLN that the order gave.",
    "no-despatch-number": "Give the despatch a number, and the same number when you send it again.",
    "no-sscc": "Give each parcel its SSCC: branches scan it.",
    "bad-sscc": "Give each parcel its SSCC of 18 digits with a correct check digit.",
    "no-number": "Give the document a number, and the same number when you send it again.",
    "no-buyer": "Name the buyer by the agreed GLN or account number.",
    "bad-date": "Write the date as YYYY-MM-DD, or leave it out.",
    "no-time-zone": "End each moment with its time zone, such as Z or +01:00.",
    "bad-line": _ENTRY,
    "bad-parcel": _ENTRY,
    "bad-record": _ENTRY,
    "bad-record-part": "Correct this part; it was left out, and the rest of the record was read.",
    "not-an-envelope": "Send the agreed envelope, with `type` and `data`.",
    "unreadable-data": "Fill in the field named as agreed: without it the message cannot be understood.",
    "no-lines": "Answer at least one line.",
    "no-records": "Send at least one record.",
    "no-record": "Nothing needs to be done: the supplier has no record of this book.",
    "empty-shipment": "List at least one copy, and name the place where it is unpacked.",
    "unknown-place-kind": "Use `hub` or `branch`.",
    "invalid-field": "Correct the field named: `/` separates the names that lead to it.",
    "nul-character": "Leave NUL characters (byte 0) out.",
    "reference-reused": "Give each interchange a reference of its own, and the same one only to the same content.",
    "credentials-refused": "Nothing for the supplier's engineers: staff ask for valid credentials.",
    "mapped": "Use the references of our order; staff corrected this one by hand.",
    "not-json": "Send JSON (RFC 8259) in UTF-8.",
    "not-well-formed": "Send well-formed XML; validate the file before you send it.",
    "refused": "Send XML without declarations in a DOCTYPE, and not deeper or larger than the standard needs.",
    "not-fetched": "Send the content in several files, under plain names, when it is complete.",
    "adapter-failed": "A fault of the adapter, not of the file: reading must never raise an error. Correct `read`.",
    "adapter-unstorable": "Give text in valid Unicode and numbers that are possible; a character that cannot be read is U+FFFD.",
    "adapter-impure": "A fault of the adapter: the same bytes must give the same result, or no message can be replayed.",
}

_BY_SEVERITY = {
    Severity.INFO: "Nothing needs to be done.",
    Severity.WARNING: "The message was read in spite of it. Correct it, so that nothing has to be guessed.",
    Severity.ERROR: "Correct it: this part cannot be understood, so it is not applied.",
}

_LINES = "Repeat on each line our line key, or our order number and the ISBN, exactly as in the order."
_BUYER = "Name the buyer by the GLN or account number that the profile has for the council."
_BY_KIND: Mapping[Kind, str] = {
    Kind.RESPONSE: _LINES,
    Kind.DESPATCH: f"{_LINES} Name the place by its code or GLN in the order, or the hub by its code or GLN in the profile.",
    Kind.INVOICE: f"{_LINES} {_BUYER} {_SUMS}",
    Kind.SELECTION: _BUYER,
    Kind.OPEN_LINES: f"{_BUYER} {_LINES}",
    Kind.ACKNOWLEDGEMENT: "Name our message by its reference.",
}


def advice_on(kind: Kind) -> str:
    """Returns how to fix a fact of this kind that would not be applied in full; "" for kinds without advice."""
    return _BY_KIND.get(kind, "")


def advice_for(finding: Finding) -> str:
    """Returns how to fix a finding; a general advice by severity where its code is unknown here."""
    return advice_for_code(finding.code, finding.severity)


def advice_for_code(code: str, severity: Severity = Severity.ERROR) -> str:
    """Returns how to fix what has this code; a general advice by severity where it is unknown here."""
    return _ADVICE.get(code.partition("-")[2]) or _ADVICE.get(code) or _BY_SEVERITY[severity]
