"""Runs a service's Alembic migrations and checks whether its database is at head.

Each service keeps its revisions in `migrations/versions/`; this module is the Alembic environment of all services.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

# One lock key for all services: each has its own database, so the lock separates only processes of the same service.
_LOCK = 7_203_911


def _script(package: str) -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(Path(str(files(package))) / "migrations"))
    return ScriptDirectory.from_config(config)


def _upgrade(connection: Connection, package: str) -> None:
    script = _script(package)
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    connection.execute(text("SET LOCAL lock_timeout = '5s'"))
    environment = EnvironmentContext(Config(), script, fn=lambda revision, _: script._upgrade_revs("head", revision))
    environment.configure(connection=connection)
    environment.run_migrations()


async def upgrade_to_head(engine: AsyncEngine, package: str) -> None:
    """Upgrades the database of the service in `package` (such as `services.orders`) to its newest revision.

    Several processes may call it at once: they wait for each other.
    """
    async with engine.begin() as connection:
        await connection.run_sync(_upgrade, package)


def _at_head(connection: Connection, package: str) -> bool:
    return MigrationContext.configure(connection).get_current_heads() == tuple(_script(package).get_heads())


async def is_at_head(connection: AsyncConnection, package: str) -> bool:
    """Returns whether the database is at exactly the revision that this code expects."""
    return await connection.run_sync(_at_head, package)


def differences(connection: Connection, metadata: list[MetaData]) -> list[object]:
    """Returns the differences between the tables in `metadata` and the migrated database."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    merged = MetaData()
    for part in metadata:
        for table in part.tables.values():
            table.to_metadata(merged)
    return list(compare_metadata(context, merged))


__all__ = ["Operations", "differences", "is_at_head", "upgrade_to_head"]
