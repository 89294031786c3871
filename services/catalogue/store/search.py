"""Finds titles by what search knows of them, and keeps it. `domain/search.py` says what is searched for.

A condition is one `tsquery` on one GIN index, beside dates and ISBNs. Where much is found, a page is read in the order of an
index, for so many rows at most; otherwise all that the GIN index finds is sorted. PostgreSQL is not left to choose: it takes rare
words for more frequent than they are, and would read the whole table in order to find them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Label,
    Select,
    and_,
    case,
    cast,
    column,
    delete,
    func,
    literal,
    not_,
    or_,
    select,
    text,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSON, TSQUERY, insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.types import Integer, Text

from services.catalogue.domain.correcting import neighbours
from services.catalogue.domain.entry import Entry
from services.catalogue.domain.finds import Rank
from services.catalogue.domain.questions import Level
from services.catalogue.domain.search import AllOf, AnyOf, Issued, Named, Sought, Without, all_of, as_tsquery
from services.catalogue.store.tables import entry, title, waiting_words, word
from shared.db.arrays import among
from shared.db.bulk import replace_many
from shared.db.paging import in_order, newest_first

MOST_SECONDS = 5
"""A query that takes longer is ended: the database has other work."""
MOST_SORTED = 10_000
"""Where more titles are expected, they are read in order and not sorted."""
MOST_RANKED = 2_000
"""Where more titles are expected, they are read level by level, and not compared with all levels."""
MOST_WALKED = 20_000
"""Titles that are read in order for one page."""
_ENTRY = ("isbn", "words", "issued", "facets")
_MOST_NEAR = 500
_LEARNT_TOGETHER = 1_000
_MANY = 2**31
_EXPLAIN = text("EXPLAIN (FORMAT JSON) SELECT 1 FROM search_entry WHERE words @@ CAST(:query AS tsquery)").columns(
    column("plan", JSON)
)


class Order(StrEnum):
    """The order of a list: the newest books first, or by ISBN."""

    NEWEST = "newest"
    ISBN = "isbn"


@dataclass(frozen=True, slots=True)
class Place:
    """A found title's place in a list."""

    issued: int
    isbn: str


async def prepare(connection: AsyncConnection) -> None:
    """Limits the time of the transaction's queries, and has each planned for its own words: a common one needs another plan."""
    settings = {
        "plan_cache_mode": "force_custom_plan",
        "statement_timeout": f"{MOST_SECONDS}s",
        # Where many rows are expected and few needed, PostgreSQL would read the table until it has found them.
        "enable_seqscan": "off",
    }
    await connection.execute(select(*(func.set_config(name, value, true()) for name, value in settings.items())))


async def estimate(connection: AsyncConnection, sought: Sought | None) -> int:
    """Returns about how many titles are found, from PostgreSQL's statistics, by lexemes and ISBNs alone. Reads no title."""
    parts = _parts(sought)
    named = [len(each.isbns) for each in parts.bounds if isinstance(each, Named)]
    if parts.query is None:
        return min(named, default=_MANY)
    (plan,) = (await connection.execute(_EXPLAIN, {"query": parts.query})).scalar_one()
    return min(int(plan["Plan"]["Plan Rows"]), *named, _MANY)


async def find_places(
    connection: AsyncConnection, sought: Sought | None, order: Order, *, after: Place | None, limit: int, skipped: int = 0
) -> tuple[list[Place], int | None]:
    """Returns the next titles that are found, and how many there are in all where that is known then.

    Where nothing is sought, all titles are found. Passes over `skipped` titles before those returned.
    """
    if await estimate(connection, sought) > MOST_SORTED:
        rows = (await connection.execute(_walk(sought, order, after, skipped + limit))).all()
        if len(rows) == skipped + limit:
            return [Place(row.issued, row.isbn) for row in rows[skipped:]], None
    found = select(entry.c.issued, entry.c.isbn).where(_condition(sought)).cte("found").prefix_with("MATERIALIZED")
    columns = select(found.c.issued, found.c.isbn, _number_of(found))
    query = _ordered(columns, found.c, order, after, skipped + limit).offset(skipped).limit(limit)
    rows = (await connection.execute(query)).all()
    return [Place(row.issued, row.isbn) for row in rows], rows[0].number if rows else None


