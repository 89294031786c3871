"""Keeps switches of the catalogue's strand, and which records they had asked of the second supplier."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, RowMapping, Select, case, exists, func, select, type_coerce, update
from sqlalchemy.dialects.postgresql import JSONB, distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue.domain.asking import ASK_AGAIN_AFTER, MOST_ASKS, AskedFor
from services.catalogue.domain.switching import RecordState, RecordSwitch
from services.catalogue.store.asks import note_asked_for
from services.catalogue.store.switch_tables import asked_for, switch, switch_history, switch_record
from services.catalogue.store.tables import ask, ordered_copy, title
from shared.contracts.trials import Arm, arm_or_none
from shared.db.arrays import among
from shared.db.bulk import insert_new
from shared.db.paging import in_order
from shared.sourcing.switches.planning import Scope
from shared.sourcing.switches.store import SwitchStore, in_all_strands

_FOR = asked_for.c
_RECORD = switch_record.c


def _switch(row: Row[Any]) -> RecordSwitch:
    return RecordSwitch(**in_all_strands(row))


def _own(_: RecordSwitch) -> dict[str, object]:
    return {}


SWITCHES = SwitchStore(switch, switch_history, _switch, _own)


@dataclass(frozen=True, slots=True)
class Owed:
    """What a supplier owes to a council in a scope: records that it was asked for, and did not supply."""

    council: str
    supplier_id: str
    scope: Scope


def owed_by(of: RecordSwitch) -> Owed:
    """Returns what a switch has asked of the second supplier."""
    return Owed(of.council, of.from_supplier, of.scope)


def _in_scope(owed: Owed) -> list[ColumnElement[bool]]:
    """Returns the conditions for requests in a scope. Those that a pilot rule drew stay with their trial."""
    named = []
    if owed.scope.branches:
        named.append(among(_FOR.branch, owed.scope.branches))
    if owed.scope.materials:
        named.append(among(_FOR.material, ("", *owed.scope.materials)))
    theirs = (_FOR.council == owed.council, _FOR.supplier_id == owed.supplier_id)
    return [*theirs, _FOR.arm.is_distinct_from(Arm.PILOT.value), *named]


def _owed(owed: Owed) -> Select[Any]:
    """Selects nothing yet of the requests that were not answered, for copies that are still wanted."""
    return select().select_from(asked_for).where(*_in_scope(owed), ~_titled(_FOR.isbn), _wanted())


def _wanted() -> ColumnElement[bool]:
    """Returns whether a request is for copies that may still come or have come."""
    c = ordered_copy.c
    branch = type_coerce(c.data, JSONB)["branch"].astext
    return exists().where(c.isbn == _FOR.isbn, c.council == _FOR.council, ~c.given_up, branch == _FOR.branch)


def _titled(isbn: ColumnElement[str]) -> ColumnElement[bool]:
    return exists().where(title.c.isbn == isbn)


async def owed_books(connection: AsyncConnection, owed: Owed, *, limit: int) -> Sequence[RowMapping]:
    """Returns the first books whose records are owed, by ISBN, each with when its supplier was asked last, and how often."""
    books = _owed(owed).with_only_columns(_FOR.isbn).distinct().order_by(_FOR.isbn).limit(limit).subquery("books")
    asked = (ask.c.isbn == books.c.isbn) & (ask.c.supplier_id == owed.supplier_id)
    query = select(books.c.isbn, ask.c.asked_at, ask.c.times).join(ask, asked).order_by(books.c.isbn)
    rows: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return rows


async def count_owed(connection: AsyncConnection, owed: Owed) -> int:
    """Counts the books whose records are owed."""
    query = _owed(owed).with_only_columns(func.count(_FOR.isbn.distinct()))
    count: int = (await connection.execute(query)).scalar_one()
    return count


async def next_owed(connection: AsyncConnection, owed: Owed, *, limit: int) -> Sequence[AskedFor]:
    """Returns for whom the next books' records are owed, of at most `limit` books by ISBN."""
    isbns = _owed(owed).with_only_columns(_FOR.isbn).distinct().order_by(_FOR.isbn).limit(limit)
    found = list((await connection.execute(isbns)).scalars())
    query = select(asked_for).where(*_in_scope(owed), among(_FOR.isbn, found)).order_by(*asked_for.primary_key.columns)
    return [_asked(row) for row in await connection.execute(query)]


def _asked(row: Row[Any]) -> AskedFor:
    named = (row.isbn, row.supplier_id, row.council, row.branch, row.material)
    return AskedFor(*named, arm_or_none(row.trial, row.arm))


