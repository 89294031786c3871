"""Encodes text in MARC-8, the older character set of MARC 21, with pymarc's tables. Knows no field."""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import groupby
from operator import itemgetter

from pymarc.marc8_mapping import CODESETS

_LATIN, _ANSEL = b"\x1b(B", 0x45
# What makes a set the current one, by the set's code: Cyrillic, Greek, Hebrew, Arabic, and East Asian in three bytes each.
_ESCAPES = {0x4E: b"\x1b(N", 0x53: b"\x1b(S", 0x32: b"\x1b(2", 0x33: b"\x1b(3", 0x31: b"\x1b$1"}
_BYTES_OF_EAST_ASIAN = 3


def marc8(text: str) -> bytes:
    """Returns the text in MARC-8: accents before their letters, other scripts after an escape sequence, ASCII at the end.

    What MARC-8 lacks (Bengali, and letters of Ukrainian) is a numeric character reference, `&#x0995;`, as MARC 21 advises
    (Specifications for Record Structure, Character Sets, Part 3: lossless conversion).
    """
    if text.isascii():
        return text.encode("ascii")
    encoded = b""
    for escape, characters in groupby(map(_encoded, unicodedata.normalize("NFC", text)), key=itemgetter(0)):
        run = b"".join(content for _, content in characters)
        encoded += run if escape == _LATIN else escape + run + _LATIN
    return encoded


@cache
def _encoded(character: str) -> tuple[bytes, bytes]:
    """Returns the escape sequence of the first set that has the character, whole or in parts, and its bytes there."""
    parts = unicodedata.normalize("NFD", character)
    for escape, table in _tables():
        for spelling in (character, parts[1:] + parts[:1]):
            if all(one in table for one in spelling):
                return escape, b"".join(table[one] for one in spelling)
    return _LATIN, b"&#x%04X;" % ord(character)


@cache
def _tables() -> list[tuple[bytes, dict[str, bytes]]]:
    """Returns the bytes of each character by set; ASCII and ANSEL, which are current at the same time, are the first."""
    latin = {chr(code): bytes([code]) for code in range(0x20, 0x7F)}
    latin |= {chr(character): bytes([code]) for code, (character, _) in CODESETS[_ANSEL].items() if code > 0xA0}
    others = [(escape, _table(code)) for code, escape in _ESCAPES.items()]
    return [(_LATIN, latin), *others]


def _table(charset: int) -> dict[str, bytes]:
    length = _BYTES_OF_EAST_ASIAN if charset == 0x31 else 1
    return {chr(character): code.to_bytes(length, "big") for code, (character, _) in CODESETS[charset].items()}
