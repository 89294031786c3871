"""Counts what measures are made of: copies placed in a period, by group. Reads facts only, and as counts, never copy by copy."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, Integer, Select, and_, case, cast, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.domain.asking import Asked, By
from services.evidence.domain.measures import Tally, Unattributed
from services.evidence.store.scope import BOOK, day_of, invoice_queries, is_about_line, is_question, placed_copies
from services.evidence.store.tables import cancellation, charge, discrepancy, held_message, invoice, record
from shared.clock import Clock
from shared.contracts.orders import GIVEN_UP, CopyState
from shared.db.paging import narrowed

_HOUR = 3_600
_GIVEN_UP = sorted(state.value for state in GIVEN_UP)

Tallies = dict[str, Tally]


async def tallies(connection: AsyncConnection, asked: Asked, clock: Clock, zone: str) -> Tallies:
    """Returns what is counted of each group of copies."""
    placed = placed_copies(asked, clock, zone)
    found: defaultdict[str, Tally] = defaultdict(Tally)
    for row in await connection.execute(_fates(placed, clock.today())):
        _add_fate(found[row.key], row)
    for row in await connection.execute(_answers(placed, clock)):
        found[row.key].answers[max(row.hours, 0), row.answered] += row.copies
    counts = (
        _promises(placed, clock.today()),
        _goods(placed),
        _discrepancies(placed),
        _charged(placed),
        _queries(placed),
        _cancellations(placed),
    )
    for query in counts:
        for row in await connection.execute(query):
            for name in row._fields[1:]:
                setattr(found[row.key], name, getattr(row, name))
    for row in await connection.execute(_scores(placed, asked.by)):
        found[row.key].scores[row.score] += row.books
    for row in await connection.execute(_delays(placed, asked.by, clock.today(), zone)):
        found[row.key].delays[max(row.days, 0), row.came] += row.books
    return dict(sorted(found.items()))


def _is_withdrawn(placed: CTE) -> ColumnElement[bool]:
    """Selects copies that were cancelled after the council had asked for copies of their line to be."""
    asked_for = select(cancellation.c.line_key).where(cancellation.c.line_key == placed.c.line_key).exists()
    return and_(placed.c.received_at.is_(None), placed.c.state == CopyState.CANCELLED.value, asked_for)


def _fates(placed: CTE, today: date) -> Select[Any]:
    c = placed.c
    came = c.received_on.is_not(None)
    fate = case((came, "came"), (_is_withdrawn(placed), "withdrawn"), (c.state.in_(_GIVEN_UP), "given_up"), else_="came")
    days = func.coalesce(c.received_on, today) - c.placed_on
    each = select(c.key, fate.label("fate"), days.label("days"), came.label("came")).subquery()
    grouped = (each.c.key, each.c.fate, each.c.days, each.c.came)
    return select(*grouped, func.count().label("copies")).group_by(*grouped)


def _add_fate(tally: Tally, row: Any) -> None:
    tally.copies += row.copies
    if row.fate == "withdrawn":
        tally.withdrawn += row.copies
    else:
        waits = tally.came if row.fate == "came" else tally.given_up
        waits[max(row.days, 0), row.came] += row.copies


def _answers(placed: CTE, clock: Clock) -> Select[Any]:
    c = placed.c
    answered_at = func.least(c.answered_at, c.despatched_at, c.at_hub_at, c.received_at)
    took = func.coalesce(answered_at, clock.now()) - func.coalesce(c.sent_at, c.placed_at)
    hours = cast(func.floor(func.extract("epoch", took) / _HOUR), Integer)
    sent = or_(c.sent_at.is_not(None), answered_at.is_not(None))
    each = select(c.key, hours.label("hours"), answered_at.is_not(None).label("answered")).where(sent).subquery()
    grouped = (each.c.key, each.c.hours, each.c.answered)
    return select(*grouped, func.count().label("copies")).group_by(*grouped)


def _promises(placed: CTE, today: date) -> Select[Any]:
    c = placed.c
    due = and_(c.promised_on.is_not(None), or_(c.received_on.is_not(None), c.promised_on < today), ~_is_withdrawn(placed))
    kept = func.count().filter(c.received_on <= c.promised_on)
    return select(c.key, func.count().label("due"), kept.label("kept")).where(due).group_by(c.key)


def _goods(placed: CTE) -> Select[Any]:
    c = placed.c
    moved = or_(c.through_hub.is_not(None), c.despatched_at.is_not(None))
    return select(c.key, func.count().label("goods")).where(moved).group_by(c.key)


def _discrepancies(placed: CTE) -> Select[Any]:
    c = placed.c
    joined = placed.join(discrepancy, discrepancy.c.copy_id == c.copy_id)
    return select(c.key, func.count().label("discrepancies")).select_from(joined).group_by(c.key)


def _charged(placed: CTE) -> Select[Any]:
    c = placed.c
    joined = placed.join(charge, charge.c.copy_id == c.copy_id)
    return select(c.key, func.count(c.copy_id.distinct()).label("charged")).select_from(joined).group_by(c.key)


def _queries(placed: CTE) -> Select[Any]:
    c, asked = placed.c, invoice_queries()
    joined = (
        placed.join(charge, charge.c.copy_id == c.copy_id)
        .join(invoice, invoice.c.invoice_id == charge.c.invoice_id)
        .join(asked, and_(is_about_line(asked), is_question(asked)))
    )
    each = select(c.key, charge.c.invoice_id, asked.c.number).select_from(joined).distinct().subquery()
    return select(each.c.key, func.count().label("queries")).group_by(each.c.key)


def _cancellations(placed: CTE) -> Select[Any]:
    c = placed.c
    joined = placed.join(cancellation, cancellation.c.line_key == c.line_key)
    return select(c.key, func.count(c.line_key.distinct()).label("cancellations")).select_from(joined).group_by(c.key)


def _scores(placed: CTE, by: By) -> Select[Any]:
    c = placed.c
    key = record.c.supplier_id if by is By.SUPPLIER else c.key
    joined = placed.join(record, and_(record.c.council == c.council, record.c.isbn == c.isbn))
    books = select(key.label("key"), c.council, c.isbn, record.c.score).select_from(joined).distinct().subquery()
    return select(books.c.key, books.c.score, func.count().label("books")).group_by(books.c.key, books.c.score)


def _delays(placed: CTE, by: By, today: date, zone: str) -> Select[Any]:
    c = placed.c
    group = (c.council, c.isbn) if by is By.SUPPLIER else (c.council, c.isbn, c.key)
    ordered = (
        select(*group, func.min(c.placed_on).label("ordered_on")).where(c.isbn.regexp_match(BOOK)).group_by(*group).subquery()
    )
    of_book = and_(record.c.council == ordered.c.council, record.c.isbn == ordered.c.isbn)
    key = record.c.first_supplier_id if by is By.SUPPLIER else ordered.c.key
    came = record.c.first_at.is_not(None)
    days = func.coalesce(day_of(record.c.first_at, zone), today) - ordered.c.ordered_on
    each = select(key.label("key"), days.label("days"), came.label("came")).select_from(
        ordered.join(record, of_book, isouter=by is not By.SUPPLIER)
    )
    # When the first record came is not known of books that were judged before the catalogue kept it.
    rows = each.where(or_(came, record.c.isbn.is_(None))).subquery()
    grouped = (rows.c.key, rows.c.days, rows.c.came)
    return select(*grouped, func.count().label("books")).group_by(*grouped)


async def unattributed(connection: AsyncConnection, asked: Asked, clock: Clock) -> list[Unattributed]:
    """Returns, per supplier, discrepancies of the period without a copy, queries without a matched line, and messages held."""
    start, end = clock.start_of(asked.first), clock.start_of(asked.last + timedelta(days=1))
    d, h = discrepancy.c, held_message.c
    untied = select(d.supplier_id, func.count().label("n")).where(d.copy_id.is_(None), d.found_at >= start, d.found_at < end)
    waited = select(h.supplier_id, func.count().label("n")).where(h.held_at >= start, h.held_at < end)
    named = {
        "discrepancies": narrowed(untied, {d.council: asked.council, d.supplier_id: asked.supplier}).group_by(d.supplier_id),
        "queries": _unmatched_queries(asked),
        "messages_held": narrowed(waited, {h.council: asked.council, h.supplier_id: asked.supplier}).group_by(h.supplier_id),
    }
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for name, query in named.items():
        for row in await connection.execute(query):
            found[row.supplier_id][name] = row.n
    return [Unattributed(supplier_id, **counts) for supplier_id, counts in sorted(found.items())]


def _unmatched_queries(asked: Asked) -> Select[Any]:
    c, query = invoice.c, invoice_queries()
    matched = select(charge.c.copy_id).where(charge.c.invoice_id == c.invoice_id, is_about_line(query)).exists()
    rows = select(c.supplier_id, func.count().label("n")).select_from(invoice.join(query, true()))
    mine = narrowed(rows, {c.council: asked.council, c.supplier_id: asked.supplier})
    return mine.where(c.invoiced_on.between(asked.first, asked.last), is_question(query), ~matched).group_by(c.supplier_id)
