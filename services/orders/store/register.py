"""Keeps the branches that councils have registered, and loads what their orders may name. Scoped by council."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Row,
    Select,
    Table,
    Text,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.funds import Fund
from services.orders.domain.register import Branch, Register
from services.orders.store.funds import to_fund
from services.orders.store.tables import branch, fund, route_rule
from shared.contracts.base import Place, PlaceKind
from shared.db.arrays import among_given
from shared.db.locks import lock_names
from shared.db.paging import in_order
from shared.sourcing.store import in_force

_BRANCH, _FUND, _HUB = "branch", "fund", "hub"
_NO_DAY, _NO_YEARS = cast(null(), Date), cast(null(), JSONB).label("years")


def _of_councils(kind: str, table: Table, *columns: ColumnElement[Any]) -> Select[tuple[Any, ...]]:
    """Returns what is registered in a table by the councils of the parameter `councils`."""
    described = (literal(kind).label("kind"), table.c.council, table.c.code, table.c.name, table.c.closed_from, *columns)
    return select(*described).where(among_given(table.c.council, "councils"))


def _hubs() -> Select[tuple[Any, ...]]:
    """Returns the hubs of these councils' delivery rules that are in force on the day of the parameter `day`."""
    c = route_rule.c
    code, name, gln = (c.hub[key].astext for key in ("code", "name", "gln"))
    described = (literal(_HUB), c.council, code, name, _NO_DAY, gln, null(), _NO_DAY, _NO_YEARS)
    return select(*described).where(among_given(c.council, "councils"), c.hub.is_not(None), in_force(c, bindparam("day")))


# One statement, built once: a group of orders waits for it. Only funds have years.
_REGISTERED = union_all(
    _of_councils(_BRANCH, branch, branch.c.gln, branch.c.taken_over_by, _NO_DAY.label("open_from"), _NO_YEARS),
    _of_councils(_FUND, fund, null().label("gln"), null().label("taken_over_by"), fund.c.open_from, fund.c.years),
    _hubs(),
)
# What a branch is, beside its code; the other columns keep how far its open copies went to another one.
_DESCRIBED = ("name", "gln", "closed_from", "taken_over_by")


async def registers_on(connection: AsyncConnection, councils: Iterable[str], day: date) -> dict[str, Register]:
    """Returns the register of each council on a day; an empty one for a council that has registered nothing."""
    registered: dict[str, tuple[list[Branch], list[Fund], list[Place]]] = {council: ([], [], []) for council in councils}
    for row in await connection.execute(_REGISTERED, {"councils": list(registered), "day": day}):
        branches, funds, hubs = registered[row.council]
        if row.kind == _BRANCH:
            branches.append(_to_branch(row))
        elif row.kind == _FUND:
            funds.append(to_fund(row))
        else:
            hubs.append(Place(code=row.code, kind=PlaceKind.HUB, name=row.name or "", gln=row.gln))
    return {council: Register.on(day, *of_council) for council, of_council in registered.items()}


async def list_branches(
    connection: AsyncConnection, council: str, *, after: tuple[str] | None = None, limit: int | None = None
) -> list[Branch]:
    """Lists the branches of a council by code; all of them, if there is no limit."""
    query = in_order(select(branch).where(branch.c.council == council), (branch.c.code,), after=after, limit=limit)
    return [_to_branch(row) for row in await connection.execute(query)]


def _to_branch(row: Row[Any]) -> Branch:
    return Branch(code=row.code, **{name: row._mapping[name] for name in _DESCRIBED})


async def lock_branches(connection: AsyncConnection, council: str) -> None:
    """Waits for whoever changes the branches of a council now, and keeps others waiting until the transaction ends."""
    await lock_names(connection, f"branches/{council}")


async def tag_of_branches(connection: AsyncConnection, council: str) -> str:
    """Returns a digest of the council's whole list of branches."""
    c = branch.c
    each = cast(func.jsonb_build_array(c.code, *(c[name] for name in _DESCRIBED)), Text)
    listed = func.string_agg(each, aggregate_order_by(literal_column("''"), c.code))
    digest = select(func.md5(func.coalesce(listed, ""))).where(c.council == council)
    return str((await connection.execute(digest)).scalar_one())


async def keep_branches(connection: AsyncConnection, council: str, branches: Sequence[Branch]) -> None:
    """Adds branches, or gives known ones another name, GLN, closing day or branch that takes over. Open copies go there anew."""
    if not branches:
        return
    rows = [{"council": council, "code": one.code, **one.model_dump(include=set(_DESCRIBED))} for one in branches]
    statement = insert(branch)
    described = {name: statement.excluded[name] for name in _DESCRIBED}
    changed = statement.on_conflict_do_update(
        index_elements=[branch.c.council, branch.c.code], set_={**described, "reached": None, "passes": 0, "passed_at": None}
    )
    await connection.execute(changed, rows)
