"""Locks of a council's accounts with its suppliers: charging copies and changing what they commit wait for each other.

Charging takes the lock alone. A change of orders shares it with other changes, after the row locks of its orders. Nobody who has
an account's lock waits for an order's, so these never deadlock.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.store.tables import order_line, purchase_order
from shared.db.arrays import among, among_given
from shared.db.locks import lock_mixed, lock_names


@dataclass(frozen=True, slots=True)
class Account:
    """A council's account with a supplier. Its lock makes invoices of the account wait for each other."""

    council: str
    supplier_id: str

    @property
    def lock(self) -> str:
        """The name of the account's lock."""
        return f"invoices/{self.council}/{self.supplier_id}"


_OF_ORDERS = (
    select(purchase_order.c.order_id, purchase_order.c.council, order_line.c.supplier_id)
    .join(order_line, order_line.c.order_id == purchase_order.c.order_id)
    .where(among_given(purchase_order.c.order_id, "order_ids"))
    .distinct()
)


async def lock_accounts(connection: AsyncConnection, accounts: Collection[Account]) -> None:
    """Keeps others from charging, crediting or deciding for these councils and suppliers until the transaction ends."""
    await lock_names(connection, *(account.lock for account in accounts))


async def share_accounts(connection: AsyncConnection, accounts: Iterable[Account]) -> None:
    """Keeps others from charging or crediting copies of these accounts until the transaction ends; they may change orders."""
    await lock_names(connection, *{account.lock for account in accounts}, shared=True)


async def hold_accounts(
    connection: AsyncConnection, accounts: Iterable[Account], *, changed: Collection[UUID], charged: Collection[UUID]
) -> None:
    """Takes all locks of accounts that a batch of events needs, in one order: taken one by one, they would deadlock.

    Alone those of `accounts` and of the orders `charged`, for which invoices wait; shared those of the orders `changed`.
    """
    alone = {account.lock for account in accounts}
    shared = set[str]()
    if changed or charged:
        rows = (await connection.execute(_OF_ORDERS, {"order_ids": list({*changed, *charged})})).all()
        alone |= {_of(row).lock for row in rows if row.order_id in charged}
        shared = {_of(row).lock for row in rows} - alone
    await lock_mixed(connection, alone=alone, shared=shared)


async def accounts_of(connection: AsyncConnection, line_keys: Collection[str]) -> list[Account]:
    """Returns the accounts of these ordered lines."""
    query = (
        select(purchase_order.c.council, order_line.c.supplier_id)
        .join(order_line, order_line.c.order_id == purchase_order.c.order_id)
        .where(among(order_line.c.line_key, line_keys))
    )
    return [_of(row) for row in await connection.execute(query.distinct())]


def _of(row: Any) -> Account:
    return Account(row.council, row.supplier_id)
