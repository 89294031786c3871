"""Fits text for people into the character set of an interchange. Codes must be exact, and are not for this module."""

from __future__ import annotations

from shared.formats.edifact.charsets import unwritable
from shared.texts import composed
from shared.transliteration import spelt

_UNKNOWN = "?"


def transliterated(text: str, charset: str) -> str:
    """Returns `text` in the characters of `charset`: tries plain letters, then capitals, else a question mark.

    Text that the charset can hold is only composed (NFC), and its white space collapsed.
    """
    text = tidy(text)
    if not unwritable(text, charset):
        return text
    known = (fitted(character, charset) for character in text)
    return tidy("".join(_UNKNOWN if character is None else character for character in known))


def tidy(text: str) -> str:
    """Returns the text composed (NFC), with its white space collapsed."""
    return " ".join(composed(text).split())


def fitted(character: str, charset: str) -> str | None:
    """Returns what is sent for one character; None where nothing similar can be."""
    spelling = spelt(character)
    candidates = [character] if spelling is None else [character, spelling]
    candidates += [candidate.upper() for candidate in candidates]
    return next((candidate for candidate in candidates if not unwritable(candidate, charset)), None)
