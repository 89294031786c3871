"""The terminal that a command of the exchange prints to, and text made safe for it. Knows no command and no report."""

from __future__ import annotations

from rich.console import Console

_WIDTH_WITHOUT_TERMINAL = 160


def console() -> Console:
    """Returns a console as wide as the terminal, or wide enough for tables where there is none."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=_WIDTH_WITHOUT_TERMINAL)


def printable(text: str, *, keep: str = "") -> str:
    """Returns text from outside with a dot for every character that could control a terminal, except those to `keep`.

    Not `rich.control.strip_control_codes`: that leaves ESC and the C1 controls in, which begin such control sequences.
    """
    return "".join(letter if letter.isprintable() or letter in keep else "\N{MIDDLE DOT}" for letter in text)
