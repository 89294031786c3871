"""The table of contract ends and its queries. Every query is limited to councils."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Date, Index, MetaData, Row, Table, Text, Uuid, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.arrays import among
from shared.db.paging import in_order
from shared.sourcing.contract_ends import ContractEnd
from shared.sourcing.rules import Ending
from shared.sourcing.trail_store import ending_values, to_trail, trail_columns, trail_values

metadata = MetaData()

# Contract ends are lifted or replaced, never deleted. Of each supplier of a council, one is in force.
contract_end = Table(
    "contract_end",
    metadata,
    Column("end_id", Uuid, primary_key=True),
    Column("council", Text, nullable=False),
    Column("supplier_id", Text, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("next_supplier", Text),
    Column("reason", Text, nullable=False),
    *trail_columns(),
    Index("contract_end_of_council", "council", "last_day", "end_id"),
    Index("contract_end_in_force", "council", "supplier_id", unique=True, postgresql_where=text("ended_by IS NULL")),
)


async def add(connection: AsyncConnection, new: ContractEnd) -> None:
    """Stores a new contract end; the supplier's former one has ended."""
    values = {name: getattr(new, name) for name in ContractEnd.__dataclass_fields__}
    trail = trail_values(values.pop("trail"))
    await connection.execute(contract_end.insert().values(**values, **trail))


async def end(connection: AsyncConnection, end_id: UUID, ending: Ending) -> None:
    """Ends a contract end that is in force: from now on it decides nothing."""
    c = contract_end.c
    change = contract_end.update().where(c.end_id == end_id, c.ended_by.is_(None))
    await connection.execute(change.values(**ending_values(ending)))


async def get_end(connection: AsyncConnection, council: str, end_id: UUID) -> ContractEnd | None:
    """Returns one contract end of the council, or None."""
    c = contract_end.c
    row = (await connection.execute(select(contract_end).where(c.council == council, c.end_id == end_id))).one_or_none()
    return None if row is None else _end(row)


async def in_force(connection: AsyncConnection, councils: Collection[str]) -> defaultdict[str, dict[str, ContractEnd]]:
    """Returns the contract ends in force, by council and supplier."""
    c = contract_end.c
    found: defaultdict[str, dict[str, ContractEnd]] = defaultdict(dict)
    for row in await connection.execute(select(contract_end).where(among(c.council, councils), c.ended_by.is_(None))):
        found[row.council][row.supplier_id] = _end(row)
    return found


async def page(
    connection: AsyncConnection, council: str, *, after: tuple[date, UUID] | None, limit: int
) -> Sequence[ContractEnd]:
    """Returns contract ends of a council by last day, also those that were lifted or replaced."""
    c = contract_end.c
    query = in_order(select(contract_end).where(c.council == council), (c.last_day, c.end_id), after=after, limit=limit)
    return [_end(row) for row in await connection.execute(query)]


def _end(row: Row[Any]) -> ContractEnd:
    values = {name: row._mapping[name] for name in ContractEnd.__dataclass_fields__ if name != "trail"}
    return ContractEnd(**values, trail=to_trail(row))
