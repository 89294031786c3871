"""Starts child processes, waits until they answer, ends them. Must not know what they do.

A child runs in its own process group, so that Ctrl-C reaches only the parent and the parent decides in which
order children stop. On Linux a child also ends with its parent, however the parent ends.
"""

import asyncio
import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from local.machine.errors import CannotStartError
from local.machine.ports import LOOPBACK
from local.machine.warm import Module, WarmProcess
from shared.backoff import Backoff

# How long a program may take until it answers, or ends where it only has something to do. Generous: a busy machine is slow, and
# a program that ends is noticed at once.
START_SECONDS = 180.0
_POLL_SECONDS = 0.02
# A stack has eight children; looking at each fifty times a second would take a tenth of a core.
_END_POLL_SECONDS = 0.1
_LOG_TAIL_LINES = 15
_PR_SET_PDEATHSIG = 1
# Loaded here because a child must not import anything directly after the fork.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class ChildFailedError(CannotStartError):
    """A child ended or did not answer in time; the message contains the end of its log."""

    def __init__(self, what: str, log_file: Path) -> None:
        """Reads the log now. `what` went wrong, beginning with the child's name."""
        tail = _log_tail(log_file)
        super().__init__("\n".join([what, *tail]))
        self._brief = f"{what}{f': {tail[-1]}' if tail else ''}; the whole log is {log_file}"

    @property
    def brief(self) -> str:
        """What went wrong, the last line of the log, and the log's path."""
        return self._brief


@dataclass(frozen=True, slots=True)
class Program:
    """A command or a module to run. `environment` is the child's whole environment; None means the parent's."""

    name: str
    command: Sequence[str] | Module
    log_file: Path
    environment: Mapping[str, str] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    # The signal that the kernel sends to the child when its parent has ended.
    orphan_signal: signal.Signals = signal.SIGKILL


class _Process(Protocol):
    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None: ...

    def send_signal(self, number: int, /) -> None: ...


class Child:
    """One run of a program.

    Start it in a thread that runs as long as the child should (in practice the main thread): for the kernel,
    the end of that thread is the end of the parent.
    """

    def __init__(self, program: Program) -> None:
        """Starts the program immediately. Raises OSError if it cannot be executed."""
        self.program = program
        self._cleared = False
        program.log_file.parent.mkdir(parents=True, exist_ok=True)
        self._process: _Process = _started(program)

    @property
    def pid(self) -> int:
        """Process id, which is also the id of the child's process group."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """Exit code: None while the child runs, negative if a signal ended it."""
        return self._process.poll()

    @property
    def running(self) -> bool:
        """Whether the child has not ended yet."""
        return self.exit_code is None

    async def ended(self) -> int:
        """Waits until the child ends by itself; returns its exit code."""
        while (code := self.exit_code) is None:  # noqa: ASYNC110 - the kernel has no asyncio.Event
            await asyncio.sleep(_END_POLL_SECONDS)
        return code

    async def stop(self, *, limit: float = 20.0) -> None:
        """Asks the child to end; kills its group if it has not ended within `limit` seconds."""
        self._signal_child(self.program.stop_signal)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.ended(), limit)
        await self.kill()

    async def kill(self) -> None:
        """Ends the child and its process group with SIGKILL; returns when the child has ended."""
        if self._cleared:  # its process id may now belong to another process
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        await self.ended()
        self._cleared = True

    def failure(self, what: str) -> ChildFailedError:
        """Returns an error that states `what` went wrong and ends with the last lines of the child's log."""
        return ChildFailedError(f"{self.program.name} {what}", self.program.log_file)

    def _signal_child(self, number: signal.Signals) -> None:
        if self.running:
            self._process.send_signal(number)


