"""How files are found in and put into the folders of the bookseller: finished ones only, and each at once."""

from __future__ import annotations

import os
from pathlib import Path

# Few enough that what is due in the meantime is not late by much.
_AT_ONCE = 25


def waiting(folder: Path) -> list[Path]:
    """The first finished files of a folder by name, which is the order in which they were sent."""
    finished = sorted(path for path in folder.iterdir() if not path.name.startswith(".") and path.is_file())
    return finished[:_AT_ONCE]


def drop(path: Path, body: bytes) -> None:
    """Put a file there, whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(body)
    os.replace(part, path)
