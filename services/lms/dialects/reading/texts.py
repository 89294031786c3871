"""Reads the texts of an order: title, author, and instructions for the supplier. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from services.lms.dialects.profile import Reading
from services.lms.dialects.reading.codes import Odd
from services.lms.dialects.reading.notes import Notes
from shared.formats.editeur import Line, Remark
from shared.texts import plain, replace_nul

LONGEST_TITLE, LONGEST_AUTHOR, LONGEST_NOTE = 500, 300, 350
_TITLES = ("050", "BTI", "BST", "JTI")
_SUBTITLES = ("060",)
_AUTHORS = ("009", "BAU")
_FAMILY, _GIVEN = "010", "011"


def clean(text: str) -> str:
    """Returns a code or reference as the LMS wrote it, without spaces around it; a NUL, which no database stores, is replaced."""
    return replace_nul(text).strip()


def title_of(line: Line, reading: Reading, notes: Notes) -> str:
    """Returns title and subtitle."""
    title = next((found for code in _TITLES if (found := _described(line, code, reading, " "))), "")
    subtitle = next((found for code in _SUBTITLES if (found := _described(line, code, reading, " "))), "")
    return _short(f"{title}: {subtitle}" if title and subtitle else title or subtitle, LONGEST_TITLE, "title", line, notes)


def author_of(line: Line, reading: Reading, notes: Notes) -> str:
    """Returns the authors as one text."""
    author = next((found for code in _AUTHORS if (found := _described(line, code, reading, "; "))), "")
    family, given = (_described(line, code, reading, " ") for code in (_FAMILY, _GIVEN))
    return _short(author or ", ".join(filter(None, (family, given))), LONGEST_AUTHOR, "author", line, notes)


def _described(line: Line, code: str, reading: Reading, between: str) -> str:
    """Returns all descriptions (IMD) under a code. A piece that is as long as the LMS's pieces goes on in the next one."""
    if reading.text_width == _STANDARD_WIDTH:
        return plain(between.join(each.text.strip() for each in line.descriptions if each.code == code and each.text.strip()))
    text, full = "", True
    for piece in (piece for each in line.descriptions if each.code == code for piece in each.pieces):
        text += piece if full else between + piece
        full = len(piece) >= reading.text_width
    return plain(text)


_STANDARD_WIDTH = 35


def _short(text: str, longest: int, what: str, line: Line, notes: Notes) -> str:
    if len(text) > longest:
        notes.found(Odd.TEXT_CUT, f"line {line.number}: the {what} has {len(text)} characters; {longest} are kept", line.at)
    return text[:longest].rstrip()


def instructions_of(remarks: Iterable[Remark]) -> str:
    """Returns the free text of remarks (FTX), each once."""
    texts = (plain(" ".join(remark.text.split())) for remark in remarks)
    return " ".join(dict.fromkeys(text for text in texts if text))


def note_of(texts: Iterable[str], line: Line, notes: Notes) -> str:
    """Returns instructions as one servicing note, as much as a supplier's message carries, with a finding about the rest."""
    note = " ".join(dict.fromkeys(plain(text) for text in texts if text.strip()))
    if len(note) <= LONGEST_NOTE:
        return note
    kept = note[: note.rfind(" ", 0, LONGEST_NOTE + 1)] if " " in note[:LONGEST_NOTE] else note[:LONGEST_NOTE]
    lost = note[len(kept) :].strip()
    notes.found(Odd.NOTE_CUT, f"line {line.number}: the instructions are too long for the supplier; not sent: {lost!r}", line.at)
    return kept.rstrip()
