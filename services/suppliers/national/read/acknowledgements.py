"""Turns CONTRL into whether a bookseller could read what we sent. Pure and tolerant; knows no message of ours."""

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
    "7": "the recipient is not theirs",
    "12": "invalid value",
    "13": "something is missing",
    "14": "a value is not supported here",
    "15": "something is not supported here",
    "16": "too many parts",
    "17": "no agreement",
    "18": "an error they do not name",
    "21": "a character is not allowed",
    "23": "they do not know the sender",
    "24": "too old",
    "25": "tests are not supported",
    "26": "they have it already",
    "28": "references do not match",
    "29": "a count is wrong",
    "37": "a character is of the wrong kind",
    "39": "a value is too long",
    "40": "a value is too short",
}
"""UN/EDIFACT service code list 0085, what can happen to a message of ours."""


def read_acknowledgement(message: Message, findings: Findings) -> AcknowledgementFact | None:
    """One CONTRL as a fact about the interchange it names (UCI 0020); None when that is none of ours or nothing is said.

    An interchange of which one message is refused is refused: ours hold one message each. What is refused as a duplicate
    (error 26) was taken before.
    """
    verdict = editeur.read_as(editeur.Acknowledgement, message, findings).interchange
    reference = verdict.reference.strip()
    if not (reference.isascii() and reference.isdigit() and len(reference) <= _MOST_DIGITS):
        text = f"{reference!r} is no reference of ours"
        findings.append(odd(Odd.NOT_OURS, text, message.header, Severity.ERROR))
        return None
    if verdict.action not in (_REFUSED, *_TAKEN):
        text = f"UCI action {verdict.action!r} neither takes nor refuses"
        findings.append(odd(Odd.NO_VERDICT, text, message.header, Severity.ERROR))
        return None
    verdicts: tuple[InterchangeVerdict | MessageVerdict, ...] = (verdict, *verdict.messages)
    refusals = [each for each in verdicts if each.action == _REFUSED]
    accepted = all(each.error == _DUPLICATE for each in refusals)
    said = [text for each in refusals for text in _reasons(each)]
    return AcknowledgementFact(int(reference), accepted, "; ".join(dict.fromkeys(said)))


def _reasons(verdict: InterchangeVerdict | MessageVerdict) -> Iterator[str]:
    """Why something is refused, with the number of the segment in the message, UNH being 1."""
    if verdict.error:
        where = f" ({verdict.segment})" if verdict.segment else ""
        yield f"{_meaning(verdict.error)}{where}"
    for segment in verdict.segments:
        errors = [each.error for each in segment.elements] or [segment.error]
        for error in errors:
            yield f"{_meaning(error)} (segment {segment.segment})"


def _meaning(error: str) -> str:
    return _ERRORS.get(error, f"error {error}" if error else "an error they do not name")
