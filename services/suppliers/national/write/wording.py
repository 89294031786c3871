"""Fits our texts into the supplier's charset: transliterates words, refuses codes. Pure."""

from __future__ import annotations

from enum import StrEnum

from shared.findings import Finding, Severity
from shared.formats.edifact.charsets import unwritable
from shared.formats.edifact.fitting import fitted, tidy, transliterated
from shared.texts import composed


class Code(StrEnum):
    """Codes of findings about what we write."""

    TRANSLITERATED = "national-transliterated"  # the charset lacks characters of a text; it is sent in others


def transliteration(what: str, text: str, charset: str) -> Finding | None:
    """Returns a finding where `text`, which is `what`, cannot be sent as it is; a warning where letters are lost."""
    text = tidy(text)
    if not unwritable(text, charset):
        return None
    lacking = "".join(dict.fromkeys(character for character in text if unwritable(character, charset)))
    lost = "".join(character for character in lacking if fitted(character, charset) is None)
    sent = f"{what} {text!r} is sent as {transliterated(text, charset)!r}, because {charset} cannot hold {lacking!r}"
    known = f"; {lost!r} cannot be spelt in other letters" if lost else ""
    return Finding(Code.TRANSLITERATED, sent + known, Severity.WARNING if lost else Severity.INFO)


def code(text: str, charset: str, *, what: str, longest: int) -> str:
    """Returns a code composed (NFC), else unchanged: codes must be exact.

    Raises ValueError naming `what` when charset or field cannot hold it.
    """
    text = composed(text)
    if refused := unwritable(text, charset):
        raise ValueError(f"{what} {text!r} contains {refused!r}, which {charset} cannot carry")
    if len(text) > longest:
        raise ValueError(f"{what} {text!r} is longer than the {longest} characters that the message can carry")
    return text
