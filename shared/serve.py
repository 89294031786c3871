"""Runs one service process: migrations where asked, then the HTTP server with a bounded drain."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence

import uvicorn
from fastapi import FastAPI

from shared.db.engine import create_engine
from shared.db.migrations import upgrade_to_head
from shared.logs import configure_logs
from shared.settings import ServiceSettings

# Requests get these, then the parts their own 15: together the 20 seconds that an orchestrator is told to wait.
_GRACE_SECONDS = 5


async def _migrate(package: str, settings: ServiceSettings) -> None:
    engine = create_engine(settings.database_url)
    try:
        await upgrade_to_head(engine, package)
    finally:
        await engine.dispose()


def serve(package: str, settings: ServiceSettings, create_app: Callable[[], FastAPI], arguments: Sequence[str]) -> None:
    """Entry of `python -m services.<name> [migrate]`: with `migrate` only bring the database to head, else serve."""
    configure_logs(package.rsplit(".", 1)[-1], settings.log_level)
    if list(arguments) == ["migrate"]:
        asyncio.run(_migrate(package, settings))
        return
    if arguments:
        sys.exit(f"usage: python -m {package} [migrate]")
    uvicorn.run(
        create_app(),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        server_header=False,
    )