async def find_ranked(
    connection: AsyncConnection, sought: Sought, levels: Sequence[Level], *, after: Rank | None, limit: int
) -> tuple[list[Rank], int | None]:
    """Returns the next titles by score, then the newest first, of a search that finds few: each is compared with all levels.

    And how many there are in all, as `find_places` does.
    """
    score = case(*((_condition(level.sought), level.score) for level in levels), else_=0).label("score")
    found = select(score, entry.c.issued, entry.c.isbn).where(_condition(sought)).cte("found").prefix_with("MATERIALIZED")
    keys = (found.c.score, found.c.issued, found.c.isbn)
    query = select(*keys, _number_of(found)).order_by(*(key.desc() for key in keys)).limit(limit)
    if after is not None:
        query = query.where(tuple_(*keys) < tuple_(after.score, after.issued, after.isbn))
    rows = (await connection.execute(query)).all()
    return [Rank(row.score, row.issued, row.isbn) for row in rows], rows[0].number if rows else None


def _number_of(found: CTE) -> Label[int]:
    return select(func.count()).select_from(found).scalar_subquery().label("number")


def _walk(
    sought: Sought | None, order: Order, after: Place | None, limit: int, names: Sequence[str] = ("issued", "isbn")
) -> Select[Any]:
    """Returns the query that reads titles in order and keeps those found. It may find too few: it reads MOST_WALKED titles."""
    parts = _parts(sought)
    read = select(entry).where(*(_condition(part) for part in parts.bounds))
    window = _ordered(read, entry.c, order, after, max(MOST_WALKED, 4 * limit)).subquery()
    query = select(*(window.c[name] for name in names)).where(*_others(parts, window.c))
    return _ordered(query, window.c, order, None, limit)


def _ordered(
    query: Select[Any], columns: ReadOnlyColumnCollection[str, Any], order: Order, after: Place | None, limit: int
) -> Select[Any]:
    if order is Order.ISBN:
        return in_order(query, (columns.isbn,), after=None if after is None else (after.isbn,), limit=limit)
    begin = None if after is None else (after.issued, after.isbn)
    return newest_first(query, (columns.issued, columns.isbn), after=begin, limit=limit)


async def count_found(connection: AsyncConnection, sought: Sought | None, most: int) -> int:
    """Returns how many titles are found, at most `most`."""
    for some in await _ways_to_some(connection, sought, most, "isbn"):
        number = (await connection.execute(select(func.count()).select_from(some.subquery()))).scalar_one()
        if number == most:
            break
    return number


async def count_facets(connection: AsyncConnection, sought: Sought | None, most: int) -> tuple[int, dict[str, int]]:
    """Returns how many titles were counted, at most `most`, the first that are read, and how many of them have each facet."""
    for some in await _ways_to_some(connection, sought, most, "facets"):
        counted = some.cte("counted")
        each = select(func.unnest(counted.c.facets).label("facet")).subquery()
        by_facet = select(each.c.facet, func.count().label("titles")).group_by(each.c.facet)
        whole = select(literal("").label("facet"), func.count().label("titles")).select_from(counted)
        counts = {row.facet: int(row.titles) for row in await connection.execute(by_facet.union_all(whole))}
        number = counts.pop("")
        if number == most:
            break
    return number, counts


async def _ways_to_some(connection: AsyncConnection, sought: Sought | None, most: int, name: str) -> list[Select[Any]]:
    """Returns queries for a column of `most` titles found: the last one is certain to find them, one before it is quicker."""
    certain = select(entry.c[name]).where(_condition(sought)).limit(most)
    if await estimate(connection, sought) <= MOST_SORTED:
        return [certain]
    return [_walk(sought, Order.NEWEST, None, most, [name]), certain]


async def known_words(connection: AsyncConnection, words: Collection[str], beginnings: Collection[str]) -> set[str]:
    """Returns those words that are known, and those beginnings that a known word has."""
    exact = select(word.c.word).where(among(word.c.word, words))
    given = func.unnest(cast(list(beginnings), ARRAY(Text))).column_valued("given")
    # Of bytes in order: what begins with a text lies between it and the text with the last character there is.
    begun = select(given).where(
        select(word.c.word).where(word.c.word >= given, word.c.word < given.concat("\U0010ffff")).exists()
    )
    return set((await connection.execute(exact.union(begun))).scalars())


