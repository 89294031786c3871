"""Finds finished files in the bookseller's folders, and puts files there, each complete or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

# Few enough that files due in the meantime are not much late.
_AT_ONCE = 25


def waiting(folder: Path) -> list[Path]:
    """Returns the first finished files of a folder by name, which is the order in which they were sent."""
    finished = sorted(path for path in folder.iterdir() if not path.name.startswith(".") and path.is_file())
    return finished[:_AT_ONCE]


def drop(path: Path, body: bytes) -> None:
    """Puts a file there, complete or not at all."""
    upload(path, (body,))


def upload(path: Path, chunks: Iterable[bytes], *, finished: Callable[[], bool] = lambda: True) -> None:
    """Puts a file there in chunks, under a temporary name until all of it is there. What is not `finished` then is removed."""
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        file.writelines(chunks)
    if finished():
        os.replace(part, path)
    else:
        part.unlink()
