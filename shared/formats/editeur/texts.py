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
    """Returns whether `after` continues `before` directly, without a space between them.

    It does where either has a space at the seam, and where `before` is full: a word may go on. A piece is full with `width`
    characters, as they are read or, for senders that count release characters too, as they were sent. Only the second kind is
    checked for words that cannot be one: a sender that counts as we read may have stripped a space there.
    """
    if before.endswith(" ") or after.startswith(" ") or len(before) >= width:
        return True
    return _full_as_sent(before, after, width) and not _parted(before[-1:], after[:1])


_RELEASED = ("'", "+", ":", "?")
"""Characters that are sent with a release character before them. Other separators than the default ones are too rare."""


def _full_as_sent(before: str, after: str, width: int) -> bool:
    """Returns whether `before` fills `width` with its release characters, or leaves one place in which a pair has no room."""
    released = sum(before.count(character) for character in _RELEASED)
    sent = len(before) + released
    return (sent == width and released > 0) or (sent == width - 1 and after.startswith(_RELEASED))


def _parted(last: str, first: str) -> bool:
    """Returns whether these two characters end one word and begin the next: `fE` or `,a`."""
    return (last.islower() and first.isupper()) or (last in (",", ";", ":", ".", "!", "?", ")") and first.isalnum())
