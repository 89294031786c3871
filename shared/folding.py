"""Folds text to the words that search compares: without case, accents and punctuation, in plain Latin letters. Pure.

Titles and queries are folded by the same functions, so PostgreSQL needs no extension for it and no configuration of a language.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from shared.transliteration import spelt

LONGEST_WORD = 60
"""Characters of a word that count. No word of a language is longer; an address on the web may be."""

# Within a word: `O'Brien` and `OBrien` are the same name.
_APOSTROPHES = frozenset("'’‘ʼ`´ʹʻ")  # noqa: RUF001 # apostrophes, and what is typed instead


class _Folds(dict[int, str]):
    """What each character is replaced by, worked out when it first occurs."""

    def __missing__(self, code: int) -> str:
        found = self[code] = _fold_of(chr(code))
        return found


def _fold_of(character: str) -> str:
    category = unicodedata.category(character)
    # Accents of their own, soft hyphens, marks of direction.
    if character in _APOSTROPHES or category in ("Mn", "Mc", "Me", "Cf"):
        return ""
    if category[0] not in "LN":
        return " "
    spelling = spelt(character)
    return "".join(filter(str.isalnum, character if spelling is None else spelling)).casefold() or " "


_FOLDS = _Folds()
_ASCII = [_FOLDS[code] for code in range(128)]
_KEPT = "".join(fold or " " for fold in _ASCII).encode().ljust(256)
_REMOVED = bytes(code for code, fold in enumerate(_ASCII) if not fold)


def folded(text: str) -> str:
    """Returns a text with each character replaced by what it is folded to: nothing, a space, or letters and digits."""
    if text.isascii():
        # As below, but twice as fast, and most texts are.
        return text.encode().translate(_KEPT, _REMOVED).decode()
    return text.translate(_FOLDS)


def folded_lengths(text: str) -> Iterator[int]:
    """Yields for each character of a text how many it is folded to."""
    return map(len, map(_FOLDS.__getitem__, map(ord, text)))


def words_of(text: str) -> list[str]:
    """Returns the words of a text, folded, in their order. Chinese and Japanese, written without spaces, give one long word."""
    words = folded(text).split()
    return words if max(map(len, words), default=0) <= LONGEST_WORD else [word[:LONGEST_WORD] for word in words]


def compact(text: str) -> str:
    """Returns a number or code without case, spaces and punctuation."""
    return "".join(words_of(text))
