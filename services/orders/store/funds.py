"""Keeps the funds that councils have registered, and reads what triggers count of them. Scoped by council."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Insert,
    Row,
    Select,
    Text,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    literal_column,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.copies import Spend
from services.orders.domain.fund_totals import FundTotal
from services.orders.domain.funds import Fund
from services.orders.store.tables import copy, copy_cost, fund, fund_count, invoice, purchase_order
from shared.contracts.orders import GIVEN_UP
from shared.db.arrays import among
from shared.db.bulk import replace_many
from shared.db.locks import lock_names
from shared.db.paging import in_order

_AMOUNTS = ("committed", "released", "replaced", "invoiced", "credited", "copies", "open_copies", "unpriced")
_KEYS = ("council", "fund", "fund_year", "currency")


def to_fund(row: Row[Any]) -> Fund:
    """Returns a registered fund from its row."""
    return Fund(code=row.code, name=row.name, open_from=row.open_from, closed_from=row.closed_from, years=tuple(row.years))


async def list_funds(
    connection: AsyncConnection, council: str, *, after: tuple[str] | None = None, limit: int | None = None
) -> list[Fund]:
    """Lists the registered funds of a council by code; all of them, if there is no limit."""
    query = in_order(select(fund).where(fund.c.council == council), (fund.c.code,), after=after, limit=limit)
    return [to_fund(row) for row in (await connection.execute(query)).all()]


async def get_funds(connection: AsyncConnection, council: str, codes: Collection[str]) -> dict[str, Fund]:
    """Returns these funds by code, as far as the council has registered them."""
    query = select(fund).where(fund.c.council == council, among(fund.c.code, codes))
    rows: Sequence[Row[Any]] = (await connection.execute(query)).all()
    return {row.code: to_fund(row) for row in rows}


async def lock_funds(connection: AsyncConnection, council: str) -> None:
    """Keeps others from changing the council's list of funds until the transaction ends."""
    await lock_names(connection, f"funds/{council}")


async def tag_of_funds(connection: AsyncConnection, council: str) -> str:
    """Returns a digest of the council's whole list of funds."""
    c = fund.c
    each = cast(func.jsonb_build_array(c.code, c.name, c.open_from, c.closed_from, c.years), Text)
    listed = func.string_agg(each, aggregate_order_by(literal_column("''"), c.code))
    digest = select(func.md5(func.coalesce(listed, ""))).where(c.council == council)
    return str((await connection.execute(digest)).scalar_one())


async def keep_funds(connection: AsyncConnection, council: str, funds: Sequence[Fund]) -> None:
    """Adds funds, or changes known ones. No two have the same code."""
    rows = [
        {"council": council, **one.model_dump(), "years": [year.model_dump(mode="json") for year in one.years]} for one in funds
    ]
    await replace_many(connection, fund, rows)


async def totals_of(
    connection: AsyncConnection, council: str, codes: Collection[str], *, year: str | None = None
) -> dict[str, list[FundTotal]]:
    """Returns the totals of funds by code: of each year and currency, or of one year. Those of which nothing is counted lack."""
    c = fund_count.c
    query = _summed(fund_count).where(c.council == council, among(c.fund, codes))
    if year is not None:
        query = query.where(c.fund_year == year)
    totals: dict[str, list[FundTotal]] = {}
    for row in (await connection.execute(query.order_by(c.fund, c.fund_year, c.currency))).all():
        totals.setdefault(row.fund, []).append(_total(row))
    return totals


def _summed(source: Any) -> Select[Any]:
    keys = [source.c[name] for name in _KEYS]
    return select(*keys, *(func.sum(source.c[name]).label(name) for name in _AMOUNTS)).group_by(*keys)


def _total(row: Row[Any]) -> FundTotal:
    return FundTotal(row.fund, row.fund_year, row.currency, **{name: int(row._mapping[name]) for name in _AMOUNTS})


def _folding() -> Insert:
    c = fund_count.c
    keys = [c[name] for name in _KEYS]
    many = select(*keys).group_by(*keys).having(func.count() > 1)
    gone = delete(fund_count).where(tuple_(*keys).in_(many)).returning(*c).cte("gone")
    return insert(fund_count).from_select([*_KEYS, *_AMOUNTS], _summed(gone))


_FOLDING = _folding()


async def fold_counts(connection: AsyncConnection) -> None:
    """Makes one row of those that triggers added for each fund, year and currency. The sums stay; nobody waits for it."""
    await connection.execute(_FOLDING)


async def wrong_totals(connection: AsyncConnection) -> list[tuple[str, FundTotal, FundTotal]]:
    """Returns each council's totals that are not the sum of the copies and their costs: as counted, and as they should be.

    Reads all copies. None where all agree, to the penny.
    """
    both = union_all(_of_copies(), _of_costs()).subquery()
    counted = {_key(row): _total(row) for row in (await connection.execute(_summed(fund_count))).all()}
    true = {_key(row): _total(row) for row in (await connection.execute(_summed(both))).all()}
    wrong = []
    for key in sorted(counted.keys() | true.keys()):
        none = FundTotal(*key[1:])
        one, other = counted.get(key, none), true.get(key, none)
        if one != other:
            wrong.append((key[0], one, other))
    return wrong


def _key(row: Row[Any]) -> tuple[str, str, str, str]:
    return row.council, row.fund, row.fund_year, row.currency


def _of_copies() -> Select[Any]:
    c = copy.c
    amount = func.coalesce(c.expected_minor, 0)
    charged = c.spend != Spend.OPEN.value
    released = ~charged & c.state.in_([state.value for state in GIVEN_UP])
    still = ~charged & ~released
    nothing = [_zero("invoiced"), _zero("credited")]
    return (
        select(
            purchase_order.c.council, c.fund, c.fund_year, func.coalesce(c.expected_currency, "").label("currency"),
            amount.label("committed"), _if(released, amount, "released"), _if(charged, amount, "replaced"), *nothing,
            _if(c.fund_year.is_not(None), 1, "copies"), _if(still, 1, "open_copies"),
            _if(still & c.expected_minor.is_(None), 1, "unpriced"),
        )
        .join(purchase_order, purchase_order.c.order_id == c.order_id)
        .where(c.fund_year.is_not(None))
    )  # fmt: skip


def _of_costs() -> Select[Any]:
    c = copy_cost.c
    total = c.net + c.servicing + c.carriage + c.other + c.vat
    nothing = [_zero(name) for name in ("committed", "released", "replaced")]
    invoiced, credited = _if(c.reverses.is_(None), total, "invoiced"), _if(c.reverses.is_not(None), -total, "credited")
    none = [_zero(name) for name in ("copies", "open_copies", "unpriced")]
    return (
        select(invoice.c.council, c.fund, c.fund_year, c.currency, *nothing, invoiced, credited, *none)
        .join(invoice, invoice.c.invoice_id == c.invoice_id)
        .where(c.fund_year.is_not(None), c.copy_id.is_not(None))
    )


def _zero(name: str) -> ColumnElement[int]:
    return literal(0, fund_count.c[name].type).label(name)


def _if(condition: ColumnElement[bool], amount: Any, name: str) -> ColumnElement[int]:
    return case((condition, amount), else_=0).label(name)
