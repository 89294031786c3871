"""Measures the memory of all processes of the idle stack; shared pages are counted once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psutil

from bench.table import Row
from local.stack import Stack, StackOptions

_IDLE_SECONDS = 10.0
_MEGABYTE = 1_000_000


async def measure(folder: Path) -> list[Row]:
    """Returns one row: proportional set size of services, simulators, database and broker in megabytes, against 800."""
    async with Stack(StackOptions(folder)):
        await asyncio.sleep(_IDLE_SECONDS)
        sizes = [process.memory_full_info().pss for process in psutil.Process().children(recursive=True)]
    return [Row("memory of the idle stack, all processes", sum(sizes) / _MEGABYTE, 800.0, "MB", 1.0, higher=False)]