async def take_over(connection: AsyncConnection, of: RecordSwitch, asked: Sequence[AskedFor], at: datetime) -> None:
    """Keeps that a switch has records asked of the second supplier, which were asked of the first one for these.

    The first one is asked again only for whom it still is to supply, and on behalf of one of these.
    """
    owed, isbns = owed_by(of), sorted({each.isbn for each in asked})
    await connection.execute(asked_for.delete().where(*_in_scope(owed), among(_FOR.isbn, isbns)))
    await note_asked_for(connection, [replace(each, supplier_id=of.to_supplier) for each in asked])
    rows = [{"switch_id": of.switch_id, "isbn": isbn, "taken_at": at} for isbn in isbns]
    await insert_new(connection, switch_record, rows, returning=("isbn",))
    await _leave(connection, owed, isbns, at)


async def _leave(connection: AsyncConnection, owed: Owed, isbns: Collection[str], at: datetime) -> None:
    """Notes what nobody waits for any more from the first supplier; what another council waits for is asked on its behalf."""
    requests = (ask.c.supplier_id == owed.supplier_id, among(ask.c.isbn, isbns))
    others = (
        select(_FOR.isbn, _FOR.council, _FOR.trial, _FOR.arm)
        .ext(distinct_on(_FOR.isbn))
        .where(_FOR.supplier_id == owed.supplier_id, among(_FOR.isbn, isbns))
        # The council itself first: it may wait for copies outside of the scope.
        .order_by(_FOR.isbn, _FOR.council != owed.council, _FOR.council, _FOR.trial)
        .subquery("others")
    )
    theirs = {"council": others.c.council, "trial": others.c.trial, "arm": others.c.arm}
    behalf = (ask.c.isbn == others.c.isbn, ask.c.council == owed.council, others.c.council != owed.council)
    await connection.execute(update(ask).where(*requests, *behalf).values(theirs))
    waited = exists().where(_FOR.isbn == ask.c.isbn, _FOR.supplier_id == ask.c.supplier_id)
    await connection.execute(update(ask).where(*requests, ~waited).values(left_at=at))


async def end_taking(connection: AsyncConnection, of: RecordSwitch, at: datetime) -> None:
    """Notes that all that the first supplier owed was asked of the second one; what nobody wants any more is asked of neither."""
    unwanted = asked_for.delete().where(*_in_scope(owed_by(of)), ~_titled(_FOR.isbn), ~_wanted()).returning(_FOR.isbn)
    isbns = sorted(set((await connection.execute(unwanted)).scalars()))
    await _leave(connection, owed_by(of), isbns, at)
    await connection.execute(update(switch).where(switch.c.switch_id == of.switch_id).values(taken_at=at))


async def has_taken_all(connection: AsyncConnection, of: RecordSwitch) -> bool:
    """Returns whether all that the first supplier owed was asked of the second one."""
    query = select(switch.c.taken_at).where(switch.c.switch_id == of.switch_id)
    return (await connection.execute(query)).scalar_one() is not None


def _state(of: RecordSwitch, now: datetime) -> ColumnElement[str]:
    """Returns the state of a record of a switch, beside the request to the second supplier."""
    c = ordered_copy.c
    wanted = exists().where(c.isbn == _RECORD.isbn, c.council == of.council, ~c.given_up)
    silent = (ask.c.times >= MOST_ASKS) & (ask.c.asked_at <= now - ASK_AGAIN_AFTER)
    return case(
        (_titled(_RECORD.isbn), RecordState.SUPPLIED.value),
        (~wanted, RecordState.UNWANTED.value),
        (silent, RecordState.GIVEN_UP.value),
        else_=RecordState.ASKED.value,
    )


def _records(of: RecordSwitch) -> Select[Any]:
    """Selects nothing yet of the records of a switch, each beside the request to the second supplier."""
    request = (ask.c.isbn == _RECORD.isbn) & (ask.c.supplier_id == of.to_supplier)
    return select().select_from(switch_record).outerjoin(ask, request).where(_RECORD.switch_id == of.switch_id)


async def record_counts(connection: AsyncConnection, of: RecordSwitch, now: datetime) -> Mapping[RecordState, int]:
    """Counts the records that a switch had asked of the second supplier, by their state."""
    state = _state(of, now)
    query = _records(of).with_only_columns(state.label("state"), func.count().label("records")).group_by(state)
    return {RecordState(row.state): row.records for row in await connection.execute(query)}


async def list_records(
    connection: AsyncConnection,
    of: RecordSwitch,
    state: RecordState | None,
    now: datetime,
    *,
    after: tuple[str] | None,
    limit: int,
) -> Sequence[RowMapping]:
    """Lists the records that a switch had asked of the second supplier, by ISBN; a state narrows them."""
    is_in = _state(of, now)
    query = _records(of).with_only_columns(_RECORD.isbn, _RECORD.taken_at, ask.c.asked_at, ask.c.times, is_in.label("state"))
    query = query if state is None else query.where(is_in == state.value)
    rows: Sequence[RowMapping] = (
        (await connection.execute(in_order(query, (_RECORD.isbn,), after=after, limit=limit))).mappings().all()
    )
    return rows