async def near_words(connection: AsyncConnection, misspelt: str) -> list[str]:
    """Returns known words that share a neighbour with a word, at most 500."""
    shared = word.c.neighbours.overlap(cast(neighbours(misspelt), ARRAY(Integer)))
    return list((await connection.execute(select(word.c.word).where(shared).limit(_MOST_NEAR))).scalars())


async def keep_entries(connection: AsyncConnection, entries: Sequence[Entry]) -> None:
    """Keeps what search knows of titles. An entry that is the same as before is not written again."""
    rows = [{name: getattr(each, name) for name in _ENTRY} for each in sorted(entries, key=lambda each: each.isbn)]
    await replace_many(connection, entry, rows, only_changed=True)
    await _keep_words(connection, {name for each in entries for name in each.names})


async def _keep_words(connection: AsyncConnection, words: Set[str]) -> None:
    new = words - await known_words(connection, words, ())
    if new:
        await connection.execute(insert(waiting_words).values(words=sorted(new)))


async def learn_words(connection: AsyncConnection, limit: int) -> int:
    """Makes the words known that came first; returns from how many batches of titles they are, at most `limit`."""
    first = select(waiting_words.c.id).order_by(waiting_words.c.id).limit(limit).with_for_update(skip_locked=True)
    taken = delete(waiting_words).where(waiting_words.c.id.in_(first)).returning(waiting_words.c.words)
    batches = (await connection.execute(taken)).scalars().all()
    # In their order, so that two that learn the same words wait for each other and do not deadlock.
    names = sorted({name for batch in batches for name in batch})
    # In parts: the neighbours of many thousand words are tens of megabytes.
    for start in range(0, len(names), _LEARNT_TOGETHER):
        rows = [{"word": each, "neighbours": neighbours(each)} for each in names[start : start + _LEARNT_TOGETHER]]
        await connection.execute(insert(word).on_conflict_do_nothing(), rows)
    return len(batches)


async def take_unsearched(connection: AsyncConnection, limit: int) -> list[str]:
    """Returns ISBNs of titles that search does not know as they are, and notes that it does.

    Nobody else changes them until the transaction ends.
    """
    waiting = title.c.searched_version != title.c.version
    query = select(title.c.isbn).where(waiting).order_by(title.c.isbn).limit(limit).with_for_update(skip_locked=True)
    change = title.update().where(title.c.isbn.in_(query)).values(searched_version=title.c.version)
    return list((await connection.execute(change.returning(title.c.isbn))).scalars())


@dataclass(frozen=True, slots=True)
class _Parts:
    """A condition taken apart: its lexemes as one tsquery, limits of date and ISBN, and what mixes these."""

    query: str | None
    bounds: tuple[Issued | Named, ...]
    mixed: tuple[Sought, ...]


def _parts(sought: Sought | None) -> _Parts:
    parts = sought.parts if isinstance(sought, AllOf) else () if sought is None else (sought,)
    lexical = tuple(part for part in parts if as_tsquery(part) is not None)
    bounds = tuple(part for part in parts if isinstance(part, Issued | Named))
    mixed = tuple(part for part in parts if part not in lexical and part not in bounds)
    return _Parts(as_tsquery(all_of(lexical)) if lexical else None, bounds, mixed)


def _others(parts: _Parts, columns: ReadOnlyColumnCollection[str, Any] = entry.c) -> list[ColumnElement[bool]]:
    found = [_condition(part, columns) for part in parts.mixed]
    return found if parts.query is None else [_matches(parts.query, columns), *found]


def _matches(query: str, columns: ReadOnlyColumnCollection[str, Any]) -> ColumnElement[bool]:
    found: ColumnElement[bool] = columns["words"].bool_op("@@")(cast(query, TSQUERY))
    return found


def _condition(sought: Sought | None, columns: ReadOnlyColumnCollection[str, Any] = entry.c) -> ColumnElement[bool]:
    query = None if sought is None else as_tsquery(sought)
    if query is not None:
        return _matches(query, columns)
    if isinstance(sought, Issued):
        return and_(columns["issued"] >= sought.first, columns["issued"] <= sought.last)
    if isinstance(sought, Named):
        return among(columns["isbn"], sought.isbns)
    if isinstance(sought, Without):
        return not_(_condition(sought.part, columns))
    if isinstance(sought, AnyOf):
        return or_(*(_condition(part, columns) for part in sought.parts))
    parts = _parts(sought)
    return and_(true(), *(_condition(part, columns) for part in parts.bounds), *_others(parts, columns))
