"""The folder for the data and logs of one run: a given one, which is kept, or a temporary one, which is removed at the end.

A lock that the kernel releases with the process shows which temporary folders are in use, so that the next run removes what a
killed one left. Must not know what is in the folder.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from local.machine.errors import CannotStartError

_PREFIX = "stockbridge-run-"
_LOCK = "in-use"
_LOGS = ".log"
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The folder of this run. `lock` is held by this process; None for a folder that was given."""

    path: Path
    lock: IO[bytes] | None = None

    def close(self, *, keep_logs: bool, left: str = "") -> str:
        """Removes a temporary folder; returns what became of it, for the user.

        With `keep_logs`, its logs stay for good. Otherwise files with the ending `left` stay until the next run.
        """
        if self.lock is None:
            return f"Data and logs are kept in {self.path}"
        what = f"The run's data ({_megabytes(self.path)} MB) was removed"
        if keep_logs:
            _remove_all_but(self.path, _LOGS)
            what = f"{what}, its logs are in {self.path}"
        elif left and any(self.path.rglob(f"*{left}")):
            # By the lock, the next run finds the folder.
            _remove_all_but(self.path, left, _LOCK)
            what = f"{what}; {left} files stay in {self.path} until the next run, FOLDER=my-folder keeps everything"
        else:
            shutil.rmtree(self.path, ignore_errors=True)
            what = f"{what} from {self.path}; FOLDER=my-folder keeps it"
        self.lock.close()
        return what


def run_folder(given: Path | None) -> RunFolder:
    """Returns the given folder, or a new temporary one. Raises CannotStartError if it cannot be made."""
    try:
        return _temporary() if given is None else _given(given)
    except OSError as error:
        where = "the temporary folder (TMPDIR)" if given is None else given
        raise CannotStartError(f"{where} cannot be used for data and logs: {error.strerror}") from error


def _given(path: Path) -> RunFolder:
    path.mkdir(parents=True, exist_ok=True)
    return RunFolder(path)


def _temporary() -> RunFolder:
    path = Path(tempfile.mkdtemp(prefix=_PREFIX))
    lock = (path / f"{_LOCK}.new").open("wb")
    fcntl.flock(lock, fcntl.LOCK_EX)
    # Under its name, the file is locked from the first moment on.
    (path / f"{_LOCK}.new").rename(path / _LOCK)
    return RunFolder(path, lock)


def remove_abandoned() -> Iterator[str]:
    """Removes the temporary folders of runs that were killed, or that left files; yields what was removed, for the user.

    Only on Linux: elsewhere, programs of a killed run may still use its folder.
    """
    if sys.platform != "linux":
        return
    for path in sorted(Path(tempfile.gettempdir()).glob(f"{_PREFIX}*")):
        megabytes = _removed_if_abandoned(path)
        if megabytes is not None:
            yield f"Removed {path} ({megabytes} MB), which an earlier run had left"


def _removed_if_abandoned(path: Path) -> int | None:
    """Removes the folder if it is ours and no process holds its lock; returns its size, or None if it stays."""
    with suppress(OSError):
        if path.is_symlink() or path.stat().st_uid != os.geteuid():
            return None
        with (path / _LOCK).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            megabytes = _megabytes(path)
            shutil.rmtree(path, ignore_errors=True)
            if path.exists():  # PostgreSQL was still ending; the next run tries again
                (path / _LOCK).touch()
            return megabytes
    return None


def _megabytes(folder: Path) -> int:
    return round(sum(_size(path) for path in _files(folder)) / _MEGABYTE)


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.lstat().st_size
    return 0


def _files(folder: Path) -> Iterable[Path]:
    return (Path(parent) / name for parent, _, names in os.walk(folder) for name in names)


def _remove_all_but(folder: Path, *endings: str) -> None:
    for parent, _, names in os.walk(folder, topdown=False):
        for name in names:
            if not name.endswith(endings):
                (Path(parent) / name).unlink(missing_ok=True)
        with suppress(OSError):  # something in it stays
            Path(parent).rmdir()
