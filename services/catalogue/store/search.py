"""Finds titles by what search knows of them, and keeps it. `domain/search.py` says what is searched for.

A condition is one `tsquery` on one GIN index, beside dates and ISBNs. Where much is found, a page is read in the order of an
index, for so many rows at most; otherwise all that the GIN index finds is sorted. PostgreSQL is not left to choose: it takes rare
words for more frequent than they are, and would read the whole table in order to find them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue.domain.correcting import neighbours
from services.catalogue.domain.entry import Entry
from services.catalogue.domain.finds import Rank
from services.catalogue.domain.questions import Level
from services.catalogue.domain.search import AllOf, AnyOf, Issued, Named, Sought, Without, all_of, as_tsquery
from services.catalogue.store.tables import entry, title, waiting_words, word
from shared.db.bulk import replace_many
from shared.frozen import dataclass

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
# Where many rows are expected and few needed, PostgreSQL would read the table until it has found them: so no sequential scans.
_PREPARE = (
    "SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('enable_seqscan', 'off', true),"
    f" set_config('statement_timeout', '{MOST_SECONDS}s', true)"
)
_EXPLAIN = "EXPLAIN (FORMAT JSON) SELECT 1 FROM search_entry WHERE words @@ CAST($1 AS tsquery)"
# Of bytes in order: what begins with a text lies between it and the text with the last character there is.
_KNOWN = (
    "SELECT word FROM search_word WHERE word = ANY($1) UNION"
    " SELECT given FROM unnest(CAST($2 AS text[])) AS given"
    " WHERE EXISTS (SELECT FROM search_word WHERE word >= given AND word < given || CAST($3 AS text))"
)
_NEAR = "SELECT word FROM search_word WHERE neighbours && CAST($1 AS integer[]) LIMIT $2"


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
    await connection.exec_driver_sql(_PREPARE)


async def estimate(connection: AsyncConnection, sought: Sought | None) -> int:
    """Returns about how many titles are found, from PostgreSQL's statistics, by lexemes and ISBNs alone. Reads no title."""
    parts = _parts(sought)
    named = [len(each.isbns) for each in parts.bounds if isinstance(each, Named)]
    if parts.query is None:
        return min(named, default=_MANY)
    (plan,) = (await connection.exec_driver_sql(_EXPLAIN, (parts.query,))).scalar_one()
    return min(int(plan["Plan"]["Plan Rows"]), *named, _MANY)


async def find_places(
    connection: AsyncConnection, sought: Sought | None, order: Order, *, after: Place | None, limit: int, skipped: int = 0
) -> tuple[list[Place], int | None]:
    """Returns the next titles that are found, and how many there are in all where that is known then.

    Where nothing is sought, all titles are found. Passes over `skipped` titles before those returned.
    """
    if await estimate(connection, sought) > MOST_SORTED:
        walk = _Statement()
        rows = await walk.rows(connection, _walk(walk, sought, order, after, skipped + limit))
        if len(rows) == skipped + limit:
            return [Place(*row) for row in rows[skipped:]], None
    statement = _Statement()
    rows = await statement.rows(
        connection,
        f"WITH found AS MATERIALIZED (SELECT issued, isbn FROM search_entry WHERE {_condition(statement, sought)})"  # noqa: S608
        f" SELECT issued, isbn, (SELECT count(*) FROM found) AS number FROM found WHERE {_beyond(statement, order, after)}"
        f" ORDER BY {_ORDERS[order]} LIMIT {statement.given(limit)} OFFSET {statement.given(skipped)}",
    )
    return [Place(issued, isbn) for issued, isbn, _ in rows], rows[0][-1] if rows else None


async def find_ranked(
    connection: AsyncConnection, sought: Sought, levels: Sequence[Level], *, after: Rank | None, limit: int
) -> tuple[list[Rank], int | None]:
    """Returns the next titles by score, then the newest first, of a search that finds few: each is compared with all levels.

    And how many there are in all, as `find_places` does.
    """
    statement = _Statement()
    cases = " ".join(f"WHEN {_condition(statement, level.sought)} THEN {level.score}" for level in levels)
    place = None if after is None else (after.score, after.issued, after.isbn)
    rows = await statement.rows(
        connection,
        f"WITH found AS MATERIALIZED (SELECT CASE {cases} ELSE 0 END AS score, issued, isbn"  # noqa: S608
        f" FROM search_entry WHERE {_condition(statement, sought)})"
        " SELECT score, issued, isbn, (SELECT count(*) FROM found) AS number FROM found"
        f" WHERE {'true' if place is None else f'(score, issued, isbn) < {statement.row(place)}'}"
        f" ORDER BY score DESC, issued DESC, isbn DESC LIMIT {statement.given(limit)}",
    )
    return [Rank(score, issued, isbn) for score, issued, isbn, _ in rows], rows[0][-1] if rows else None


async def count_found(connection: AsyncConnection, sought: Sought | None, most: int) -> int:
    """Returns how many titles are found, at most `most`."""
    for statement, some in await _ways_to_some(connection, sought, most, "isbn"):
        [(number,)] = await statement.rows(connection, f"SELECT count(*) FROM ({some}) AS counted")  # noqa: S608
        if number == most:
            break
    return int(number)


