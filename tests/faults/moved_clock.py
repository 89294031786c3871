"""Gives one process of a stack a wall clock that is wrong, as a machine with a wrong clock does; the others keep theirs.

A small library (`moved_clock.c`) answers instead of the C library when the process asks for the time, so that everything in it
sees the same clock: our code, the check of tokens, the web server, OpenSSL. Pauses and time limits use another clock.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from local.machine.processes import Program
from local.stack.programs import package_of

_SOURCE = Path(__file__).with_suffix(".c")


def compile_clock(folder: Path) -> Path:
    """Compiles the library into a folder. Skips the test where that is not possible."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("a wrong clock for one process needs Linux and a C compiler: install `cc` on the PATH")
    library = folder / "moved_clock.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o", library, _SOURCE, "-ldl"], check=True)
    return library


def with_moved_clock(service: Program, library: Path, *, seconds: int) -> Program:
    """Returns the program of a service with a clock that is ahead by so many seconds, or behind if negative.

    It starts cold, because a process that runs already takes no library.
    """
    moved = {"LD_PRELOAD": str(library), "CLOCK_MOVED_BY": str(seconds)}
    command = [sys.executable, "-m", package_of(service.name)]
    return replace(service, command=command, environment={**(service.environment or {}), **moved})
