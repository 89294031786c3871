"""The tables in the code are the tables the migrations make."""

from sqlalchemy.ext.asyncio import AsyncEngine

from services.suppliers.store.tables import metadata
from shared.db.migrations import differences
from shared.messaging.tables import metadata as messaging_metadata


async def test_the_migrations_make_the_tables_the_code_uses(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        assert await connection.run_sync(differences, [metadata, messaging_metadata]) == []
