"""Decodes the texts of ISO 2709. What LDR/09 declares is believed only where it is true. pymarc has the tables of MARC-8.

A character that cannot be read becomes U+FFFD, with a finding. pymarc makes it a blank, or drops it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pymarc.marc8 import MARC8ToUnicode

from shared.findings import Finding, Severity
from shared.formats.marc.codes import Code
from shared.texts import UNREADABLE

_ESCAPE, _TO_EACC = b"\x1b", b"\x1b$1"
# Bytes without a meaning in MARC-8, which pymarc drops: all of C1 but the marks for nonfiling (88, 89) and the joiners (8D, 8E).
_UNASSIGNED = bytes(byte for byte in range(0x80, 0xA0) if byte not in (0x88, 0x89, 0x8D, 0x8E))
_TO_UNMAPPED = bytes.maketrans(_UNASSIGNED, b"\xff" * len(_UNASSIGNED))
# Accents of ANSEL stand before their letter.
_ACCENTS = tuple(bytes([byte]) for byte in range(0xE0, 0xFF))


@dataclass(slots=True)
class Charset:
    """The character set of one record. `declared`: it is the one that LDR/09 names. `replaced`: something could not be read.

    `valid_utf8`: all bytes of the record are.
    """

    name: str
    decode: Callable[[bytes], str]
    declared: bool = True
    replaced: bool = False
    instead: str = ""
    valid_utf8: bool = False

    def findings(self, number: int) -> list[Finding]:
        """Returns what was unusual, once all texts are decoded."""
        found = []
        if not self.declared and self.instead:
            text = f"LDR/09 declares {self.instead}, but the bytes are {self.name}"
            severity = Severity.INFO if self.name == _UTF8 else Severity.WARNING
            found.append(Finding(Code.CHARSET, text, severity, number))
        if self.replaced:
            text = f"some characters are not in {self.name} and were replaced"
            found.append(Finding(Code.REPLACED, text, Severity.WARNING, number))
        return found


_UTF8, _MARC8, _WINDOWS = "UTF-8", "MARC-8", "Windows-1252"


def charset_of(raw: bytes, *, declared_utf8: bool) -> Charset:
    """Returns the character set of a record's bytes.

    Bytes declared as UTF-8 that are none: MARC-8 where they have escapes; damaged UTF-8 where most characters are right; else
    Windows-1252. Bytes declared as MARC-8 without escapes that are UTF-8 are UTF-8.
    """
    if raw.isascii() and _ESCAPE not in raw:
        return Charset("ASCII", bytes.decode, valid_utf8=True)
    text = raw.decode("utf-8", "replace")
    unreadable = text.count(UNREADABLE)
    broken = unreadable and unreadable - raw.count(UNREADABLE.encode())
    if not broken and (declared_utf8 or _ESCAPE not in raw):
        return Charset(_UTF8, bytes.decode, declared_utf8, unreadable > 0, instead=_MARC8, valid_utf8=True)
    if not declared_utf8:
        return _marc8(declared=True)
    if _ESCAPE in raw:
        return _marc8(declared=False)
    right = sum(1 for character in text if not character.isascii()) - broken
    if right >= broken:
        return Charset(_UTF8, _utf8, declared=False, replaced=True)
    wrong = UNREADABLE in raw.decode("cp1252", "replace")
    return Charset(_WINDOWS, _windows, declared=False, replaced=wrong, instead=_UTF8)


def _utf8(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _windows(raw: bytes) -> str:
    return raw.decode("cp1252", "replace")


def _marc8(*, declared: bool) -> Charset:
    charset = Charset(_MARC8, bytes.decode, declared=declared, instead=_UTF8)

    def decode(raw: bytes) -> str:
        if raw.isascii() and _ESCAPE not in raw:
            return raw.decode()
        text, replaced = _from_marc8(raw)
        charset.replaced = charset.replaced or replaced
        return text

    charset.decode = decode
    return charset


def _from_marc8(raw: bytes) -> tuple[str, bool]:
    """Returns the text, and whether some of it could not be read."""
    converter = MARC8ToUnicode(quiet=True)
    raw = raw.translate(_TO_UNMAPPED)
    if _TO_EACC in raw:
        # Codes of three bytes may contain that of a blank.
        text = _translated(converter, raw)
        return text, UNREADABLE in text or text.count(" ") > raw.count(b" ")
    # pymarc makes what it cannot read a blank: between true blanks, each of those is such a character.
    text = " ".join(_translated(converter, word).replace(" ", UNREADABLE) for word in raw.split(b" "))
    return text, UNREADABLE in text


def _translated(converter: MARC8ToUnicode, word: bytes) -> str:
    try:
        text = str(converter.translate(word))  # type: ignore[no-untyped-call]  # pymarc has no types here
    except (IndexError, TypeError, ValueError):
        return word.decode("ascii", "replace").replace("\x1b", UNREADABLE)
    accent_alone = word[-1:] in _ACCENTS and converter.g1 == MARC8ToUnicode.ansel
    return text + UNREADABLE if accent_alone else text
