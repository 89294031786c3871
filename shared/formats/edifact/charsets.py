"""The character repertoires of UNB's syntax identifier: what may be written in each, and which one bytes are really in."""

from dataclasses import dataclass

_UNOA = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,-()/='+:?!\"%&*;<>")
_REPERTOIRES = {"UNOA": _UNOA, "UNOB": _UNOA | frozenset("abcdefghijklmnopqrstuvwxyz")}

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
    """The first character of `text` that `charset` (a key of `CODECS`) cannot hold, or "".

    Control characters, line breaks among them, are in no repertoire.
    """
    repertoire = _REPERTOIRES.get(charset)
    if repertoire is not None:
        return next((character for character in text if character not in repertoire), "")
    if any(_is_control(character) for character in text):
        return next(character for character in text if _is_control(character))
    try:
        text.encode(CODECS[charset])
    except UnicodeEncodeError as error:
        return text[error.start]
    return ""


def _is_control(character: str) -> bool:
    return character < " " or "\x7f" <= character < "\xa0"


@dataclass(frozen=True, slots=True)
class Likely:
    """The codec that bytes are likely in, and whether the declaration says so too."""

    codec: str
    as_declared: bool


def likely(raw: bytes, declared: str) -> Likely:
    """Which codec the non-ASCII bytes of a segment are in.

    Multi-byte sequences that are valid UTF-8 do not occur by accident, so they win over any declared 8-bit set. Bytes
    0x80-0x9F are letters in Windows-1252 only. The answer always decodes `raw`.
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
