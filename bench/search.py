"""`python -m bench.search [TITLES]`: what ten kinds of search cost, and one more record, with so many titles in the catalogue.

Each query's time is that of the use case beside that of the same statements sent by the bare driver. Nothing is asserted.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean
from typing import Any
from uuid import UUID

from pydantic import SecretStr, TypeAdapter
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bench.books import COMMON, Books
from local.machine.postgres import Postgres
from services.catalogue import store
from services.catalogue.domain.correcting import neighbours
from services.catalogue.domain.entry import Entry, entry_of
from services.catalogue.domain.finds import Rank
from services.catalogue.domain.merging import Title
from services.catalogue.domain.questions import Question, Sort, Wanted
from services.catalogue.usecases.indexing import index_titles
from services.catalogue.usecases.searching import count_facets, count_titles, find_titles
from services.catalogue.usecases.taking import take_records
from shared.bus import to_envelope
from shared.clock import SystemClock
from shared.contracts.suppliers import RecordsSupplied
from shared.db.engine import create_engine
from shared.db.migrations import upgrade_to_head
from shared.records import Description, Record
from shared.records.brief import brief_of

_FEW, _USUAL = 10_000, 100_000
_ASKED = 40
_PAGE = 51
_NEW = 100
# The index takes up new entries some thousand records at a time: enough rounds for that to be among them several times.
_ROUNDS, _FIRST = 60, 5
_CLOCK = SystemClock()
_INDEXES = ("search_entry_words", "search_entry_issued", "search_word_neighbours", "title_words", "title_position")
_TABLES = ("title", "search_entry", "search_word")
_JSON = TypeAdapter(Description)
_SETTINGS = {"shared_buffers": "1GB", "maintenance_work_mem": "512MB", "max_wal_size": "8GB"}


@dataclass(frozen=True)
class Kind:
    """A kind of query: its name, and a question of that kind."""

    name: str
    question: Callable[[Books], Question]
    after: Rank | None = None
    faceted: bool = False


def _words(text: str, sort: Sort = Sort.RELEVANCE, **wanted: Any) -> Question:
    return Question(text, Wanted(**wanted), sort)


def _word(books: Books, first: int, last: int) -> str:
    return books.words[books.random.randrange(first, last)]


def _author(books: Books) -> str:
    return books.names[books.random.randrange(3_000)]


def _misspelt(books: Books) -> str:
    word = books.words[books.random.randrange(500, 5_000)]
    place = books.random.randrange(1, len(word))
    return f"{word[:place]}q{word[place:]} "


_KINDS = (
    Kind("a rare word", lambda books: _words(_word(books, 5_000, 30_000) + " ")),
    Kind("two words of titles", lambda books: _words(f"{_word(books, 10, 300)} {_word(books, 10, 300)} ")),
    Kind("a word in three titles of ten", lambda _: _words(f"{COMMON} ")),
    Kind("the same, a page of older books", lambda _: _words(f"{COMMON} "), after=Rank(80, 20_230_000, "")),
    Kind("the same and an author", lambda books: _words(f"{COMMON} {_author(books)} ")),
    Kind("three letters of a word", lambda books: _words(_word(books, 0, 3_000)[:3])),
    Kind("an ISBN", lambda books: _words("", identifiers=(next(iter(books.made(1, first=77)))[0].isbn,))),
    Kind("a subject and a language, newest first", lambda _: _words("", Sort.NEWEST, subjects=("thema:FF",), languages=("wel",))),
    Kind(
        "a word, supplier, availability, years",
        lambda books: _words(
            _word(books, 10, 300), suppliers=("eastern",), availabilities=("in stock",), issued=(20_100_000, 20_159_999)
        ),
    ),
    Kind("a word in three titles of ten, with facets", lambda _: _words(f"{COMMON} "), faceted=True),
    Kind("a misspelt word", lambda books: _words(_misspelt(books))),
)


async def filled(postgres: Postgres, titles: int) -> tuple[AsyncEngine, list[str]]:
    """Returns a catalogue with so many titles, and lines that say what filling it took."""
    engine = create_engine(SecretStr(await postgres.create_database(f"search_{titles}")))
    await upgrade_to_head(engine, "services.catalogue")
    async with engine.begin() as connection:
        definitions = await _without_indexes(connection)
        begin = time.perf_counter()
        spent = await _load(connection, titles)
        lines = [f"written in {time.perf_counter() - begin:,.0f} s; {1e6 * spent / titles:,.0f} µs to make an entry"]
        for name, definition in definitions.items():
            begin = time.perf_counter()
            await connection.execute(text(definition))
            lines.append(f"index {name} built in {time.perf_counter() - begin:,.1f} s")
    async with engine.connect() as pooled:
        connection = await pooled.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("VACUUM (ANALYZE)"))
        for name in (*_TABLES, *_INDEXES):
            size = await connection.scalar(text(f"SELECT pg_table_size('{name}')"))
            lines.append(f"{name} {size / 1e6:,.0f} MB")
    return engine, lines


async def _without_indexes(connection: AsyncConnection) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in _INDEXES:
        found[name] = await connection.scalar(text(f"SELECT pg_get_indexdef('{name}'::regclass)"))
        await connection.execute(text(f"DROP INDEX {name}"))
    return found


async def _load(connection: AsyncConnection, titles: int) -> float:
    """Copies titles and their entries; returns the seconds that making the entries took."""
    names: set[str] = set()
    spent = 0.0
    books = Books().made(titles)
    for _ in range(0, titles, 10_000):
        made = [book for book, _ in zip(books, range(10_000), strict=False)]
        begin = time.perf_counter()
        entries = [entry_of(title, [record]) for title, record in made]
        spent += time.perf_counter() - begin
        names.update(*(each.names for each in entries))
        await _copy(connection, "title", _TITLE_COLUMNS, (_title_row(title) for title, _ in made))
        await _copy(connection, "search_entry", ("isbn", "words", "issued", "facets"), map(_entry_row, entries))
    rows = ((name, "{" + ",".join(map(str, neighbours(name))) + "}") for name in sorted(names))
    await _copy(connection, "search_word", ("word", "neighbours"), rows)
    return spent


_BRIEF = ("title", "subtitle", "author", "publisher", "published", "form")
_TITLE_COLUMNS = ("isbn", *_BRIEF, "supplier_id", "version", "changed_at", "description", "sources", "searched_version")


def _title_row(title: Title) -> tuple[str, ...]:
    described = _JSON.dump_json(title.description, exclude_defaults=True).decode()
    brief = asdict(brief_of(title.description)).values()
    return (title.isbn, *brief, title.supplier_id, "1", title.changed_at.isoformat(), described, "{}", "1")


def _entry_row(entry: Entry) -> tuple[str, ...]:
    return entry.isbn, entry.words, str(entry.issued), "{" + ",".join(f'"{each}"' for each in entry.facets) + "}"


async def _copy(connection: AsyncConnection, table: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    async def lines() -> AsyncIterator[bytes]:
        for row in rows:
            yield ("\t".join(cell.replace("\\", "\\\\") for cell in row) + "\n").encode()

    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None
    await driver.copy_to_table(table, source=lines(), columns=columns)


@dataclass(frozen=True)
class Cost:
    """Milliseconds of a kind of query, sorted: of the use case, and of its statements sent by the bare driver."""

    ours: list[float]
    bare: list[float]


async def cost_of(engine: AsyncEngine, kind: Kind, asked: int = _ASKED) -> Cost:
    """Asks questions of one kind, each by the use case and then by the bare driver."""
    books, cost = Books(), Cost([], [])
    books.random.seed(2)
    gc.freeze()  # as `shared.serve` does: collections look at no module, nor at the words of the books
    async with engine.connect() as connection:
        await _ask(connection, kind, kind.question(books))  # the first one also fills the caches of statements
        await connection.rollback()
        for _ in range(asked):
            question = kind.question(books)
            # Asked first so that neither side pays for reading from disk, and ours not for listening.
            with _listening(engine) as sent:
                await _ask(connection, kind, question)
            await connection.rollback()
            begin = time.perf_counter()
            await _ask(connection, kind, question)
            cost.ours.append(1e3 * (time.perf_counter() - begin))
            await connection.rollback()
            cost.bare.append(await _replayed(connection, sent))
    return Cost(sorted(cost.ours), sorted(cost.bare))


async def _ask(connection: AsyncConnection, kind: Kind, question: Question) -> None:
    """Does what the API does for a page."""
    found = await find_titles(connection, question, after=kind.after, limit=_PAGE)
    if kind.after is None and len(found.hits) == _PAGE:
        await count_titles(connection, found)
    if kind.faceted:
        await count_facets(connection, found.search)


class _listening:  # noqa: N801 # used as a function
    """Gathers the statements that an engine sends."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.sync_engine
        self._sent: list[tuple[str, Sequence[Any]]] = []

    def __enter__(self) -> list[tuple[str, Sequence[Any]]]:
        event.listen(self._engine, "before_cursor_execute", self._keep)
        return self._sent

    def __exit__(self, *_: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._keep)

    def _keep(self, _connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        self._sent.append((statement, parameters))


async def _replayed(connection: AsyncConnection, sent: Sequence[tuple[str, Sequence[Any]]]) -> float:
    """Returns the milliseconds that the same statements take without SQLAlchemy and our code, from BEGIN to the last row."""
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None
    prepared = [(await driver.prepare(statement), parameters) for statement, parameters in sent]
    begin = time.perf_counter()
    async with driver.transaction():
        for statement, parameters in prepared:
            await statement.fetch(*parameters)
        return 1e3 * (time.perf_counter() - begin)


async def record_costs(engine: AsyncEngine, titles: int) -> tuple[float, float]:
    """Returns microseconds of one more record, in messages of a hundred: in all, and what keeping it for search takes of that.

    The first messages are not counted: they fill the caches of statements and plans.
    """
    books = list(Books(seed=3).made(_NEW * _ROUNDS, first=titles))
    whole: list[float] = []
    searched: list[float] = []
    for number in range(_ROUNDS):
        part = books[number * _NEW : (number + 1) * _NEW]
        records = tuple(Record(isbn=kept.isbn, description=kept.description, offers=kept.offers) for _, kept in part)
        supplied = RecordsSupplied(supplier_id="eastern", message_id=UUID(int=number), supplied_at=_CLOCK.now(), records=records)
        begin = time.perf_counter()
        async with engine.begin() as connection:
            await take_records(connection, [(supplied, to_envelope(supplied, clock=_CLOCK))], clock=_CLOCK)
        whole.append(1e6 * (time.perf_counter() - begin) / _NEW)
        searched.append(1e6 * await _searched_again(engine, [kept.isbn for _, kept in part]) / _NEW)
    return mean(whole[_FIRST:]), mean(searched[_FIRST:])


async def _searched_again(engine: AsyncEngine, isbns: Sequence[str]) -> float:
    """Returns the seconds that it takes to make entries of these titles, which had none."""
    async with engine.begin() as connection:
        titles = await store.titles_of(connection, isbns)
        records = await store.records_of_all(connection, isbns)
        await connection.execute(text("DELETE FROM search_entry WHERE isbn = ANY(:isbns)"), {"isbns": list(isbns)})
        begin = time.perf_counter()
        await index_titles(connection, titles.values(), records)
        return time.perf_counter() - begin


def _table(costs: dict[str, Cost]) -> Iterator[str]:
    yield "| query | p50 | p95 | bare SQL p50 | p95 | ratio of p50 | of p95 |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for name, cost in costs.items():
        figures = [_at(times, share) for times in (cost.ours, cost.bare) for share in (0.5, 0.95)]
        ratios = f"{figures[0] / figures[2]:.2f} | {figures[1] / figures[3]:.2f}"
        yield f"| {name} | {' | '.join(f'{each:.1f} ms' for each in figures)} | {ratios} |"


def _at(times: Sequence[float], share: float) -> float:
    return times[int(len(times) * share)]


async def measure(folder: Path, titles: int) -> None:
    """Prints what search costs with so many titles; `folder` is for the databases."""
    postgres = Postgres(folder / "postgres", durable=False, settings=_SETTINGS)
    await postgres.start()
    try:
        for number in dict.fromkeys((_FEW, titles)):
            engine, lines = await filled(postgres, number)
            print(f"\n{number:,} titles\n", *lines, sep="\n")
            print("", *_table({kind.name: await cost_of(engine, kind) for kind in _KINDS}), sep="\n")
            whole, searched = await record_costs(engine, number)
            print(f"\none more record: {whole:,.0f} µs, of which search {searched:,.0f} µs", flush=True)
            await engine.dispose()
    finally:
        await postgres.stop()


def main() -> None:
    """Measures with the number of titles that the command line gives."""
    titles = int(sys.argv[1]) if len(sys.argv) > 1 else _USUAL
    with tempfile.TemporaryDirectory(prefix="stockbridge-search-") as folder:
        asyncio.run(measure(Path(folder), titles))


if __name__ == "__main__":
    main()
