"""Ordered lines, the content that was applied before (by key), and the records that are wanted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Text, Uuid, bindparam, delete, func, literal, or_, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.contract import Kind, OrderToSend
from services.suppliers.domain.known_lines import KnownLine, KnownLines, References, SentMessage
from services.suppliers.domain.mapping import MappedField
from services.suppliers.domain.messages import Message
from services.suppliers.domain.places import carried
from services.suppliers.store.messages import sent_under
from services.suppliers.store.tables import applied_piece, ordered_line, wanted_record
from shared.contracts.base import Place
from shared.contracts.orders import OrderedLine
from shared.contracts.stated import SupplierReferences
from shared.db.arrays import among, among_given
from shared.db.bulk import insert_new

_REQUEST_LARGEST = 100
# No supplier's number is longer, and PostgreSQL indexes at most 2,704 bytes.
_LONGEST_REFERENCE = 200

_NAMED = select(ordered_line).where(
    or_(
        among_given(ordered_line.c.line_key, "line_keys"),
        among_given(ordered_line.c.order_number, "order_numbers"),
        among_given(ordered_line.c.supplier_reference, "supplier_references"),
    )
)
_WAITING_RECORDS = (
    select(wanted_record.c.isbn)
    .where(wanted_record.c.message_id.is_(None))
    .order_by(wanted_record.c.requested_at, wanted_record.c.isbn)
    .limit(_REQUEST_LARGEST)
    .with_for_update(skip_locked=True)
)
_REQUESTING = (
    update(wanted_record)
    .where(wanted_record.c.isbn.in_(_WAITING_RECORDS.scalar_subquery()))
    .values(message_id=bindparam("requested_by", type_=Uuid))
    .returning(wanted_record.c.isbn)
)
_CLAIMING = insert(applied_piece).on_conflict_do_nothing().returning(applied_piece.c.key)


async def add_lines(connection: AsyncConnection, orders: Mapping[UUID, OrderToSend]) -> Mapping[UUID, set[str]]:
    """Keeps the lines of orders, by the message that will carry each; returns the line keys that were new, by message."""
    rows = [
        {
            "line_key": line.line_key,
            "order_id": UUID(order.order_id),
            "order_number": order.order_number,
            "council": order.council,
            "isbn": line.isbn,
            "line": line.model_dump(mode="json"),
            "placed_at": order.placed_at,
            "message_id": message_id,
            "supplier_reference": "",
            "part": order.part,
            "rush": order.rush,
        }
        for message_id, order in orders.items()
        for line in order.lines
    ]
    new = await insert_new(connection, ordered_line, rows, returning=("message_id", "line_key"))
    keys: defaultdict[UUID, set[str]] = defaultdict(set)
    for row in new:
        keys[row.message_id].add(row.line_key)
    return keys


def known_line(row: Row[tuple[Any, ...]]) -> KnownLine:
    """Makes a `KnownLine` of a row of the ordered lines."""
    return KnownLine(
        line_key=row.line_key,
        order_id=row.order_id,
        order_number=row.order_number,
        council=row.council,
        supplier_reference=row.supplier_reference,
        message_id=row.message_id,
        ordered=OrderedLine.model_validate(row.line),
        substitute_isbn=row.substitute_isbn,
        part=row.part,
        rerouted_to=tuple(map(Place.model_validate, row.rerouted_to or ())),
    )


async def find_lines(connection: AsyncConnection, references: References) -> KnownLines:
    """Returns every ordered line that one of the references could mean, and every message of ours that they name."""
    names = {
        "line_keys": sorted(references.line_keys),
        "order_numbers": sorted(references.order_numbers),
        "supplier_references": sorted(references.supplier_references),
    }
    found = await connection.execute(_NAMED, names)
    sent = await sent_under(connection, references.messages) if references.messages else []
    return KnownLines([known_line(row) for row in found], [_sent(message) for message in sent])


def _sent(message: Message) -> SentMessage:
    assert message.reference is not None, "the query selects messages by their reference"
    return SentMessage(message.id, message.reference, message.state, message.order_ids, message.line_keys, message.councils)


async def by_key(connection: AsyncConnection, line_keys: Sequence[str], *, council: str | None = None) -> list[KnownLine]:
    """Returns the lines with these keys in order of key, only those of `council` where it is given."""
    statement = select(ordered_line).where(ordered_line.c.line_key.in_(line_keys)).order_by(ordered_line.c.line_key)
    if council is not None:
        statement = statement.where(ordered_line.c.council == council)
    return [known_line(row) for row in await connection.execute(statement)]


_MOST_NEARBY = 300


async def named_in_part(
    connection: AsyncConnection,
    *,
    line_keys: Collection[str],
    order_numbers: Collection[str],
    isbns: Collection[str],
    council: str | None,
) -> list[KnownLine]:
    """Returns the newest 300 lines with one of these line keys, order numbers or ISBNs, only those of `council` where given."""
    c = ordered_line.c
    statement = select(ordered_line).where(
        or_(among(c.line_key, line_keys), among(c.order_number, order_numbers), among(c.isbn, isbns))
    )
    if council is not None:
        statement = statement.where(c.council == council)
    newest = statement.order_by(c.placed_at.desc(), c.line_key).limit(_MOST_NEARBY)
    return [known_line(row) for row in await connection.execute(newest)]


async def known_among(connection: AsyncConnection, field: MappedField, named: Collection[str], council: str | None) -> set[str]:
    """Returns which of these order numbers, line keys or ISBNs were sent to the supplier, for `council` where it is given."""
    column = ordered_line.c[field.value]
    statement = select(column).where(among(column, named)).distinct()
    if council is not None:
        statement = statement.where(ordered_line.c.council == council)
    return set((await connection.execute(statement)).scalars())


_PLACES_NAMED = text(
    "SELECT DISTINCT council, place FROM ordered_line, jsonb_array_elements(line->'copies') AS copy, "
    "LATERAL (VALUES (copy->'branch'), (copy->'deliver_to')) AS of_copy (place) "
    "WHERE place->>'code' = ANY(:names) OR place->>'gln' = ANY(:names)"
).bindparams(bindparam("names", type_=ARRAY(Text)))


async def places_named(connection: AsyncConnection, names: Collection[str]) -> dict[str, list[Place]]:
    """Returns the branches and hubs of each council that have one of these codes or GLNs, as they were ordered for.

    Reads all lines: for goods that go to none of the places they were ordered for, which are rare.
    """
    found: defaultdict[str, list[Place]] = defaultdict(list)
    for row in await connection.execute(_PLACES_NAMED, {"names": sorted(names)}):
        found[row.council].append(Place.model_validate(row.place))
    return found


async def orders_of(connection: AsyncConnection, line_keys: Sequence[str], *, council: str) -> dict[str, UUID]:
    """Returns the orders of those of these lines that are the council's, by line key."""
    own = (among(ordered_line.c.line_key, line_keys), ordered_line.c.council == council)
    found = await connection.execute(select(ordered_line.c.line_key, ordered_line.c.order_id).where(*own))
    return {row.line_key: row.order_id for row in found}


