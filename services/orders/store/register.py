"""Keeps the branches and funds that councils have registered. Scoped by council."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, Table, Text, cast, false, func, literal_column, null, select, true, union_all
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.register import Branch, Fund, Register
from services.orders.store.tables import branch, fund
from shared.db.arrays import among_given
from shared.db.locks import lock_names
from shared.db.paging import in_order

Kept = TypeVar("Kept", Branch, Fund)


def _of_councils(table: Table, *columns: ColumnElement[Any]) -> Select[tuple[Any, ...]]:
    """Returns what is registered in a table by the councils of the parameter `councils`."""
    described = (table.c.council, *columns, table.c.code, table.c.name, table.c.closed_from)
    return select(*described).where(among_given(table.c.council, "councils"))


# One statement, built once: a group of orders waits for it.
_REGISTERED = union_all(
    _of_councils(branch, true().label("is_branch"), branch.c.gln),
    _of_councils(fund, false().label("is_branch"), null().label("gln")),
)


async def registers_on(connection: AsyncConnection, councils: Iterable[str], day: date) -> dict[str, Register]:
    """Returns the register of each council on a day; an empty one for a council that has registered nothing."""
    registered: dict[str, tuple[list[Branch], list[Fund]]] = {council: ([], []) for council in councils}
    for row in await connection.execute(_REGISTERED, {"councils": list(registered)}):
        branches, funds = registered[row.council]
        if row.is_branch:
            branches.append(Branch(code=row.code, name=row.name, gln=row.gln, closed_from=row.closed_from))
        else:
            funds.append(Fund(code=row.code, name=row.name, closed_from=row.closed_from))
    return {council: Register.on(day, branches, funds) for council, (branches, funds) in registered.items()}


async def list_branches(
    connection: AsyncConnection, council: str, *, after: tuple[str] | None = None, limit: int | None = None
) -> list[Branch]:
    """Lists the branches of a council by code; all of them, if there is no limit."""
    return await _list(connection, branch, Branch, council, after, limit)


async def lock_branches(connection: AsyncConnection, council: str) -> None:
    """Waits for whoever changes the branches of a council now, and keeps others waiting until the transaction ends."""
    await lock_names(connection, f"branches/{council}")


async def tag_of_branches(connection: AsyncConnection, council: str) -> str:
    """Returns a digest of the council's whole list of branches."""
    c = branch.c
    each = cast(func.jsonb_build_array(c.code, c.name, c.gln, c.closed_from), Text)
    listed = func.string_agg(each, aggregate_order_by(literal_column("''"), c.code))
    digest = select(func.md5(func.coalesce(listed, ""))).where(c.council == council)
    return str((await connection.execute(digest)).scalar_one())


async def keep_branches(connection: AsyncConnection, council: str, branches: Sequence[Branch]) -> None:
    """Adds branches, or gives known ones another name, GLN or closing day."""
    rows = [{"code": one.code, "name": one.name, "gln": one.gln, "closed_from": one.closed_from} for one in branches]
    await _keep(connection, branch, council, rows)


async def list_funds(
    connection: AsyncConnection, council: str, *, after: tuple[str] | None = None, limit: int | None = None
) -> list[Fund]:
    """Lists the funds of a council by code; all of them, if there is no limit."""
    return await _list(connection, fund, Fund, council, after, limit)


async def keep_funds(connection: AsyncConnection, council: str, funds: Sequence[Fund]) -> None:
    """Adds funds, or gives known ones another name or closing day."""
    await _keep(connection, fund, council, [one.model_dump() for one in funds])


async def _list(
    connection: AsyncConnection, table: Table, kept: type[Kept], council: str, after: tuple[str] | None, limit: int | None
) -> list[Kept]:
    query = in_order(select(table).where(table.c.council == council), (table.c.code,), after=after, limit=limit)
    rows = await connection.execute(query)
    return [kept.model_validate(dict(row)) for row in rows.mappings()]


async def _keep(connection: AsyncConnection, table: Table, council: str, rows: Sequence[Mapping[str, object]]) -> None:
    if not rows:
        return
    statement = insert(table)
    described = [column.name for column in table.c if not column.primary_key]
    changed = statement.on_conflict_do_update(
        index_elements=[table.c.council, table.c.code], set_={name: statement.excluded[name] for name in described}
    )
    await connection.execute(changed, [{"council": council, **row} for row in rows])
