"""Runs the demo and the story as real processes, and finds processes that it leaves running."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.waiting import eventually

# Every look reads what the kernel says of all processes there are.
_LOOK_SECONDS = 0.2


@dataclass
class Play:
    """A run of the demo or the story. `family`: the process and all processes that it was seen to start."""

    process: psutil.Popen
    log: Path
    family: set[psutil.Process] = field(default_factory=set)
    _looked_at: float = 0.0

    @property
    def output(self) -> str:
        """The output so far."""
        return self.log.read_text()

    def ended(self) -> bool:
        """Returns whether it has ended; until then, notes its child processes."""
        if self.process.poll() is not None:
            return True
        if time.monotonic() - self._looked_at >= _LOOK_SECONDS:
            self.family |= {self.process, *self.process.children(recursive=True)}
            self._looked_at = time.monotonic()
        return False

    async def end(self, *, limit: float) -> int:
        """Waits until it has ended and returns its exit status."""
        await eventually(self.ended, limit=limit)
        return int(self.process.returncode)

    def left_behind(self) -> list[str]:
        """Returns processes of the family that still run. A process id that was reused does not count."""
        return [str(process) for process in self.family if process != self.process and process.is_running()]


def demo(*options: str) -> AbstractContextManager[Play]:
    """Starts the demo in its own folder; kills it at the end if it still runs."""
    return _playing("local.demo", options)


def story(*options: str) -> AbstractContextManager[Play]:
    """Starts the story in the same way."""
    return _playing("local.story", options)


@contextmanager
def _playing(module: str, options: tuple[str, ...]) -> Iterator[Play]:
    with tempfile.TemporaryDirectory(prefix="stockbridge-e2e-", ignore_cleanup_errors=True) as name:
        log = Path(name) / "output"
        command = [sys.executable, "-m", module, "--folder", f"{name}/run", *options]
        with log.open("wb") as output, psutil.Popen(command, stdout=output, stderr=subprocess.STDOUT) as process:
            try:
                yield Play(process, log)
            finally:
                _end(process)


def _end(process: psutil.Popen) -> None:
    if process.poll() is None:
        process.kill()