async def lines_of_order(connection: AsyncConnection, order_id: UUID) -> dict[str, KnownLine]:
    """Returns the lines of an order by line key."""
    found = await connection.execute(select(ordered_line).where(ordered_line.c.order_id == order_id))
    return {row.line_key: known_line(row) for row in found}


async def parts_sent(connection: AsyncConnection, order_ids: Collection[UUID]) -> dict[UUID, int]:
    """Returns how many parts the supplier was sent of each of these orders; orders that it has nothing of are left out."""
    c = ordered_line.c
    query = select(c.order_id, func.max(c.part).label("part")).where(among(c.order_id, order_ids)).group_by(c.order_id)
    return {row.order_id: row.part for row in await connection.execute(query)}


async def order_of_message(connection: AsyncConnection, message: Message) -> OrderToSend | None:
    """Returns the lines and copies that a message was to carry, as of the order as it was placed; None where it carries none."""
    if message.kind is not Kind.ORDER:
        return None
    statement = select(ordered_line).where(among(ordered_line.c.line_key, message.line_keys))
    rows = (await connection.execute(statement)).all()
    if not rows:
        return None
    whole = sorted((OrderedLine.model_validate(row.line) for row in rows), key=lambda line: line.line_number)
    lines = tuple(carried(line, message.copies) for line in whole)
    first = rows[0]
    return OrderToSend(
        first.council, str(first.order_id), first.order_number, first.placed_at, lines, part=first.part, rush=first.rush
    )


