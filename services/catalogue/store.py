"""The catalogue's tables and queries. Titles and records belong to all councils; only rules and requests name one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    Computed,
    DateTime,
    Index,
    Integer,
    MetaData,
    Row,
    Table,
    Text,
    Uuid,
    func,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects.postgresql import TSVECTOR, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue.domain import ASK_AGAIN_AFTER, MOST_ASKS, Ask, Description, Record, Title
from shared.contracts.base import money_or_none
from shared.db.paging import in_order, locked_page

metadata = MetaData()

_DESCRIBED = tuple(Description.__dataclass_fields__)


def _described_columns() -> list[Column[str]]:
    return [Column(name, Text, nullable=False) for name in _DESCRIBED]


record = Table(
    "record",
    metadata,
    Column("isbn", Text, primary_key=True),
    Column("supplier_id", Text, primary_key=True),
    *_described_columns(),
    Column("price_minor", Integer),
    Column("price_currency", Text),
    Column("message_id", Uuid, nullable=False),
    Column("supplied_at", DateTime(timezone=True), nullable=False),
    Column("withdrawn", Boolean, nullable=False, server_default=text("false")),
)

_WORDS = "to_tsvector('simple'::regconfig, ((((title || ' '::text) || subtitle) || ' '::text) || author))"

title = Table(
    "title",
    metadata,
    Column("isbn", Text, primary_key=True),
    *_described_columns(),
    Column("supplier_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("words", TSVECTOR, Computed(_WORDS, persisted=True)),
    Index("title_words", "words", postgresql_using="gin"),
)

# A row stays after the record arrived: it keeps who was asked, and when last.
ask = Table(
    "ask",
    metadata,
    Column("isbn", Text, primary_key=True),
    Column("supplier_id", Text, primary_key=True),
    Column("council", Text, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("times", Integer, nullable=False),
    Index("ask_by_time", "asked_at"),
)

_TITLE = [title.c[name] for name in ("isbn", "supplier_id", "version", "changed_at", *_DESCRIBED)]
_RECORD = [
    record.c[name] for name in ("isbn", "supplier_id", "supplied_at", "price_minor", "price_currency", "withdrawn", *_DESCRIBED)
]


def _described(row: Row[tuple[object, ...]]) -> Description:
    return Description(*(getattr(row, name) for name in _DESCRIBED))


def _title(row: Row[tuple[object, ...]]) -> Title:
    return Title(row.isbn, row.supplier_id, _described(row), row.version, row.changed_at)


def _record(row: Row[tuple[object, ...]]) -> Record:
    price = money_or_none(row.price_minor, row.price_currency)
    return Record(row.isbn, row.supplier_id, _described(row), row.supplied_at, price, row.withdrawn)


async def keep_records(connection: AsyncConnection, new: Sequence[tuple[Record, UUID]]) -> None:
    """Keeps suppliers' records in place of their earlier ones, each with the message that it arrived in."""
    rows = [
        {
            "isbn": each.isbn,
            "supplier_id": each.supplier_id,
            **asdict(each.described),
            "price_minor": each.price.minor if each.price else None,
            "price_currency": each.price.currency if each.price else None,
            "message_id": message_id,
            "supplied_at": each.supplied_at,
            "withdrawn": each.withdrawn,
        }
        for each, message_id in new
    ]
    await _replace(connection, record, rows)


async def _replace(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    statement = insert(table)
    keys = [column.name for column in table.primary_key.columns]
    if rows:
        changed = {name: statement.excluded[name] for name in rows[0] if name not in keys}
        await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), rows)


async def records_of(connection: AsyncConnection, isbn: str) -> list[Record]:
    """Returns each supplier's record, sorted by supplier."""
    return list((await records_of_all(connection, [isbn]))[isbn].values())


async def records_of_all(connection: AsyncConnection, isbns: Collection[str]) -> defaultdict[str, dict[str, Record]]:
    """Returns the records of several ISBNs, by ISBN and supplier, sorted by supplier."""
    found: defaultdict[str, dict[str, Record]] = defaultdict(dict)
    rows = await connection.execute(select(*_RECORD).where(record.c.isbn.in_(isbns)).order_by(record.c.supplier_id))
    for row in rows:
        found[row.isbn][row.supplier_id] = _record(row)
    return found


