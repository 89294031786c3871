"""Reads CONTRL as an acknowledgement: whether a bookseller could read what we sent. Pure and tolerant.

Does not know which messages we sent.
"""

from __future__ import annotations

from collections.abc import Iterator

from services.suppliers.contract import AcknowledgementFact
from services.suppliers.national.read.codes import Odd, odd
from services.suppliers.national.read.lines import Findings
from shared.findings import Severity
from shared.formats import editeur
from shared.formats.edifact import Message
from shared.formats.editeur import InterchangeVerdict, MessageVerdict

_REFUSED = "4"
_TAKEN = ("7", "8")
_DUPLICATE = "26"
_MOST_DIGITS = 14

_ERRORS = {
    "2": "syntax version not supported",
    "7": "the supplier is not the recipient",
    "12": "invalid value",
    "13": "a required part is missing",
    "14": "a value is not supported in this position",
    "15": "a part is not supported in this position",
    "16": "too many parts",
    "17": "no agreement",
    "18": "an error that the supplier does not name",
    "21": "a character is not allowed",
    "23": "the supplier does not know the sender",
    "24": "too old",
    "25": "tests are not supported",
    "26": "the supplier already has it",
    "28": "references do not match",
    "29": "a count is wrong",
    "37": "a character is of the wrong kind",
    "39": "a value is too long",
    "40": "a value is too short",
}
"""UN/EDIFACT service code list 0085, as far as it can apply to our messages: code -> meaning."""


def read_acknowledgement(message: Message, findings: Findings) -> AcknowledgementFact | None:
    """Reads one CONTRL as a fact about the interchange it names (UCI 0020).

    None, with an error finding, when the reference is not one of ours or the action (UCI 0083) is neither 4, 7 nor 8. An
    interchange is refused when a message in it is refused (UCM): ours hold one message each. An interchange refused as a
    duplicate (error 26) counts as accepted: the supplier took it before.
    """
    verdict = editeur.read_as(editeur.Acknowledgement, message, findings).interchange
    reference = verdict.reference.strip()
    if not (reference.isascii() and reference.isdigit() and len(reference) <= _MOST_DIGITS):
        text = f"{reference!r} is not one of our references"
        findings.append(odd(Odd.NOT_OURS, text, message.header, Severity.ERROR))
        return None
    if verdict.action not in (_REFUSED, *_TAKEN):
        text = f"UCI action {verdict.action!r} means neither accepted (7, 8) nor refused (4)"
        findings.append(odd(Odd.NO_VERDICT, text, message.header, Severity.ERROR))
        return None
    verdicts: tuple[InterchangeVerdict | MessageVerdict, ...] = (verdict, *verdict.messages)
    refusals = [each for each in verdicts if each.action == _REFUSED]
    accepted = all(each.error == _DUPLICATE for each in refusals)
    reasons = [text for each in refusals for text in _reasons(each)]
    return AcknowledgementFact(int(reference), accepted, "; ".join(dict.fromkeys(reasons)))


def _reasons(verdict: InterchangeVerdict | MessageVerdict) -> Iterator[str]:
    """Yields why an interchange (UCI) or message (UCM) is refused. UCS gives the segment's number in the message, UNH being 1."""
    if verdict.error:
        where = f" ({verdict.segment})" if verdict.segment else ""
        yield f"{_meaning(verdict.error)}{where}"
    for segment in verdict.segments:
        errors = [each.error for each in segment.elements] or [segment.error]
        for error in errors:
            yield f"{_meaning(error)} (segment {segment.segment})"


def _meaning(error: str) -> str:
    return _ERRORS.get(error, f"error {error}" if error else "an error that the supplier does not name")
