"""Starts Python modules from a process that has already imported what they need, which saves each start more than a second.

Owns that process: one per process of ours, made at the first start. Must not know what the modules do.
"""

from __future__ import annotations

import ctypes
import os
import runpy
import signal
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from multiprocessing import connection, context, get_context, parent_process, resource_tracker
from multiprocessing.forkserver import ensure_running
from pathlib import Path

from local.machine.errors import CannotStartError

_PR_SET_NAME = 15
_NAME_BYTES = 15


@dataclass(frozen=True, slots=True)
class Module:
    """A module to run as `python -m` does. Of its environment, variables for Python or malloc have no effect: both run already.

    `preload`: what the process that starts modules imports, if this is the first to be started.
    """

    name: str
    arguments: Sequence[str] = ()
    preload: Sequence[str] = ()


class WarmProcess:
    """A running module in a process group of its own. It ends with this process, however this one ends."""

    def __init__(self, module: Module, environment: Mapping[str, str], log_file: Path, orphan_signal: signal.Signals) -> None:
        """Starts it. Raises OSError if this process is a script that cannot be imported."""
        forking = _forking(module.preload)
        seen, started = forking.Pipe(duplex=False)
        what = (module.name, tuple(module.arguments), dict(environment), str(log_file.resolve()), orphan_signal, started)
        self._process = forking.Process(target=_become, args=what, name=module.name, daemon=True)
        self._process.start()
        started.close()
        with seen:
            _wait_for(seen, module)
        assert self._process.pid is not None
        self.pid: int = self._process.pid

    def poll(self) -> int | None:
        """Returns the exit code: None while the process runs, negative if a signal ended it."""
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Sends a signal; does nothing if the process has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)


def warm_up(preload: Sequence[str]) -> None:
    """Makes the process that starts modules begin its imports, unless there is one. Returns at once; the first start waits.

    Raises CannotStartError where the temporary folder has no room for its socket.
    """
    try:
        _forking(preload)
    except OSError as error:
        folder = tempfile.gettempdir()
        raise CannotStartError(
            f"no socket can be made in {folder} ({error}): set TMPDIR to a folder with a short path"
        ) from error


def _forking(preload: Sequence[str]) -> context.ForkServerContext:
    forking = get_context("forkserver")
    forking.set_forkserver_preload([*preload, "local.machine.frozen"])
    # Ctrl-C reaches every process of a terminal. Until its imports are done, that process would end with a traceback.
    resource_tracker.ensure_running()  # which it needs, and whose start would let the signal through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return forking


def _wait_for(seen: connection.Connection, module: Module) -> None:
    try:
        seen.recv()
    except EOFError:
        advice = 'if a script of yours starts it, the script needs `if __name__ == "__main__":`'
        raise OSError(f"{module.name} did not start; {advice}") from None


def _become(
    name: str,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    log_file: str,
    orphan_signal: signal.Signals,
    started: connection.Connection,
) -> None:
    """Runs in the new process."""
    os.setpgid(0, 0)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    _call_me(name)
    _write_to(log_file)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = [name, *arguments]
    threading.Thread(target=_end_with_parent, args=(orphan_signal,), daemon=True).start()
    started.send(None)
    started.close()
    runpy.run_module(name, run_name="__main__", alter_sys=True)


def _call_me(name: str) -> None:
    """Names the process after its module in `ps` and `top`; without this, all copies have the same name."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_NAME, name.rpartition(".")[2].encode()[:_NAME_BYTES])


def _write_to(log_file: str) -> None:
    log = os.open(log_file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for stream in (sys.stdout, sys.stderr):
        assert isinstance(stream, TextIOWrapper)
        os.dup2(log, stream.fileno())
        stream.reconfigure(line_buffering=True)
    os.close(log)


def _end_with_parent(orphan_signal: signal.Signals) -> None:
    parent = parent_process()
    assert parent is not None
    connection.wait([parent.sentinel])
    os.kill(os.getpid(), orphan_signal)