async def get_title(connection: AsyncConnection, isbn: str) -> Title | None:
    """Returns the title of an ISBN-13."""
    row = (await connection.execute(select(*_TITLE).where(title.c.isbn == isbn))).one_or_none()
    return None if row is None else _title(row)


async def lock_titles(connection: AsyncConnection, isbns: Collection[str]) -> dict[str, Title]:
    """Returns the titles of these ISBNs, by ISBN. Nobody else changes them until the transaction ends."""
    query = select(*_TITLE).where(title.c.isbn.in_(isbns)).order_by(title.c.isbn).with_for_update()
    return {row.isbn: _title(row) for row in await connection.execute(query)}


async def keep_titles(connection: AsyncConnection, changed: Sequence[Title]) -> None:
    """Writes new or changed titles."""
    rows = [
        {
            "isbn": each.isbn,
            "supplier_id": each.supplier_id,
            **asdict(each.described),
            "version": each.version,
            "changed_at": each.changed_at,
        }
        for each in changed
    ]
    await _replace(connection, title, rows)


async def list_titles(
    connection: AsyncConnection, *, isbns: Collection[str], words: str | None, after: tuple[str] | None, limit: int
) -> list[Title]:
    """Lists titles by ISBN: those named (all, if none is), with all of the words in title, subtitle or author."""
    query = select(*_TITLE)
    if isbns:
        query = query.where(title.c.isbn.in_(isbns))
    if words:
        query = query.where(title.c.words.op("@@")(func.plainto_tsquery("simple", words)))
    query = in_order(query, (title.c.isbn,), after=after, limit=limit)
    return [_title(row) for row in await connection.execute(query)]


async def titles_after(connection: AsyncConnection, since: datetime | None, *, after: str | None, limit: int) -> list[Title]:
    """Returns the next titles by ISBN that changed since then; nobody changes them until the transaction ends."""
    query = select(*_TITLE) if since is None else select(*_TITLE).where(title.c.changed_at >= since)
    return [_title(row) for row in await locked_page(connection, query, title.c.isbn, after, limit)]


async def known_isbns(connection: AsyncConnection, isbns: Collection[str]) -> set[str]:
    """Returns the ISBNs that have a title."""
    return set((await connection.execute(select(title.c.isbn).where(title.c.isbn.in_(isbns)))).scalars())


async def note_asks(connection: AsyncConnection, asks: Sequence[Ask], now: datetime) -> list[Ask]:
    """Writes down requests for records; returns those to publish: the ones not made within the last day."""
    if not asks:
        return []
    statement = insert(ask)
    due = statement.on_conflict_do_update(
        index_elements=[ask.c.isbn, ask.c.supplier_id],
        set_={"asked_at": now, "times": ask.c.times + 1},
        where=ask.c.asked_at <= now - ASK_AGAIN_AFTER,
    )
    made = due.returning(ask.c.isbn, ask.c.supplier_id, ask.c.council)
    rows = await connection.execute(made, [{**asdict(one), "asked_at": now, "times": 1} for one in asks])
    return [Ask(*row) for row in rows]


async def note_repeated_asks(connection: AsyncConnection, now: datetime, limit: int) -> list[Ask]:
    """Keeps that suppliers are asked again: not within a day, fewer than MOST_ASKS times, and only while there is no title."""
    answered = select(title.c.isbn).where(title.c.isbn == ask.c.isbn).exists()
    waiting = (ask.c.asked_at <= now - ASK_AGAIN_AFTER) & (ask.c.times < MOST_ASKS) & ~answered
    due = (
        select(ask.c.isbn, ask.c.supplier_id)
        .where(waiting)
        .order_by(ask.c.asked_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    change = ask.update().where(tuple_(ask.c.isbn, ask.c.supplier_id).in_(due)).values(asked_at=now, times=ask.c.times + 1)
    rows = await connection.execute(change.returning(ask.c.isbn, ask.c.supplier_id, ask.c.council))
    return [Ask(*row) for row in rows]


async def suppliers_asked(connection: AsyncConnection, isbn: str) -> list[str]:
    """Returns the suppliers that were asked for a record of an ISBN."""
    return list(
        (await connection.execute(select(ask.c.supplier_id).where(ask.c.isbn == isbn).order_by(ask.c.supplier_id))).scalars()
    )
