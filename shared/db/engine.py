"""The database engine of a process. Routes and handlers open transactions with `engine.begin()`; use cases never commit."""

from __future__ import annotations

from typing import Any

from pydantic import SecretStr
from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

# Where the server stalls, a request is answered (503) before its caller gives up.
_POOL_SECONDS = 10.0


def create_engine(database_url: SecretStr, *, pool_size: int = 5) -> AsyncEngine:
    """Returns an engine over asyncpg. A connection that the server closed is replaced, so a restart causes no errors."""
    engine = create_async_engine(
        database_url.get_secret_value(),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=_POOL_SECONDS,
        connect_args={"server_settings": {"lock_timeout": "5s", "idle_in_transaction_session_timeout": "60s"}},
    )
    # The pool's own check asks the server, in a transaction of its own: three round trips before each use.
    event.listen(engine.sync_engine, "checkout", _check_open)
    return engine


def reading(engine: AsyncEngine) -> AsyncEngine:
    """Returns an engine over the same connections, to read with: each statement is a transaction by itself.

    In a transaction each of them would see what others commit meanwhile, too, so its two round trips buy nothing.
    """
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def _check_open(connection: Any, _record: object, _proxy: object) -> None:
    """Makes the pool open another connection instead of one that was closed while nobody used it."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError("the server closed the connection")
