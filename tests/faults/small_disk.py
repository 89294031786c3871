"""A disk of its own for a folder, which a test can make full: a tmpfs that is made as small as what is in it.

Root may mount it. Where that is not permitted the folder stays as it is, and a test that needs the disk is skipped.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_LARGE = 1024**3
_TRIES = 100


class SmallDisk:
    """The disk of one folder."""

    def __init__(self, folder: Path, refused: str) -> None:
        """`refused`: why it could not be mounted; empty if it was."""
        self._folder = folder
        self._refused = refused

    def fill(self) -> None:
        """Leaves no byte free. Skips the test where no disk could be mounted."""
        if self._refused:
            pytest.skip(f"a full disk needs the right to mount a tmpfs, which root has in most containers: {self._refused}")
        for _ in range(_TRIES):  # until nothing was written between the two steps
            used = os.statvfs(self._folder)
            if not _mounted("-o", f"remount,size={(used.f_blocks - used.f_bfree) * used.f_frsize}", str(self._folder)):
                return
        raise AssertionError(f"{self._folder} was written to all the time")

    def free(self) -> None:
        """Gives it room again."""
        if not self._refused:
            assert not _mounted("-o", f"remount,size={_LARGE}", str(self._folder))


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk]:
    """Mounts a disk with plenty of room as the folder, for as long as the context is entered."""
    folder.mkdir(parents=True, exist_ok=True)
    refused = _mounted("-t", "tmpfs", "-o", f"size={_LARGE},mode=0755", "stockbridge-test", str(folder))
    # A disk of no size would be one without a limit.
    (folder / ".first-page").write_bytes(b"\0")
    try:
        yield SmallDisk(folder, refused)
    finally:
        if not refused:
            # Lazily: a program that a failed test left behind must not keep it.
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _mounted(*arguments: str) -> str:
    """Runs `mount`; returns why it failed, empty if it did not."""
    try:
        done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    except OSError as error:
        return str(error)
    return "" if done.returncode == 0 else done.stderr.strip() or f"exit code {done.returncode}"
