"""Fits our texts into the supplier's charset: transliterates words, refuses codes. Pure."""

from __future__ import annotations

import unicodedata

from shared.formats.edifact.charsets import unwritable

# Characters without a canonical decomposition, by code point since some look like others.
_LOOKALIKES = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-", "\u2026": "..."}
    | {"\u0142": "l", "\u0141": "L", "\u0153": "oe", "\u0152": "OE", "\u0111": "d", "\u0110": "D", "\u0131": "i"}
    | {"\u20ac": "EUR"}
)
_UNKNOWN = "."


def transliterated(text: str, charset: str) -> str:
    """Returns `text` in the characters of `charset`: tries capitals, then letters without accents, else a full stop.

    Text that the charset can hold is returned unchanged, except for white space, which is collapsed.
    """
    text = " ".join(text.split())
    return "".join(_fitted(character, charset) for character in text) if unwritable(text, charset) else text


def _fitted(character: str, charset: str) -> str:
    parts = unicodedata.normalize("NFKD", character.translate(_LOOKALIKES))
    plain = "".join(part for part in parts if not unicodedata.combining(part))
    for candidate in (character, character.upper(), plain, plain.upper()):
        if candidate and not unwritable(candidate, charset):
            return candidate
    return _UNKNOWN


def code(text: str, charset: str, *, what: str, longest: int) -> str:
    """Returns a code unchanged: codes must be exact. Raises ValueError naming `what` when charset or field cannot hold it."""
    if refused := unwritable(text, charset):
        raise ValueError(f"{what} {text!r} contains {refused!r}, which {charset} cannot carry")
    if len(text) > longest:
        raise ValueError(f"{what} {text!r} is longer than the {longest} characters that the message can carry")
    return text