async def note_supplier_reference(connection: AsyncConnection, reference: str, line_keys: Sequence[str]) -> None:
    """Keeps the supplier's own number of the order, so that its lines are found by it too."""
    if 0 < len(reference) <= _LONGEST_REFERENCE and line_keys:
        mentioned = among(ordered_line.c.line_key, line_keys)
        await connection.execute(update(ordered_line).where(mentioned).values(supplier_reference=reference))


async def note_line_references(connection: AsyncConnection, references: Mapping[str, SupplierReferences]) -> None:
    """Keeps what the supplier calls lines, by line key, so that later messages to it name them as it does."""
    statement = (
        update(ordered_line)
        .where(ordered_line.c.line_key == bindparam("of_line"))
        .values(line=ordered_line.c.line.concat(bindparam("references", type_=JSONB)))
    )
    rows = [
        {"of_line": key, "references": {"supplier_references": called.model_dump()}} for key, called in sorted(references.items())
    ]
    if rows:
        await connection.execute(statement, rows)


async def note_places(connection: AsyncConnection, places: Iterable[tuple[str, Place]]) -> None:
    """Keeps places that copies of lines are to be delivered to from now on, each with its line's key. Skips unknown lines."""
    known = func.coalesce(ordered_line.c.rerouted_to, literal([], JSONB))
    place = bindparam("place", type_=JSONB)
    is_new = (ordered_line.c.line_key == bindparam("of_line"), ~known.contains(place))
    statement = update(ordered_line).where(*is_new).values(rerouted_to=known.concat(place))
    rows = [{"of_line": key, "place": [each.model_dump(mode="json")]} for key, each in places]
    if rows:
        await connection.execute(statement, sorted(rows, key=itemgetter("of_line")))


async def note_substitutes(connection: AsyncConnection, substitutes: Mapping[str, str]) -> None:
    """Keeps, by line key, the book that the supplier announced instead of the ordered one."""
    c = ordered_line.c
    statement = update(ordered_line).where(c.line_key == bindparam("of_line")).values(substitute_isbn=bindparam("announced"))
    if substitutes:
        await connection.execute(statement, [{"of_line": key, "announced": isbn} for key, isbn in substitutes.items()])


async def claim_pieces(connection: AsyncConnection, keys: Iterable[str], message_id: UUID) -> set[str]:
    """Records content keys as applied by a message; returns the keys that were new."""
    rows = [{"key": key, "message_id": message_id} for key in sorted(keys)]
    if not rows:
        return set()
    return set((await connection.execute(_CLAIMING, rows)).scalars())


async def release_pieces(connection: AsyncConnection, keys: Collection[str]) -> None:
    """Takes back that these content keys were applied."""
    if keys:
        await connection.execute(delete(applied_piece).where(among(applied_piece.c.key, keys)))


async def has_pieces(connection: AsyncConnection, message_id: UUID) -> bool:
    """Whether any content of the message was applied before, which means that it is being replayed."""
    statement = select(applied_piece.c.key).where(applied_piece.c.message_id == message_id).limit(1)
    return (await connection.execute(statement)).first() is not None


async def forget_records(connection: AsyncConnection, message_id: UUID) -> None:
    """Forgets which records of a message were applied. If the message is replayed, they are published again.

    There would be a row for each product of every nightly file; and the catalogue takes a record twice without a change.
    """
    records = applied_piece.c.key.startswith(record_key(message_id, ""))
    await connection.execute(delete(applied_piece).where(applied_piece.c.message_id == message_id, records))


def record_key(message_id: UUID, place: object) -> str:
    """Returns the key of the record at a place of a message."""
    return f"record/{message_id}/{place}"


async def want_records(connection: AsyncConnection, requested: Mapping[str, datetime]) -> None:
    """Records, by ISBN, that records are wanted. A later request for the same title asks for it again."""
    statement = insert(wanted_record)
    later = statement.on_conflict_do_update(
        index_elements=[wanted_record.c.isbn],
        set_={"requested_at": statement.excluded.requested_at, "message_id": None},
        where=statement.excluded.requested_at > wanted_record.c.requested_at,
    )
    if requested:
        rows = [{"isbn": isbn, "requested_at": at} for isbn, at in sorted(requested.items())]
        await connection.execute(later, rows)


async def take_wanted_records(connection: AsyncConnection, message_id: UUID) -> list[str]:
    """Returns the ISBNs that wait, at most 100, and marks them as requested by `message_id`."""
    return sorted((await connection.execute(_REQUESTING, {"requested_by": message_id})).scalars())
