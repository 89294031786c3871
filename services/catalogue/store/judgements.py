"""Reads and writes what councils' minimums say of the records of books that they ordered."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from sqlalchemy import Row, select, union
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue.domain.judging import Judgement
from services.catalogue.store.quality_tables import judgement, record_minimum, rejudging
from services.catalogue.store.tables import ordered_title
from shared.db.arrays import among
from shared.db.bulk import replace_many
from shared.db.paging import in_order

# The council without a name stands for all orders from before orders were noted: it has no minimum and reads no judgement.
_NAMED = ordered_title.c.council != ""
_NAMES = tuple(field.name for field in fields(Judgement))
# Before the first book is judged.
NO_MINIMUM = -1
_COLUMNS = [judgement.c[name] for name in _NAMES]


async def councils_of(connection: AsyncConnection, isbns: Collection[str]) -> list[tuple[str, str]]:
    """Returns ISBN and council of each of these books that a council ordered, sorted."""
    query = select(ordered_title.c.isbn, ordered_title.c.council).where(among(ordered_title.c.isbn, isbns), _NAMED)
    return sorted((row.isbn, row.council) for row in await connection.execute(query))


async def judgements_of(connection: AsyncConnection, isbns: Collection[str]) -> dict[tuple[str, str], Judgement]:
    """Returns the last judgements of these books, by ISBN and council."""
    query = select(*_COLUMNS).where(among(judgement.c.isbn, isbns))
    return {(row.isbn, row.council): _judgement(row) for row in await connection.execute(query)}


async def judgements_for(connection: AsyncConnection, council: str, isbns: Collection[str]) -> dict[str, Judgement]:
    """Returns a council's last judgements of these books, by ISBN."""
    query = select(*_COLUMNS).where(among(judgement.c.isbn, isbns), judgement.c.council == council)
    return {row.isbn: _judgement(row) for row in await connection.execute(query)}


async def keep_judgements(connection: AsyncConnection, made: Sequence[Judgement]) -> None:
    """Keeps judgements in place of those before. Whoever calls it has locked the titles."""
    await replace_many(connection, judgement, [{name: getattr(each, name) for name in _NAMES} for each in made])


async def judgements_after(
    connection: AsyncConnection, since: datetime | None, *, after: tuple[str, str] | None, limit: int
) -> list[Judgement]:
    """Returns the next judgements that were made since then; nobody changes them until the transaction ends."""
    query = in_order(select(*_COLUMNS), (judgement.c.isbn, judgement.c.council), after=after, limit=limit)
    if since is not None:
        query = query.where(judgement.c.judged_at >= since)
    return [_judgement(row) for row in await connection.execute(query.with_for_update(read=True))]


def _judgement(row: Row[tuple[object, ...]]) -> Judgement:
    return Judgement(**{name: getattr(row, name) for name in _NAMES})


@dataclass(frozen=True, slots=True)
class Rejudging:
    """How far the judging of a council's books has come: by which minimum, and up to which ISBN; `done`: through all of them."""

    council: str
    minimum_id: int
    after: str = ""
    done: bool = False


async def councils_with_minimum(connection: AsyncConnection) -> list[str]:
    """Returns the councils that ever set a minimum, and those whose books are being judged; sorted."""
    query = union(select(record_minimum.c.council), select(rejudging.c.council))
    return sorted((await connection.execute(query)).scalars())


async def hold_rejudging(connection: AsyncConnection, council: str) -> Rejudging | None:
    """Returns how far the judging of a council's books has come, held until the transaction ends; None where another holds it."""
    mine = select(rejudging).where(rejudging.c.council == council)
    row = (await connection.execute(mine.with_for_update(skip_locked=True))).one_or_none()
    if row is not None:
        return Rejudging(row.council, row.minimum_id, row.after, row.done)
    # An insertion would wait for the other, which has changed the row.
    if (await connection.execute(mine)).one_or_none() is not None:
        return None
    begin = insert(rejudging).values(council=council, minimum_id=NO_MINIMUM).on_conflict_do_nothing()
    begun = (await connection.execute(begin.returning(rejudging.c.council))).one_or_none()
    return None if begun is None else Rejudging(council, NO_MINIMUM)


async def keep_rejudging(connection: AsyncConnection, progress: Rejudging) -> None:
    """Keeps how far the judging of a council's books has come."""
    await replace_many(connection, rejudging, [asdict(progress)])


async def ordered_after(connection: AsyncConnection, progress: Rejudging, limit: int) -> list[str]:
    """Returns the next ISBNs that a council ordered, in order."""
    mine = ordered_title.c.council == progress.council
    query = select(ordered_title.c.isbn).where(mine, ordered_title.c.isbn > progress.after)
    return list((await connection.execute(query.order_by(ordered_title.c.isbn).limit(limit))).scalars())
