"""Fits texts and codes into what an LMS can read: its character set, without the characters that it misreads. Pure."""

from __future__ import annotations

from services.lms.dialects.profile import Writing
from shared.formats.edifact.charsets import unwritable
from shared.formats.edifact.fitting import transliterated

# What stands for a character that is avoided: the first of these that the LMS can read.
_ALIKE = {"'": "\N{ACUTE ACCENT}-", "+": "&", ":": ";", "?": "."}


class Wording:
    """Fits what is written to one LMS."""

    def __init__(self, writing: Writing) -> None:
        self._charset = writing.charset
        self._avoided = writing.avoided
        self._alike = str.maketrans({mark: self._instead(mark) for mark in writing.avoided})

    def _instead(self, mark: str) -> str:
        fitting = (each for each in _ALIKE.get(mark, "") if each not in self._avoided and not unwritable(each, self._charset))
        return next(fitting, " ")

    def text(self, text: str) -> str:
        """Returns a text for people: transliterated, never with a character that the LMS misreads."""
        return transliterated(text, self._charset).translate(self._alike)

    def code(self, code: str) -> str:
        """Returns a code or reference as it is, byte for byte. Only what the character set cannot hold is transliterated."""
        return transliterated(code, self._charset) if unwritable(code, self._charset) else code
