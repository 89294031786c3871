"""What the syntax of a file says of its orders: why nothing of it can be trusted, and what is missing in one order. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.lms.dialects.profile import LmsProfile
from services.lms.dialects.quirks import Quirk
from services.lms.dialects.reading.codes import Wrong
from services.lms.dialects.reading.places import Places
from shared.errors import Fault
from shared.findings import Finding, Severity
from shared.formats import edifact
from shared.formats.edifact import Code, Interchange, Message
from shared.formats.forms import Form, form_of

_AGAIN = "Nothing was ordered; send the file again, whole."
_MISSING, _COUNT, _NOT_SUPPORTED, _UNSPECIFIED = "13", "29", "14", "18"
"""Values of list 0085: missing; a count does not match; value not supported here; unspecified error."""
_COUNTS = frozenset({Code.LINE_COUNT, Code.QUANTITY_TOTAL, Code.SEGMENT_COUNT})


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing of a file can be trusted: a sentence for people, and the code of list 0085."""

    text: str
    code: str


def refusal_of(raw: bytes, reading: edifact.Reading) -> Refusal | None:
    """Returns why a file is refused as a whole; None where its messages can be read one by one."""
    if not any(message for interchange in reading.interchanges for message in interchange.messages):
        return _no_messages(raw, reading)
    for interchange in reading.interchanges:
        named = f"interchange {interchange.control_reference!r}"
        for message in interchange.messages:
            if not message.complete:
                text = f"The file ends inside message {message.reference!r} of {named}: it has no end (UNT). {_AGAIN}"
                return Refusal(text, _MISSING)
        if not interchange.complete:
            return Refusal(f"The file ends before the end of {named} (UNZ is missing). {_AGAIN}", _MISSING)
    if cut := _cut_trailer(reading.findings):
        return cut
    first = sorted(reading.findings, key=lambda finding: finding.code != Code.NO_INTERCHANGE)
    return next(filter(None, map(_by_finding, first)), None)


def _cut_trailer(findings: Sequence[Finding]) -> Refusal | None:
    """Returns the refusal of a file whose last segment is UNZ, but cut before the end of its reference."""
    cut = {finding.segment for finding in findings if finding.code == Code.UNTERMINATED_SEGMENT}
    if any(finding.code == Code.REFERENCE_MISMATCH and finding.segment in cut for finding in findings):
        return Refusal(f"The file ends inside its last segment (UNZ). {_AGAIN}", _MISSING)
    return None


def _no_messages(raw: bytes, reading: edifact.Reading) -> Refusal:
    if not raw.strip():
        return Refusal(f"The file is empty. {_AGAIN}", "")
    if any(interchange.header.elements for interchange in reading.interchanges):
        return Refusal(f"The interchange holds no message (UNH). {_AGAIN}", _MISSING)
    form = form_of(raw)
    what = "damaged EDIFACT" if form is Form.EDIFACT else "no EDIFACT" if form is Form.OTHER else f"{form}, and no EDIFACT"
    return Refusal(f"The file is {what}: no interchange (UNB) with messages was found in it. Put ORDERS here.", "")


def _by_finding(finding: Finding) -> Refusal | None:
    """Returns the refusal for a finding of the syntax after which no part of the file can be trusted."""
    match finding.code:
        case Code.MESSAGE_COUNT | Code.GROUP_COUNT if finding.severity is Severity.ERROR:
            return Refusal(f"The file may lack messages: {finding.text}. {_AGAIN}", _COUNT)
        case Code.TOO_MANY_SEGMENTS:
            return Refusal(f"The file is too large: {finding.text}. Nothing was ordered.", _UNSPECIFIED)
        case Code.NO_INTERCHANGE:
            return Refusal(f"The file has a message outside an interchange: {finding.text} (UNB is missing). {_AGAIN}", _MISSING)
        case Code.OUTSIDE_MESSAGE if finding.severity is Severity.ERROR:
            return Refusal(f"The file has data outside its messages: {finding.text}. {_AGAIN}", _UNSPECIFIED)
    return None


def no_orders(interchanges: Sequence[Interchange]) -> Refusal:
    """Returns the refusal of a file without orders, or with tests only."""
    kinds = sorted({message.type.strip() or "?" for interchange in interchanges for message in interchange.messages})
    if interchanges and all(interchange.test for interchange in interchanges):
        text = "The file is marked as a test (UNB 0035), and nothing of it was ordered. Send it without the mark to order."
        return Refusal(text, "25")
    return Refusal(f"The file holds {', '.join(kinds)} and no ORDERS; only orders are taken here.", _NOT_SUPPORTED)


def damages(message: Message, places: Places, syntax: Iterable[Finding], profile: LmsProfile) -> list[Fault]:
    """Returns a fault for each part of a message that could not be read, or that its counts say is missing.

    `syntax` are the findings between its UNH and the next one.
    """
    serious = [finding for finding in syntax if finding.severity is Severity.ERROR]
    return [fault for finding in serious if (fault := _damage(message, places, finding, profile)) is not None]


def _damage(message: Message, places: Places, finding: Finding, profile: LmsProfile) -> Fault | None:
    if finding.code in _COUNTS:
        if finding.code == Code.SEGMENT_COUNT and Quirk.UNRELIABLE_SEGMENT_COUNT in profile.reading.quirks:
            return None
        return Fault("", Wrong.LINES, f"A part of the order may be missing: {finding.text}. Send it again, whole.")
    if finding.code == Code.NOT_A_SEGMENT and _follows_copy_data(message, finding, profile):
        return None
    index = places.line_at((finding.segment or 0) - message.header.position + 1)
    return Fault("" if index is None else f"/lines/{index}", Wrong.DAMAGED, f"{_sentence(finding)} Correct it.")


def _sentence(finding: Finding) -> str:
    return f"A part of the order could not be read: {finding.text}."


def _follows_copy_data(message: Message, finding: Finding, profile: LmsProfile) -> bool:
    """Returns whether what is no segment is the rest of a value in GIR, which an apostrophe cut: the copy's reader reports it."""
    if Quirk.UNESCAPED_COPY_DATA not in profile.reading.quirks or finding.offset is None:
        return False
    before = [segment for segment in message.segments if segment.offset < finding.offset]
    if not before or before[-1].tag != "GIR":
        return False
    marks = before[-1].elements[1:]
    # The value that was cut has no code behind it.
    return bool(marks) and len(marks[-1]) == 1
