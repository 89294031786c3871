"""`python -m bench`: measures everything that is claimed, in one run, and prints one table."""

from __future__ import annotations

import asyncio
import platform
import tempfile
from pathlib import Path

import psutil

from bench import consuming, intake, latency, memory, messaging, pages, scale
from bench.table import Row, markdown
from shared.logs import configure_logs


async def _measure() -> list[Row]:
    rows: list[Row] = []
    for part in (intake, messaging, consuming, latency, scale, pages, memory):
        with tempfile.TemporaryDirectory(prefix="stockbridge-bench-") as folder:
            rows += await part.measure(Path(folder))
    return rows


def main() -> None:
    """Runs all benchmarks and prints the table."""
    configure_logs("bench", "WARNING")
    rows = asyncio.run(_measure())
    print(f"Python {platform.python_version()}, {psutil.cpu_count()} cores, one run\n")
    print(markdown(rows))


if __name__ == "__main__":
    main()
