"""Keeps what a supplier states about lines and copies, as the contract writes it and without what is not stated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import bindparam, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.store.tables import order_line
from shared.contracts.base import Contract
from shared.contracts.stated import StatedPrice, SupplierReferences

Stated = TypeVar("Stated", bound=Contract)
_PRICES = TypeAdapter(tuple[StatedPrice, ...])


def as_json(stated: Contract | None) -> dict[str, Any] | None:
    """Returns a statement as its column keeps it."""
    return None if stated is None else stated.model_dump(mode="json", exclude_defaults=True)


def from_json(kind: type[Stated], value: dict[str, Any] | None) -> Stated | None:
    """Returns a statement from its column."""
    return None if value is None else kind.model_validate(value)


async def keep_prices(connection: AsyncConnection, prices: Mapping[str, Sequence[StatedPrice]]) -> None:
    """Keeps the prices that a supplier states now, by line key, in place of those before."""
    rows = {key: _PRICES.dump_python(tuple(stated), mode="json") for key, stated in prices.items()}
    await _set(connection, "stated_prices", rows)


async def keep_references(connection: AsyncConnection, references: Mapping[str, SupplierReferences]) -> None:
    """Keeps what a supplier calls lines, by line key."""
    await _set(connection, "supplier_references", {key: as_json(called) for key, called in references.items()})


async def _set(connection: AsyncConnection, column: str, values: Mapping[str, object]) -> None:
    statement = update(order_line).where(order_line.c.line_key == bindparam("of_line")).values({column: bindparam("stated")})
    if values:
        await connection.execute(statement, [{"of_line": key, "stated": value} for key, value in values.items()])
