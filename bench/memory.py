"""Measures the memory of the idle stack that `make up` starts; shared pages are counted once."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import psutil

from bench.table import Row
from local.machine.ports import free_port
from local.machine.processes import Child, Program, http_answers, wait_until

_IDLE_SECONDS = 10.0
_MEGABYTE = 1_000_000


async def measure(folder: Path) -> list[Row]:
    """Returns one row: proportional set size of services, simulators, database and broker in megabytes, against 850."""
    port = free_port()
    # A process of its own: what the benchmarks import would be in each program of a stack that this process starts.
    command = [sys.executable, "-m", "local.stack", f"--folder={folder / 'stack'}", f"--port=dashboard={port}"]
    stack = Child(Program("stack", command, folder / "stack.log"))
    try:
        await wait_until(lambda: http_answers(port), child=stack)
        await asyncio.sleep(_IDLE_SECONDS)
        sizes = [process.memory_full_info().pss for process in psutil.Process(stack.pid).children(recursive=True)]
    finally:
        await stack.stop()
    return [Row("memory of the idle stack, all processes", sum(sizes) / _MEGABYTE, 850.0, "MB", 1.0, higher=False)]
