"""What the feed knows of orders, titles and lines, and the changes that wait for their order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.lms.domain.news import Title
from services.lms.store.tables import attention, known_order, ordered_title, title, waiting
from shared.db.arrays import among
from shared.db.bulk import Rows, insert_new, keep_newest, replace_many
from shared.db.locks import lock_names

_TITLES = "titles"


async def lock_known(connection: AsyncConnection, councils: Collection[str], *, orders: bool, titles: bool) -> None:
    """Locks what the feed knows of councils until the transaction ends.

    Of an order and what waits for it, or of a title and the order that names it, whichever comes second must see the first.
    `orders`: the events order books; `titles`: they change titles.
    """
    if titles or orders:
        await lock_names(connection, _TITLES, shared=not titles)
    await lock_names(connection, *(f"council/{council}" for council in councils))


async def keep_orders(connection: AsyncConnection, rows: Rows) -> set[UUID]:
    """Keeps orders that were not known; returns their ids."""
    return {row.order_id for row in await insert_new(connection, known_order, rows, returning=("order_id",))}


async def order_numbers(connection: AsyncConnection, order_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """Returns the numbers of those orders that are known."""
    if not order_ids:
        return {}
    c = known_order.c
    query = select(c.order_id, c.order_number).where(among(c.order_id, order_ids))
    return {row.order_id: row.order_number for row in await connection.execute(query)}


async def let_wait(connection: AsyncConnection, rows: Rows) -> None:
    """Keeps changes until their orders are known; those that wait already stay as they are."""
    await insert_new(connection, waiting, rows, returning=("seq",))


async def take_waiting(connection: AsyncConnection, order_ids: Collection[UUID]) -> Sequence[Row[Any]]:
    """Removes what waits for these orders; returns it in the order in which it arrived."""
    if not order_ids:
        return []
    taken = delete(waiting).where(among(waiting.c.order_id, order_ids)).returning(waiting)
    return sorted((await connection.execute(taken)).all(), key=lambda row: row.seq)


async def order_titles(connection: AsyncConnection, rows: Rows) -> Mapping[str, list[str]]:
    """Keeps which councils ordered which books; returns, by ISBN, the councils for which a book is new."""
    new: dict[str, list[str]] = {}
    for row in await insert_new(connection, ordered_title, rows, returning=("isbn", "council")):
        new.setdefault(row.isbn, []).append(row.council)
    return new


async def titles_of(connection: AsyncConnection, isbns: Collection[str]) -> list[Title]:
    """Returns the last version of those of the titles that are known."""
    if not isbns:
        return []
    return [Title(**row) for row in (await connection.execute(select(title).where(among(title.c.isbn, isbns)))).mappings()]


async def councils_with(connection: AsyncConnection, isbns: Collection[str]) -> Mapping[str, list[str]]:
    """Returns, by ISBN, the councils that ordered a book."""
    found: dict[str, list[str]] = {}
    if isbns:
        query = select(ordered_title).where(among(ordered_title.c.isbn, isbns)).order_by(ordered_title.c.council)
        for row in await connection.execute(query):
            found.setdefault(row.isbn, []).append(row.council)
    return found


async def keep_titles(connection: AsyncConnection, titles: Iterable[Title]) -> None:
    """Keeps the last version of titles."""
    await keep_newest(connection, title, [asdict(each) for each in titles])


@dataclass(frozen=True, slots=True)
class Asked:
    """What was last to be decided about a line, as of a version of its order."""

    words: str
    version: int


async def asked_of(connection: AsyncConnection, line_keys: Collection[str]) -> dict[str, Asked]:
    """Returns what was last to be decided about lines; nothing of a line that never asked anything."""
    if not line_keys:
        return {}
    query = select(attention).where(among(attention.c.line_key, line_keys))
    return {row.line_key: Asked(row.words, row.version) for row in await connection.execute(query)}


async def keep_asked(connection: AsyncConnection, asked: Mapping[str, Asked]) -> None:
    """Keeps what is to be decided about lines now."""
    rows = [{"line_key": key, "words": one.words, "version": one.version} for key, one in sorted(asked.items())]
    await replace_many(connection, attention, rows)


@dataclass(frozen=True, slots=True)
class Wait:
    """How many changes wait for their orders, and since when the oldest does."""

    number: int
    since: datetime | None


async def wait_of_all(connection: AsyncConnection) -> Wait:
    """Returns how many changes wait, of all councils."""
    row = (await connection.execute(select(func.count(), func.min(waiting.c.arrived_at)))).one()
    return Wait(*row)


_GIVE_UP = text("DELETE FROM waiting WHERE seq IN (SELECT seq FROM waiting WHERE arrived_at < :before ORDER BY seq LIMIT :limit)")


async def give_up_waiting(connection: AsyncConnection, before: datetime, *, limit: int) -> int:
    """Removes changes that have waited since before then; returns how many."""
    return (await connection.execute(_GIVE_UP, {"before": before, "limit": limit})).rowcount
