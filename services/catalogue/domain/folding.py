"""Folds text to the words that search compares: without case, accents and punctuation, in plain Latin letters. Pure.

Titles and queries are folded by the same functions, so PostgreSQL needs no extension for it and no configuration of a language.
"""

from __future__ import annotations

import unicodedata

from shared.transliteration import spelt

LONGEST_WORD = 60
"""Characters of a word that count. No word of a language is longer; an address on the web may be."""

# Within a word: `O'Brien` and `OBrien` are the same name.
_APOSTROPHES = frozenset("'’‘ʼ`´ʹʻ")  # noqa: RUF001 # apostrophes, and what is typed instead


class _Folds(dict[int, str | None]):
    """What each character is replaced by, worked out when it first occurs; None removes it."""

    def __missing__(self, code: int) -> str | None:
        found = self[code] = _folded(chr(code))
        return found


def _folded(character: str) -> str | None:
    category = unicodedata.category(character)
    # Accents of their own, soft hyphens, marks of direction.
    if character in _APOSTROPHES or category in ("Mn", "Mc", "Me", "Cf"):
        return None
    if category[0] not in "LN":
        return " "
    spelling = spelt(character)
    return "".join(filter(str.isalnum, character if spelling is None else spelling)).casefold() or " "


_FOLDS = _Folds()


def words_of(text: str) -> list[str]:
    """Returns the words of a text, folded, in their order. Chinese and Japanese, written without spaces, give one long word."""
    words = text.translate(_FOLDS).split()
    return words if max(map(len, words), default=0) <= LONGEST_WORD else [word[:LONGEST_WORD] for word in words]


def compact(text: str) -> str:
    """Returns a number or code without case, spaces and punctuation."""
    return "".join(words_of(text))
