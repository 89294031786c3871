"""Migrates a database as far as a given revision, to try the next one on rows that are there already."""

from importlib.resources import files
from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine


async def upgrade_to(revision: str, engine: AsyncEngine, package: str) -> None:
    """Upgrades the service's database to the revision."""
    config = Config()
    config.set_main_option("script_location", str(Path(str(files(package))) / "migrations"))
    script = ScriptDirectory.from_config(config)

    def upgrade(connection: Connection) -> None:
        environment = EnvironmentContext(config, script, fn=lambda current, _: script._upgrade_revs(revision, current))
        environment.configure(connection=connection)
        environment.run_migrations()

    async with engine.begin() as connection:
        await connection.run_sync(upgrade)
