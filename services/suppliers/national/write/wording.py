"""Fits our texts into the supplier's charset: transliterates words, refuses codes. Pure."""

from __future__ import annotations

from enum import StrEnum

from shared.findings import Finding, Severity
from shared.formats.edifact.charsets import unwritable
from shared.texts import composed
from shared.transliteration import spelt

_UNKNOWN = "?"


class Code(StrEnum):
    """Codes of findings about what we write."""

    TRANSLITERATED = "national-transliterated"  # the charset lacks characters of a text; it is sent in others


def transliterated(text: str, charset: str) -> str:
    """Returns `text` in the characters of `charset`: tries plain letters, then capitals, else a question mark.

    Text that the charset can hold is only composed (NFC), and its white space collapsed.
    """
    text = _tidy(text)
    if not unwritable(text, charset):
        return text
    fitted = (_fitted(character, charset) for character in text)
    return _tidy("".join(_UNKNOWN if character is None else character for character in fitted))


def transliteration(what: str, text: str, charset: str) -> Finding | None:
    """Returns a finding where `text`, which is `what`, cannot be sent as it is; a warning where letters are lost."""
    text = _tidy(text)
    if not unwritable(text, charset):
        return None
    lacking = "".join(dict.fromkeys(character for character in text if unwritable(character, charset)))
    lost = "".join(character for character in lacking if _fitted(character, charset) is None)
    sent = f"{what} {text!r} is sent as {transliterated(text, charset)!r}, because {charset} cannot hold {lacking!r}"
    known = f"; {lost!r} cannot be spelt in other letters" if lost else ""
    return Finding(Code.TRANSLITERATED, sent + known, Severity.WARNING if lost else Severity.INFO)


def _tidy(text: str) -> str:
    return " ".join(composed(text).split())


def _fitted(character: str, charset: str) -> str | None:
    """Returns what is sent for one character; None where nothing similar can be."""
    spelling = spelt(character)
    candidates = [character] if spelling is None else [character, spelling]
    candidates += [candidate.upper() for candidate in candidates]
    return next((candidate for candidate in candidates if not unwritable(candidate, charset)), None)


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
