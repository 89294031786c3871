"""Reads and writes suppliers' records, many at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, case, exists, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningUpdate

from services.catalogue.domain.merging import Scored
from services.catalogue.domain.records import KeptRecord, TimesSupplied
from services.catalogue.store.tables import BRIEF, ordered_title, record
from shared.db.arrays import among
from shared.db.bulk import arrays_of, given_rows, replace_many
from shared.db.paging import in_order
from shared.records import Description
from shared.records.brief import Brief, brief_of, description_of

_STATED = ("supplied_at", "withdrawn", "offers", "offered_at", "copies", "remainder", "reference", "encoding_true")
_COLUMNS = [record.c[name] for name in ("isbn", "supplier_id", "description", "score", *_STATED, *BRIEF)]


@dataclass(frozen=True, slots=True)
class Arrived:
    """A record to keep, with the message that it arrived in, and how often the batch has one, withdrawals apart."""

    scored: Scored
    message_id: UUID
    digest: bytes
    times: int


@dataclass(frozen=True, slots=True)
class Repeat:
    """A record whose content may not have changed: its digest says so. With when it arrived, and in which message.

    `times` is how often it counts as supplied: 0 for a withdrawal, else 1.
    """

    isbn: str
    supplier_id: str
    digest: bytes
    supplied_at: datetime
    message_id: UUID
    times: int


_REPEAT = tuple(field.name for field in fields(Repeat))
_COUNT = [record.c[field.name] for field in fields(TimesSupplied)]
_WITH_EARLIER_TIMES = {"times": text("record.times + excluded.times")}
# The council without a name stands for all orders from before orders were noted.
_SERVED = exists().where(ordered_title.c.isbn == record.c.isbn, ordered_title.c.council != "", ordered_title.c.published)


def _noting_repeated() -> ReturningUpdate[tuple[str, str]]:
    given, kept, other = given_rows(record, _REPEAT), record.c, record.alias()
    others = exists().where(other.c.isbn == given.c.isbn, other.c.supplier_id != given.c.supplier_id)
    same = (kept[name] == given.c[name] for name in ("isbn", "supplier_id", "digest"))
    offered_at = case((kept.offered_at == kept.supplied_at, given.c.supplied_at), else_=kept.offered_at)
    change = update(record).where(*same, kept.supplied_at <= given.c.supplied_at, ~others)
    times = kept.times + given.c.times
    change = change.values(supplied_at=given.c.supplied_at, message_id=given.c.message_id, offered_at=offered_at, times=times)
    return change.returning(kept.isbn, kept.supplier_id)


_NOTING_REPEATED = _noting_repeated()


async def keep_records(connection: AsyncConnection, new: Sequence[Arrived]) -> None:
    """Keeps suppliers' records in place of their earlier ones, and adds how often they arrived."""
    await replace_many(connection, record, [_row(each) for each in new], moved=_WITH_EARLIER_TIMES)


async def note_repeated(connection: AsyncConnection, arrived: Sequence[Repeat]) -> set[tuple[str, str]]:
    """Notes the new arrival of records whose content has not changed; returns ISBN and supplier of those.

    Of a book with records of other suppliers none is noted: which counts more may depend on when they were sent.
    """
    if not arrived:
        return set()
    rows = [{name: getattr(each, name) for name in _REPEAT} for each in arrived]
    noted = await connection.execute(_NOTING_REPEATED, arrays_of(record, rows))
    return {(row.isbn, row.supplier_id) for row in noted}


async def records_of(connection: AsyncConnection, isbn: str) -> list[Scored]:
    """Returns each supplier's record, sorted by supplier."""
    return list((await records_of_all(connection, [isbn]))[isbn].values())


async def records_of_all(connection: AsyncConnection, isbns: Collection[str]) -> defaultdict[str, dict[str, Scored]]:
    """Returns the records of several ISBNs, by ISBN and supplier, sorted by supplier."""
    found: defaultdict[str, dict[str, Scored]] = defaultdict(dict)
    query = select(*_COLUMNS).where(among(record.c.isbn, isbns)).order_by(record.c.supplier_id)
    for row in await connection.execute(query):
        found[row.isbn][row.supplier_id] = Scored(_record(row), row.score)
    return found


async def times_supplied(connection: AsyncConnection, isbns: Collection[str]) -> list[TimesSupplied]:
    """Returns how often each supplier sent a record of those of these books whose title a council got."""
    query = select(*_COUNT).where(among(record.c.isbn, isbns), record.c.times > 0, _SERVED)
    return [_times_supplied(row) for row in await connection.execute(query.order_by(record.c.isbn, record.c.supplier_id))]


async def times_supplied_after(
    connection: AsyncConnection, since: datetime | None, *, after: tuple[str, str] | None, limit: int
) -> list[TimesSupplied]:
    """Returns the next of those counts, of all books whose title a council got: what was supplied or first ordered since then.

    Those of others were not published, so that whoever hears this knows what whoever heard it all does.

    Nobody adds to them until the transaction ends.
    """
    query = in_order(select(*_COUNT), (record.c.isbn, record.c.supplier_id), after=after, limit=limit)
    query = query.where(record.c.times > 0, _SERVED)
    if since is not None:
        query = query.where((record.c.supplied_at >= since) | _SERVED.where(ordered_title.c.ordered_at >= since))
    return [_times_supplied(row) for row in await connection.execute(query.with_for_update(read=True))]


def _times_supplied(row: Row[tuple[object, ...]]) -> TimesSupplied:
    return TimesSupplied(**row._mapping)


def _row(new: Arrived) -> dict[str, object]:
    kept = new.scored.record
    stated = {name: getattr(kept, name) for name in ("isbn", "supplier_id", "description", *_STATED)}
    return {
        **stated,
        **brief_columns(kept.description),
        "message_id": new.message_id,
        "score": new.scored.score,
        "digest": new.digest,
        "times": new.times,
    }


def _record(row: Row[tuple[object, ...]]) -> KeptRecord:
    stated = {name: getattr(row, name) for name in ("isbn", "supplier_id", *_STATED)}
    if row.offers and row.offered_at is None:
        # An earlier release wrote the row.
        stated["offered_at"] = row.supplied_at
    return KeptRecord(description=described(row), **stated)


def brief_columns(description: Description) -> dict[str, str]:
    """Returns the columns that hold a description in six texts."""
    brief = brief_of(description)
    return {name: getattr(brief, name) for name in BRIEF}


def described(row: Row[tuple[object, ...]]) -> Description:
    """Returns the description in a row; what its six texts say where an earlier release wrote the row."""
    description: Description = row.description
    return description if description != _NOTHING else description_of(Brief(*(getattr(row, name) for name in BRIEF)))


_NOTHING = Description()
