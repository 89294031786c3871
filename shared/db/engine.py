"""The database engine of a process. Routes and handlers open transactions with `engine.begin()`; use cases never commit."""

from __future__ import annotations

from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

# Where the server stalls, a request is answered (503) before its caller gives up.
_POOL_SECONDS = 10.0


def create_engine(database_url: SecretStr, *, pool_size: int = 5) -> AsyncEngine:
    """Returns an engine over asyncpg. Connections are checked before use, so a restarted database causes no errors."""
    return create_async_engine(
        database_url.get_secret_value(),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=_POOL_SECONDS,
        pool_pre_ping=True,
        connect_args={"server_settings": {"lock_timeout": "5s", "idle_in_transaction_session_timeout": "60s"}},
    )
