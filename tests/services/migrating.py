"""Tries a migration on rows that are there already, and reads rows to compare."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from pydantic import SecretStr
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.db.engine import create_engine
from shared.db.migrations import upgrade_to_head


@asynccontextmanager
async def migrated(url: str, package: str, *, before: str, rows: Sequence[str]) -> AsyncIterator[AsyncEngine]:
    """The service's database at head; the statements `rows` wrote into it when it was at the revision `before`."""
    engine = create_engine(SecretStr(url))
    try:
        await _upgrade_to(before, engine, package)
        async with engine.begin() as connection:
            for statement in rows:
                await connection.execute(text(statement))
        await upgrade_to_head(engine, package)
        yield engine
    finally:
        await engine.dispose()


async def rows_of(connection: AsyncConnection, query: str) -> list[tuple[object, ...]]:
    """The rows of a query, sorted."""
    return sorted(tuple(row) for row in await connection.execute(text(query)))


async def _upgrade_to(revision: str, engine: AsyncEngine, package: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(str(files(package))) / "migrations"))
    script = ScriptDirectory.from_config(config)

    def upgrade(connection: Connection) -> None:
        environment = EnvironmentContext(config, script, fn=lambda current, _: script._upgrade_revs(revision, current))
        environment.configure(connection=connection)
        environment.run_migrations()

    async with engine.begin() as connection:
        await connection.run_sync(upgrade)
