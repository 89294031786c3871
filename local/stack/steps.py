"""Prints what happens while the system starts, from the first second on, on a terminal and in a log the same way."""

from __future__ import annotations

import sys
import time


class Steps:
    """Prints a line for each step, with the seconds since this object was made."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __call__(self, text: str) -> None:
        """Prints one step. A log has it at once."""
        sys.stdout.write(f"{time.monotonic() - self._began:5.1f} s  {text}\n")
        sys.stdout.flush()
