"""Counts what measures are made of: copies placed in a period, by group. Reads facts only, and as counts, never copy by copy."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Date,
    Integer,
    Select,
    SmallInteger,
    Text,
    Uuid,
    and_,
    case,
    cast,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.domain.asking import Asked, By
from services.evidence.domain.measures import Tally, Unattributed
from services.evidence.store.scope import (
    BOOK,
    day_of,
    group_of,
    invoice_queries,
    is_about_line,
    is_question,
    kept_rows,
    narrowed_to,
    passing_table,
)
from services.evidence.store.tables import (
    cancellation,
    charge,
    copy,
    decided_line,
    discrepancy,
    handled_message,
    held_message,
    invoice,
    record,
    record_count,
)
from shared.clock import Clock
from shared.contracts.orders import GIVEN_UP, CopyState
from shared.db.paging import narrowed

_HOUR = 3_600
_CAME, _WITHDRAWN, _GAVE_UP = range(3)
"""What became of a copy: it came or may still come, the council withdrew it, or the supplier gave it up."""
_GIVEN_UP = sorted(state.value for state in GIVEN_UP)

_CORRECTIONS = handled_message.c.mapped + handled_message.c.replayed + handled_message.c.decided
"""How often staff did something about a message."""

_placed = passing_table(
    "placed",
    Column("copy_id", Uuid),
    *(Column(name, Text) for name in ("council", "isbn", "line_key", "key")),
    Column("placed_on", Date),
    Column("fate", SmallInteger),
    Column("days", Integer),
    Column("came", Boolean),
    Column("hours", Integer),
    *(Column(name, Boolean) for name in ("answered", "due", "kept", "goods")),
)
"""Copies placed in the period, each with its group as `key`, and what is counted of it."""

_book = passing_table("book", *(Column(name, Text) for name in ("council", "isbn", "key")), Column("ordered_on", Date))
"""Books of councils, in each group as `key`, and their first order. By supplier they have no key: that is the record's."""

Tallies = dict[str, Tally]


async def tallies(connection: AsyncConnection, asked: Asked, clock: Clock, zone: str) -> Tallies:
    """Returns what is counted of each group of copies."""
    found: defaultdict[str, Tally] = defaultdict(Tally)
    async with kept_rows(connection, _placed, _placed_copies(asked, clock, zone)):
        for row in await connection.execute(_fates()):
            _add_fate(found[row.key], row)
        for row in await connection.execute(_answers()):
            found[row.key].answers[max(row.hours, 0), row.answered] += row.copies
        for query in (_marks(), _discrepancies(), _charged(), _queries(), _cancellations(), _decisions(), _corrections()):
            for row in await connection.execute(query):
                _set_counts(found[row.key], row)
        async with kept_rows(connection, _book, _books(asked.by)):
            for row in await connection.execute(_scores(asked.by)):
                found[row.key].scores[row.score] += row.books
            for row in await connection.execute(_times_supplied(asked.by)):
                found[row.key].supplied[row.times] += row.books
            for row in await connection.execute(_delays(asked.by, clock.today(), zone)):
                found[row.key].delays[max(row.days, 0), row.came] += row.books
    return dict(sorted(found.items()))


def _set_counts(tally: Tally, row: Any) -> None:
    for name in row._fields[1:]:
        setattr(tally, name, getattr(row, name))


def _placed_copies(asked: Asked, clock: Clock, zone: str) -> Select[Any]:
    """Selects the copies that were placed in the period, each with its group as `key`, and what is counted of it."""
    c, today = copy.c, clock.today()
    placed_on, received_on = day_of(c.placed_at, zone), day_of(c.received_at, zone)
    came, withdrawn = c.received_at.is_not(None), _is_withdrawn()
    given_up = c.state.in_(_GIVEN_UP)
    answered_at = func.least(c.answered_at, c.despatched_at, c.at_hub_at, c.received_at)
    took = func.coalesce(answered_at, clock.now()) - func.coalesce(c.sent_at, c.placed_at)
    hours = cast(func.floor(func.extract("epoch", took) / _HOUR), Integer)
    sent = or_(c.sent_at.is_not(None), answered_at.is_not(None))
    due = and_(c.promised_on.is_not(None), or_(came, c.promised_on < today), ~withdrawn)
    query = select(
        *(c.copy_id, c.council, c.isbn, c.line_key),
        group_of(asked, placed_on).label("key"),
        placed_on.label("placed_on"),
        case((came, _CAME), (withdrawn, _WITHDRAWN), (given_up, _GAVE_UP), else_=_CAME).label("fate"),
        (func.coalesce(received_on, today) - placed_on).label("days"),
        came.label("came"),
        case((sent, hours)).label("hours"),
        answered_at.is_not(None).label("answered"),
        due.label("due"),
        and_(due, func.coalesce(received_on <= c.promised_on, false())).label("kept"),
        or_(c.through_hub.is_not(None), c.despatched_at.is_not(None)).label("goods"),
    )
    after = clock.start_of(asked.last + timedelta(days=1))
    return narrowed_to(query.where(c.placed_at >= clock.start_of(asked.first), c.placed_at < after), asked)


