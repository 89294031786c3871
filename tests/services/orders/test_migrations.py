"""The migrated database is the one the tables describe."""

from services.orders.store.tables import metadata
from shared.db.migrations import differences, is_at_head
from shared.messaging.tables import metadata as messaging
from shared.sourcing.change_store import metadata as approval
from shared.sourcing.contract_end_store import metadata as contracts
from shared.sourcing.store import metadata as sourcing
from tests.services.orders.conftest import Orders


async def test_migrations_make_exactly_the_tables_of_the_code(orders: Orders) -> None:
    async with orders.engine.connect() as connection:
        assert await connection.run_sync(differences, [metadata, sourcing, approval, contracts, messaging]) == []
        assert await is_at_head(connection, "services.orders")
