"""Rows of all the types that our tables have, written many at a time."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr
from sqlalchemy import Boolean, Column, Date, DateTime, Integer, LargeBinary, MetaData, Table, Text, Uuid, select, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.bulk import arrays_of, given_rows, insert_many, insert_new, replace_many, update_many
from shared.db.engine import create_engine

# Its name is also that of a type of PostgreSQL.
_RECORD = Table(
    "record",
    MetaData(),
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("number", Integer),
    Column("open", Boolean),
    Column("day", Date),
    Column("at", DateTime(timezone=True)),
    Column("raw", LargeBinary),
    Column("stated", JSONB(none_as_null=True)),
    Column("tags", ARRAY(Text)),
    Column("sizes", ARRAY(Integer)),
    Column("moves", Integer, nullable=False, server_default="0"),
)
AT = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


def row(place: int, **others: object) -> dict[str, Any]:
    """A row with a value in each column but `moves`."""
    full = {
        "id": UUID(int=place),
        "name": 'a "quoted" \\ name',
        "number": -place,
        "open": True,
        "day": date(2026, 3, 2),
        "at": AT,
    }
    more = {"raw": b"\x00\xff", "stated": {"a": ["ü", None, 1]}, "tags": ['x,"y"', "{}", "\\", "NULL", ""], "sizes": [1, -2]}
    return {**full, **more, **others}


def empty(place: int) -> dict[str, Any]:
    """A row with nothing where that is allowed."""
    return dict.fromkeys(row(place)) | {"id": UUID(int=place), "name": "", "tags": [], "stated": {}}


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[AsyncConnection]:
    """A database with the table."""
    engine = create_engine(SecretStr(database_url))
    async with engine.begin() as connection:
        await connection.run_sync(_RECORD.metadata.create_all)
        yield connection
    await engine.dispose()


async def rows_in(connection: AsyncConnection) -> list[dict[str, Any]]:
    found = await connection.execute(select(_RECORD).order_by(_RECORD.c.id))
    return [dict(each) for each in found.mappings()]


async def test_rows_are_read_as_they_were_written(connection: AsyncConnection) -> None:
    written = [row(1), empty(2), row(3, stated=None, tags=None)]

    await insert_many(connection, _RECORD, written)
    await insert_many(connection, _RECORD, [])

    assert await rows_in(connection) == [{**each, "moves": 0} for each in written]


async def test_only_new_rows_are_inserted_and_returned(connection: AsyncConnection) -> None:
    await insert_many(connection, _RECORD, [row(1)])

    added = await insert_new(connection, _RECORD, [row(1, name="again"), row(2, name="new")], returning=("id", "name"))

    assert [tuple(each) for each in added] == [(UUID(int=2), "new")]
    assert [each["name"] for each in await rows_in(connection)] == [row(1)["name"], "new"]


async def test_a_row_replaces_the_one_with_its_key_and_only_if_it_differs(connection: AsyncConnection) -> None:
    await insert_many(connection, _RECORD, [row(1), row(2)])

    given = [row(1), row(2, stated={"b": 2}), row(3)]
    await replace_many(connection, _RECORD, given, moved={"moves": text("record.moves + 1")}, only_changed=True)

    assert await rows_in(connection) == [{**each, "moves": moves} for each, moves in zip(given, (0, 1, 0), strict=True)]


async def test_the_columns_given_are_changed_in_the_rows_with_these_keys(connection: AsyncConnection) -> None:
    await insert_many(connection, _RECORD, [row(1), row(2)])

    changes = [{"id": UUID(int=2), "tags": ["b"], "stated": None}, {"id": UUID(int=9), "tags": [], "stated": None}]
    await update_many(connection, _RECORD, "id", changes)

    assert await rows_in(connection) == [row(1, moves=0), row(2, tags=["b"], stated=None, moves=0)]


async def test_given_rows_are_a_source_for_any_statement(connection: AsyncConnection) -> None:
    names = ("id", "stated", "sizes")
    rows = [{name: row(place)[name] for name in names} for place in (1, 2)]

    found = await connection.execute(select(given_rows(_RECORD, names)), arrays_of(_RECORD, rows))

    assert [dict(each) for each in found.mappings()] == rows
