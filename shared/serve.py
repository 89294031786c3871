"""Runs one service process: either its migrations, or its HTTP server with a time limit for draining."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import sys
from collections.abc import Callable, Sequence
from typing import Any

import uvicorn
from fastapi import FastAPI

from shared.db.engine import create_engine
from shared.db.migrations import upgrade_to_head
from shared.http.wire import LimitedHttp
from shared.logs import configure_logs
from shared.settings import ServiceSettings

# Time for open requests; the parts then get `DRAIN_SECONDS`. In deploy/ the orchestrator waits for longer than both together.
_GRACE_SECONDS = 5
# mallopt(3): the parameter, and the size in bytes that glibc starts with.
_M_MMAP_THRESHOLD, _LARGE_BLOCK = -3, 128 * 1024


async def _migrate(package: str, settings: ServiceSettings) -> None:
    engine = create_engine(settings.database_url)
    try:
        await upgrade_to_head(engine, package)
    finally:
        await engine.dispose()


def serve(package: str, settings: ServiceSettings, create_app: Callable[[], FastAPI], arguments: Sequence[str]) -> None:
    """Runs `python -m services.<name> [migrate]`: with `migrate`, only upgrades the database to head; otherwise serves."""
    configure_logs(package.rsplit(".", 1)[-1], settings.log_level)
    if list(arguments) == ["migrate"]:
        asyncio.run(_migrate(package, settings))
        return
    if arguments:
        sys.exit(f"usage: python -m {package} [migrate]")
    _give_memory_back()
    app = create_app()
    # Modules and the app stay as long as the process. Without this, a full collection looks through half a million objects.
    gc.freeze()
    uvicorn.run(app, **server_options(settings))


def server_options(settings: ServiceSettings) -> dict[str, Any]:
    """Returns the options of uvicorn with which a service runs."""
    return {
        "host": settings.host,
        "port": settings.port,
        "http": LimitedHttp,
        "ws": "none",
        "limit_concurrency": settings.max_connections,
        "forwarded_allow_ips": settings.forwarded_allow_ips,
        "log_config": None,
        "access_log": False,
        "timeout_graceful_shutdown": _GRACE_SECONDS,
        "server_header": False,
    }


def _give_memory_back() -> None:
    """Has the allocator return each large block to the system when it is freed.

    Left alone, glibc takes ever larger blocks from its heap, whose holes it keeps: a message of five megabytes costs the process
    that much, several times over, as long as it runs.
    """
    allocator = ctypes.CDLL(None)
    if hasattr(allocator, "mallopt"):
        allocator.mallopt(_M_MMAP_THRESHOLD, _LARGE_BLOCK)