async def count_facets(connection: AsyncConnection, sought: Sought | None, most: int) -> tuple[int, dict[str, int]]:
    """Returns how many titles were counted, at most `most`, the first that are read, and how many of them have each facet."""
    for statement, some in await _ways_to_some(connection, sought, most, "facets"):
        rows = await statement.rows(
            connection,
            f"WITH counted AS ({some}) SELECT facet, count(*) AS titles FROM counted, unnest(facets) AS facet GROUP BY facet"  # noqa: S608
            " UNION ALL SELECT '', count(*) FROM counted",
        )
        counts = {facet: int(titles) for facet, titles in rows}
        number = counts.pop("")
        if number == most:
            break
    return number, counts


async def _ways_to_some(connection: AsyncConnection, sought: Sought | None, most: int, name: str) -> list[tuple[_Statement, str]]:
    """Returns queries for a column of `most` titles found: the last one is certain to find them, one before it is quicker."""
    certain = _Statement()
    query = f"SELECT {name} FROM search_entry WHERE {_condition(certain, sought)} LIMIT {certain.given(most)}"  # noqa: S608
    if await estimate(connection, sought) <= MOST_SORTED:
        return [(certain, query)]
    walk = _Statement()
    return [(walk, _walk(walk, sought, Order.NEWEST, None, most, name)), (certain, query)]


async def known_words(connection: AsyncConnection, words: Collection[str], beginnings: Collection[str]) -> set[str]:
    """Returns those words that are known, and those beginnings that a known word has."""
    given = (list(words), list(beginnings), "\U0010ffff")
    return set((await connection.exec_driver_sql(_KNOWN, given)).scalars())


async def near_words(connection: AsyncConnection, misspelt: str) -> list[str]:
    """Returns known words that share a neighbour with a word, at most 500."""
    return list((await connection.exec_driver_sql(_NEAR, (neighbours(misspelt), _MOST_NEAR))).scalars())


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


class _Statement:
    """The values in a statement. Building SQLAlchemy's expressions takes longer than a small search."""

    def __init__(self) -> None:
        self._values: list[object] = []

    def given(self, value: object) -> str:
        """Returns what stands for a value in the text."""
        self._values.append(value)
        return f"${len(self._values)}"

    def row(self, values: Sequence[object]) -> str:
        """Returns what stands for several values."""
        return f"({', '.join(map(self.given, values))})"

    async def rows(self, connection: AsyncConnection, statement: str) -> Sequence[Sequence[Any]]:
        """Returns the rows that the statement finds."""
        return (await connection.exec_driver_sql(statement, tuple(self._values))).all()


_ORDERS = {Order.NEWEST: "issued DESC, isbn DESC", Order.ISBN: "isbn"}


def _beyond(statement: _Statement, order: Order, after: Place | None) -> str:
    """Returns the condition that titles follow a place."""
    if after is None:
        return "true"
    if order is Order.ISBN:
        return f"isbn > {statement.given(after.isbn)}"
    return f"(issued, isbn) < {statement.row((after.issued, after.isbn))}"


def _walk(
    statement: _Statement, sought: Sought | None, order: Order, after: Place | None, limit: int, names: str = "issued, isbn"
) -> str:
    """Returns the query that reads titles in order and keeps those found. It may find too few: it reads MOST_WALKED titles."""
    parts = _parts(sought)
    read = _all([*(_condition(statement, part) for part in parts.bounds), _beyond(statement, order, after)])
    return (
        f"SELECT {names} FROM (SELECT isbn, words, issued, facets FROM search_entry WHERE {read}"  # noqa: S608
        f" ORDER BY {_ORDERS[order]} LIMIT {statement.given(max(MOST_WALKED, 4 * limit))}) AS reached"
        f" WHERE {_all(_others(statement, parts))} ORDER BY {_ORDERS[order]} LIMIT {statement.given(limit)}"
    )


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


def _others(statement: _Statement, parts: _Parts) -> list[str]:
    found = [_condition(statement, part) for part in parts.mixed]
    return found if parts.query is None else [_matches(statement, parts.query), *found]


def _matches(statement: _Statement, query: str) -> str:
    return f"words @@ CAST({statement.given(query)} AS tsquery)"


def _all(conditions: Sequence[str]) -> str:
    return " AND ".join(conditions) or "true"


def _condition(statement: _Statement, sought: Sought | None) -> str:
    query = None if sought is None else as_tsquery(sought)
    if query is not None:
        return _matches(statement, query)
    if isinstance(sought, Issued):
        return f"issued BETWEEN {statement.given(sought.first)} AND {statement.given(sought.last)}"
    if isinstance(sought, Named):
        return f"isbn = ANY({statement.given(list(sought.isbns))})"
    if isinstance(sought, Without):
        return f"NOT ({_condition(statement, sought.part)})"
    if isinstance(sought, AnyOf):
        return f"({' OR '.join(_condition(statement, part) for part in sought.parts)})"
    parts = _parts(sought)
    return _all([*(_condition(statement, part) for part in parts.bounds), *_others(statement, parts)])
