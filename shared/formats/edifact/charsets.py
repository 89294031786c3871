"""The character sets that UNB S001 declares: which characters each can hold, and which one given bytes are really in."""

import re
from dataclasses import dataclass

_UNOA = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,-()/='+:?!\"%&*;<>")
_REPERTOIRES = {"UNOA": _UNOA, "UNOB": _UNOA | frozenset("abcdefghijklmnopqrstuvwxyz")}
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")

CODECS = {
    "UNOA": "ascii",
    "UNOB": "ascii",
    "UNOC": "iso8859-1",
    "UNOD": "iso8859-2",
    "UNOE": "iso8859-5",
    "UNOF": "iso8859-7",
    "UNOG": "iso8859-3",
    "UNOH": "iso8859-4",
    "UNOI": "iso8859-6",
    "UNOJ": "iso8859-8",
    "UNOK": "iso8859-9",
    # ISO 2022 switches sets by escape sequences whose bytes can look like separators; only its initial set is safe.
    "UNOX": "ascii",
    "UNOY": "utf-8",
}
"""Syntax identifier -> Python codec (ISO 9735, service code list 0001)."""


def unwritable(text: str, charset: str) -> str:
    """Returns the first character of `text` that `charset` (a key of `CODECS`) cannot hold, or "".

    No charset holds control characters, including line breaks.
    """
    repertoire = _REPERTOIRES.get(charset)
    if repertoire is not None:
        return "" if repertoire.issuperset(text) else next(character for character in text if character not in repertoire)
    if (control := _CONTROL.search(text)) is not None:
        return control[0]
    try:
        text.encode(CODECS[charset])
    except UnicodeEncodeError as error:
        return text[error.start]
    return ""


@dataclass(frozen=True, slots=True)
class Likely:
    """The codec that bytes are probably in, and whether the message declares the same."""

    codec: str
    as_declared: bool


def likely(raw: bytes, declared: str) -> Likely:
    """Returns the codec that the non-ASCII bytes of a segment are probably in. It always decodes `raw`.

    Multi-byte sequences that are valid UTF-8 do not occur by accident, so UTF-8 takes precedence over any declared 8-bit set.
    Bytes 0x80-0x9F are letters in Windows-1252 only.
    """
    codec = CODECS.get(declared, "ascii")
    if _decodes(raw, "utf-8"):
        return Likely("utf-8", codec == "utf-8")
    if any(0x80 <= byte < 0xA0 for byte in raw):
        return Likely("cp1252" if _decodes(raw, "cp1252") else "iso8859-1", as_declared=False)
    if codec != "utf-8" and _decodes(raw, codec):
        return Likely(codec, as_declared=True)
    return Likely("iso8859-1", as_declared=False)


def _decodes(raw: bytes, codec: str) -> bool:
    try:
        raw.decode(codec)
    except UnicodeDecodeError:
        return False
    return True