def _is_withdrawn() -> ColumnElement[bool]:
    """Selects copies that were cancelled after the council had asked for copies of their line to be."""
    asked_for = select(cancellation.c.line_key).where(cancellation.c.line_key == copy.c.line_key).exists()
    return and_(copy.c.received_at.is_(None), copy.c.state == CopyState.CANCELLED.value, asked_for)


def _fates() -> Select[Any]:
    c = _placed.c
    grouped = (c.key, c.fate, c.days, c.came)
    return select(*grouped, func.count().label("copies")).group_by(*grouped)


def _add_fate(tally: Tally, row: Any) -> None:
    tally.copies += row.copies
    if row.fate == _WITHDRAWN:
        tally.withdrawn += row.copies
    else:
        waits = tally.came if row.fate == _CAME else tally.given_up
        waits[max(row.days, 0), row.came] += row.copies


def _answers() -> Select[Any]:
    c = _placed.c
    grouped = (c.key, c.hours, c.answered)
    return select(*grouped, func.count().label("copies")).where(c.hours.is_not(None)).group_by(*grouped)


def _marks() -> Select[Any]:
    c = _placed.c
    return select(c.key, *(func.count().filter(c[name]).label(name) for name in ("due", "kept", "goods"))).group_by(c.key)


def _discrepancies() -> Select[Any]:
    c = _placed.c
    joined = _placed.join(discrepancy, discrepancy.c.copy_id == c.copy_id)
    return select(c.key, func.count().label("discrepancies")).select_from(joined).group_by(c.key)


def _charged() -> Select[Any]:
    c = _placed.c
    has_charge = select(charge.c.copy_id).where(charge.c.copy_id == c.copy_id).exists()
    return select(c.key, func.count().label("charged")).where(has_charge).group_by(c.key)


def _queries() -> Select[Any]:
    c, asked = _placed.c, invoice_queries()
    joined = (
        _placed.join(charge, charge.c.copy_id == c.copy_id)
        .join(invoice, and_(invoice.c.invoice_id == charge.c.invoice_id, invoice.c.queries.is_not(None)))
        .join(asked, and_(is_about_line(asked), is_question(asked)))
    )
    each = select(c.key, charge.c.invoice_id, asked.c.number).select_from(joined).distinct().subquery()
    return select(each.c.key, func.count().label("queries")).group_by(each.c.key)


def _cancellations() -> Select[Any]:
    c = _placed.c
    joined = _placed.join(cancellation, cancellation.c.line_key == c.line_key)
    return select(c.key, func.count(c.line_key.distinct()).label("cancellations")).select_from(joined).group_by(c.key)


def _decisions() -> Select[Any]:
    c, d = _placed.c, decided_line.c
    each = select(c.key, d.line_key, d.decided_at).select_from(_placed.join(decided_line, d.line_key == c.line_key))
    decided = each.distinct().subquery()
    return select(decided.c.key, func.count().label("decisions")).group_by(decided.c.key)


def _corrections() -> Select[Any]:
    """Selects what staff did about messages: of one that concerns many copies of a group once."""
    h, c = handled_message.c, _placed.c
    concerned = select(h.message_id, func.unnest(h.line_keys).label("line_key"), _CORRECTIONS.label("n")).subquery()
    joined = _placed.join(concerned, concerned.c.line_key == c.line_key)
    each = select(c.key, concerned.c.message_id, concerned.c.n).select_from(joined).distinct().subquery()
    return select(each.c.key, _sum(each.c.n).label("corrections")).group_by(each.c.key)


def _sum(counts: ColumnElement[int]) -> ColumnElement[int]:
    return cast(func.sum(counts), Integer)


