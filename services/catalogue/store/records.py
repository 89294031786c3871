"""Reads and writes suppliers' records, many at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue.domain.merging import Scored
from services.catalogue.domain.records import KeptRecord
from services.catalogue.store.tables import BRIEF, record
from services.catalogue.store.writing import replace_rows
from shared.db.arrays import among
from shared.records import Description
from shared.records.brief import Brief, brief_of, description_of

_STATED = ("supplied_at", "withdrawn", "offers", "copies", "remainder", "reference", "encoding_true")
_COLUMNS = [record.c[name] for name in ("isbn", "supplier_id", "description", "score", *_STATED, *BRIEF)]


@dataclass(frozen=True, slots=True)
class Arrived:
    """A record to keep, with the message that it arrived in."""

    scored: Scored
    message_id: UUID
    digest: bytes


@dataclass(frozen=True, slots=True)
class Repeat:
    """A record that may say what it said before: whose, its digest, and when and in which message it arrived."""

    isbn: str
    supplier_id: str
    digest: bytes
    supplied_at: datetime
    message_id: UUID


_NOTE_REPEATED = text("""
    UPDATE record SET supplied_at = given.supplied_at, message_id = given.message_id
    FROM unnest(CAST(:isbns AS text[]), CAST(:suppliers AS text[]), CAST(:digests AS bytea[]),
                CAST(:moments AS timestamptz[]), CAST(:messages AS uuid[]))
         AS given (isbn, supplier_id, digest, supplied_at, message_id)
    WHERE record.isbn = given.isbn AND record.supplier_id = given.supplier_id AND record.digest = given.digest
        AND record.supplied_at <= given.supplied_at
        AND NOT EXISTS (SELECT FROM record AS other WHERE other.isbn = given.isbn AND other.supplier_id <> given.supplier_id)
    RETURNING record.isbn, record.supplier_id
""")


async def keep_records(connection: AsyncConnection, new: Sequence[Arrived]) -> None:
    """Keeps suppliers' records in place of their earlier ones."""
    await replace_rows(connection, record, [_row(each) for each in new])


async def note_repeated(connection: AsyncConnection, arrived: Sequence[Repeat]) -> set[tuple[str, str]]:
    """Notes when records were sent again that say what they said before; returns ISBN and supplier of those.

    Of a book with records of other suppliers none is noted: which counts more may depend on when they were sent.
    """
    columns = [
        [getattr(each, name) for each in arrived] for name in ("isbn", "supplier_id", "digest", "supplied_at", "message_id")
    ]
    parameters = dict(zip(("isbns", "suppliers", "digests", "moments", "messages"), columns, strict=True))
    return {(isbn, supplier_id) for isbn, supplier_id in await connection.execute(_NOTE_REPEATED, parameters)}


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


def _row(new: Arrived) -> dict[str, object]:
    kept = new.scored.record
    stated = {name: getattr(kept, name) for name in ("isbn", "supplier_id", "description", *_STATED)}
    return {
        **stated,
        **brief_columns(kept.description),
        "message_id": new.message_id,
        "score": new.scored.score,
        "digest": new.digest,
    }


def _record(row: Row[tuple[object, ...]]) -> KeptRecord:
    stated = {name: getattr(row, name) for name in ("isbn", "supplier_id", *_STATED)}
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
