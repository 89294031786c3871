"""Cuts long text into pieces that fit a segment, and joins the pieces that senders cut. Knows no segment."""

from __future__ import annotations

from collections.abc import Iterable


def cut(text: str, width: int) -> tuple[str, ...]:
    """Cuts text into pieces of at most `width` characters, which joined without a space make the text again.

    Each piece but the last is `width` long or ends with a space. So a receiver that strips spaces can still tell a cut word from
    two words.
    """
    found: list[str] = []
    while len(text) > width:
        end = _seam(text, width)
        found.append(text[:end])
        text = text[end:]
    return (*found, text) if text else tuple(found)


def _seam(text: str, width: int) -> int:
    """Returns where to cut: at `width`, or after the last space before it when the next piece would begin with a space."""
    if text[width] != " ":
        return width
    return text.rfind(" ", 0, width) + 1 or width


def joined(pieces: Iterable[str], width: int) -> str:
    """Joins pieces that were cut at `width`. A shorter piece without a space at its end had one that was stripped."""
    text = ""
    last = ""
    for piece in pieces:
        text += piece if not last or continues(last, piece, width) or not piece else " " + piece
        last = piece or last
    return text


def continues(before: str, after: str, width: int) -> bool:
    """Returns whether `after` continues `before` directly, without a space between them."""
    return len(before) >= width or before.endswith(" ") or after.startswith(" ")