def _books(by: By) -> Select[Any]:
    """Selects each book of a council, in each group unless it is grouped by the supplier of records, and its first order."""
    c = _placed.c
    of_group = (c.council, c.isbn) if by is By.SUPPLIER else (c.council, c.isbn, c.key)
    return select(*of_group, func.min(c.placed_on).label("ordered_on")).group_by(*of_group)


def _scores(by: By) -> Select[Any]:
    joined = _book.join(record, _is_of_book())
    grouped = (record.c.supplier_id.label("key") if by is By.SUPPLIER else _book.c.key, record.c.score)
    return select(*grouped, func.count().label("books")).select_from(joined).group_by(*grouped)


def _times_supplied(by: By) -> Select[Any]:
    if by is By.SUPPLIER:
        key, joined = record_count.c.supplier_id, _book.join(record_count, record_count.c.isbn == _book.c.isbn)
    else:
        its_count = and_(record_count.c.isbn == record.c.isbn, record_count.c.supplier_id == record.c.supplier_id)
        key, joined = _book.c.key, _book.join(record, _is_of_book()).join(record_count, its_count)
    grouped = (key.label("key"), record_count.c.times)
    return select(*grouped, func.count().label("books")).select_from(joined).group_by(*grouped)


def _is_of_book() -> ColumnElement[bool]:
    return and_(record.c.council == _book.c.council, record.c.isbn == _book.c.isbn)


def _delays(by: By, today: date, zone: str) -> Select[Any]:
    key = record.c.first_supplier_id if by is By.SUPPLIER else _book.c.key
    came = record.c.first_at.is_not(None)
    days = func.coalesce(day_of(record.c.first_at, zone), today) - _book.c.ordered_on
    joined = _book.join(record, _is_of_book(), isouter=by is not By.SUPPLIER)
    each = select(key.label("key"), days.label("days"), came.label("came")).select_from(joined)
    # When the first record came is not known of books that were judged before the catalogue kept it.
    rows = each.where(_book.c.isbn.regexp_match(BOOK), or_(came, record.c.isbn.is_(None))).subquery()
    grouped = (rows.c.key, rows.c.days, rows.c.came)
    return select(*grouped, func.count().label("books")).group_by(*grouped)


async def unattributed(connection: AsyncConnection, asked: Asked, clock: Clock) -> list[Unattributed]:
    """Returns, per supplier, what of the period concerns no copy, and how many messages were held."""
    start, end = clock.start_of(asked.first), clock.start_of(asked.last + timedelta(days=1))
    d, h = discrepancy.c, held_message.c
    untied = select(d.supplier_id, func.count().label("n")).where(d.copy_id.is_(None), d.found_at >= start, d.found_at < end)
    waited = select(h.supplier_id, func.count().label("n")).where(h.held_at >= start, h.held_at < end)
    named = {
        "discrepancies": narrowed(untied, {d.council: asked.council, d.supplier_id: asked.supplier_id}).group_by(d.supplier_id),
        "queries": _unmatched_queries(asked),
        "messages_held": narrowed(waited, {h.council: asked.council, h.supplier_id: asked.supplier_id}).group_by(h.supplier_id),
        "corrections": _corrections_of_no_copy(asked, start, end),
    }
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for name, query in named.items():
        for row in await connection.execute(query):
            found[row.supplier_id][name] = row.n
    return [Unattributed(supplier_id, **counts) for supplier_id, counts in sorted(found.items())]


def _corrections_of_no_copy(asked: Asked, start: datetime, end: datetime) -> Select[Any]:
    h = handled_message.c
    concerns = select(copy.c.copy_id).where(copy.c.line_key == func.any(h.line_keys)).exists()
    done = select(h.supplier_id, _sum(_CORRECTIONS).label("n")).where(h.handled_at >= start, h.handled_at < end, ~concerns)
    return narrowed(done, {h.council: asked.council, h.supplier_id: asked.supplier_id}).group_by(h.supplier_id)


def _unmatched_queries(asked: Asked) -> Select[Any]:
    c, query = invoice.c, invoice_queries()
    matched = select(charge.c.copy_id).where(charge.c.invoice_id == c.invoice_id, is_about_line(query)).exists()
    rows = select(c.supplier_id, func.count().label("n")).select_from(invoice.join(query, true()))
    mine = narrowed(rows, {c.council: asked.council, c.supplier_id: asked.supplier_id})
    # Few invoices have queries: PostgreSQL would else expect a hundred of each, and read all charges.
    asked_about = and_(c.queries.is_not(None), c.invoiced_on.between(asked.first, asked.last))
    return mine.where(asked_about, is_question(query), ~matched).group_by(c.supplier_id)