class Supervised:
    """A program that is restarted whenever it ends by itself, after a pause that doubles up to a limit."""

    def __init__(
        self, program: Program, *, first_pause: float = 0.2, longest_pause: float = 5.0, steady_after: float = 30.0
    ) -> None:
        """All times are in seconds. A run of at least `steady_after` resets the pause to `first_pause`."""
        self.program = program
        self.restarts = 0
        # No spread: only this process restarts the program.
        self._pause = Backoff(first_pause, longest_pause, spread=False)
        self._steady_after = steady_after
        self._child: Child | None = None
        self._watch: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the current run; None if the program does not run."""
        return self._child.pid if self._child is not None and self._child.running else None

    async def start(self) -> None:
        """Starts the program and restarts it when it ends."""
        self._child = Child(self.program)
        self._pause.reset()
        self._watch = asyncio.create_task(self._keep_running(self._child), name=f"supervise {self.program.name}")

    async def stop(self, *, limit: float = 20.0) -> None:
        """Stops restarting, then stops the program as `Child.stop` does."""
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
        if self._child is not None:
            await self._child.stop(limit=limit)

    async def _keep_running(self, child: Child) -> None:
        while True:
            began = time.monotonic()
            await child.ended()
            if time.monotonic() - began >= self._steady_after:
                self._pause.reset()
            await asyncio.sleep(self._pause.next())
            child = self._child = Child(self.program)
            self.restarts += 1


async def run_to_end(program: Program, *, limit: float = START_SECONDS) -> None:
    """Runs a program that ends by itself. Raises ChildFailedError if it fails or takes longer than `limit` seconds."""
    child = Child(program)
    try:
        code = await asyncio.wait_for(child.ended(), limit)
    except TimeoutError:
        raise child.failure(f"did not end within {limit:.0f} s") from None
    finally:
        await child.kill()
    if code != 0:
        raise child.failure(f"ended with exit code {code}")


async def wait_until(answers: Callable[[], Awaitable[bool]], *, child: Child, limit: float = START_SECONDS) -> None:
    """Polls until `answers` returns true.

    If `limit` seconds pass, or the child ends by itself, kills its group and raises ChildFailedError.
    """
    deadline = time.monotonic() + limit
    while not await answers():
        if not child.running:
            await child.kill()
            raise child.failure(f"ended with exit code {child.exit_code} before it answered")
        if time.monotonic() > deadline:
            await child.kill()
            raise child.failure(f"did not answer within {limit:.0f} s")
        await asyncio.sleep(_POLL_SECONDS)


async def port_answers(port: int) -> bool:
    """Returns whether something accepts TCP connections on the loopback port."""
    try:
        _, writer = await asyncio.open_connection(LOOPBACK, port)
    except OSError:
        return False
    writer.close()
    return True


async def http_answers(port: int, path: str = "/readyz") -> bool:
    """Returns whether a GET of the path on the loopback port is answered with a 2xx status within two seconds."""
    try:
        async with asyncio.timeout(2):
            status = await _status_line(port, path)
    except (OSError, TimeoutError):
        return False
    return status.startswith((b"HTTP/1.0 2", b"HTTP/1.1 2"))


async def _status_line(port: int, path: str) -> bytes:
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {LOOPBACK}:{port}\r\nConnection: close\r\n\r\n".encode())
        return await reader.readline()
    finally:
        writer.close()


def _started(program: Program) -> _Process:
    environment = None if program.environment is None else dict(program.environment)
    if isinstance(program.command, Module):
        given = os.environ if environment is None else environment
        return WarmProcess(program.command, given, program.log_file, program.orphan_signal)
    with program.log_file.open("ab") as log:
        return subprocess.Popen(
            list(program.command),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
            process_group=0,
            preexec_fn=_die_with(os.getpid(), program.orphan_signal),
        )


def _die_with(parent: int, orphan_signal: signal.Signals) -> Callable[[], None] | None:
    libc = _libc
    if libc is None:
        return None

    def in_child() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(orphan_signal))
        if os.getppid() != parent:  # the parent ended before the call to prctl
            os._exit(1)

    return in_child


def _log_tail(log_file: Path) -> list[str]:
    """Returns the last lines that are not empty."""
    lines = [line for line in log_file.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-_LOG_TAIL_LINES:]
