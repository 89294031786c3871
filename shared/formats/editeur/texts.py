"""Cuts long text into the pieces a segment can hold, and joins what senders cut. Knows no segment."""

from __future__ import annotations

from collections.abc import Iterable


def cut(text: str, width: int) -> tuple[str, ...]:
    """Pieces of at most `width` characters that joined, by us or by anyone who adds no space, make the text again.

    A piece is `width` long or ends with a space, so that who strips spaces can tell a cut word from two words.
    """
    found: list[str] = []
    while len(text) > width:
        end = _seam(text, width)
        found.append(text[:end])
        text = text[end:]
    return (*found, text) if text else tuple(found)


def _seam(text: str, width: int) -> int:
    """`width`, unless the next piece would begin with a space: then behind the last space, if there is one."""
    if text[width] != " ":
        return width
    return text.rfind(" ", 0, width) + 1 or width


def joined(pieces: Iterable[str], width: int) -> str:
    """The text of pieces cut at `width`: a shorter piece without a space at the seam had one, which was stripped."""
    text = ""
    last = ""
    for piece in pieces:
        text += piece if not last or continues(last, piece, width) or not piece else " " + piece
        last = piece or last
    return text


def continues(before: str, after: str, width: int) -> bool:
    """Whether `after` goes on where `before` was cut, without anything between."""
    return len(before) >= width or before.endswith(" ") or after.startswith(" ")
