"""Spells characters in plain Latin letters and signs, for receivers whose character set lacks them. Pure.

Accents are dropped, Cyrillic and Greek are romanised letter by letter, Korean and Japanese syllables by their Unicode names.
Chinese, Arabic, Hebrew and Indic letters have no spelling here: it would need a dictionary, not a table.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

# Letters, and the spelling of each in the same place; `-` is none.
_LATIN = "ßæœøłđðħıŧɓɗƙƴɛɔəǝƒŋþ", "ss ae oe o l d d h i t b d k y e o e e f ng th"
_CYRILLIC = (
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґўђјљњћџѓќѕ",
    "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya i yi ye g u dj j lj nj c dz gj kj dz",
)
_GREEK = "αβγδεζηθικλμνξοπρσςτυφχψω", "a v g d e z i th i k l m n x o p r s s t y f ch ps o"
_ALIKE = {
    "'": "‘’‚‛′ʹʻʼʽ`´‹›",
    '"': "“”„‟″ʺ«»",
    "-": "‐‑‒–—―−~_",
    ".": "·",
    "*": "•",
    "/": "⁄|\\÷",
    "(": "[{",
    ")": "]}",
}
_SIGNS = {sign: plain for plain, signs in _ALIKE.items() for sign in signs} | {
    "…": "...",
    "€": "EUR",
    "£": "GBP",
    "$": "USD",
    "¥": "JPY",
    "©": "(C)",
    "®": "(R)",
    "×": "x",
    "°": " deg",
    "@": "(at)",
    "#": "No.",
    "§": "par.",
    "¿": "?",
    "¡": "!",
    "^": "",
}
_LETTERS = {
    letter: spelling.strip("-")
    for letters, spellings in (_LATIN, _CYRILLIC, _GREEK)
    for letter, spelling in zip(letters, spellings.split(), strict=True)
}
_SPELLINGS = _LETTERS | _SIGNS
_SYLLABLES = ("HANGUL SYLLABLE ", "HIRAGANA LETTER ", "KATAKANA LETTER ")


@lru_cache(maxsize=4096)
def spelt(character: str) -> str | None:
    """Returns a character in plain letters and signs: "" where it has no shape of its own, None where it has no spelling."""
    if character.isascii() and character.isalnum():
        return character
    if unicodedata.category(character) in ("Cc", "Cf", "Mn"):
        return ""
    known = _SPELLINGS.get(character) or _syllable(character)
    if known is not None:
        return known
    if character.lower() in _SPELLINGS:
        return _SPELLINGS[character.lower()].capitalize()
    parts = unicodedata.normalize("NFKD", character)
    return _joined(spelt(part) if part != character else _ascii(part) for part in parts)


def _ascii(character: str) -> str | None:
    return character if character.isascii() else None


def _syllable(character: str) -> str | None:
    name = unicodedata.name(character, "")
    return name.rpartition(" ")[2].lower() if name.startswith(_SYLLABLES) else None


def _joined(parts: Iterator[str | None]) -> str | None:
    found = list(parts)
    return None if None in found else "".join(part for part in found if part)
