"""Searches titles: by words in levels of relevance, by what else is known of them; counts what is found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue import store
from services.catalogue.domain.correcting import SHORTEST, nearest
from services.catalogue.domain.finds import MOST_COUNTED, MOST_FACETED, MOST_VALUES, Counted, Facets, Found, Hit, Rank
from services.catalogue.domain.merging import Title
from services.catalogue.domain.questions import Question, Search, Sort, Word, asked_words, search_of
from services.catalogue.domain.search import Sought
from services.catalogue.domain.snippets import snippets

MOST_POSITIONS = 10_000
"""The last position in what is found that can be asked for by its number: all before it are read, too."""


async def find_titles(connection: AsyncConnection, question: Question, *, after: Rank | None, limit: int) -> Found:
    """Returns the next titles found, at most `limit`. Misspelt words are read as known ones only where nothing else is found."""
    await store.prepare(connection)
    search = search_of(question, asked_words(question.words))
    ranks, total = await _ranks(connection, search, question.sort, after, limit)
    if not ranks and search.words:
        corrected = await _corrected(connection, question, search.words)
        if corrected is not None:
            search = corrected
            ranks, total = await _ranks(connection, search, question.sort, after, limit)
    return Found(await _hits(connection, ranks, search.words), search, total)


async def _hits(connection: AsyncConnection, ranks: Sequence[Rank], words: Sequence[Word]) -> list[Hit]:
    isbns = [rank.isbn for rank in ranks]
    if not words:
        listed = await store.listed_titles(connection, isbns)
        return [Hit(listed[rank.isbn], rank, ()) for rank in ranks if rank.isbn in listed]
    titles = await store.described_titles(connection, isbns)
    shown = [(*titles[rank.isbn], rank) for rank in ranks if rank.isbn in titles]
    return [Hit(title, rank, snippets(texts, words)) for title, texts, rank in shown]


async def count_titles(connection: AsyncConnection, found: Found) -> Counted:
    """Returns how many titles a search finds; of more than MOST_COUNTED, that there are as many at least."""
    number = found.total
    if number is None:
        number = await store.count_found(connection, found.search.sought, MOST_COUNTED + 1)
    return Counted(min(number, MOST_COUNTED), number <= MOST_COUNTED)


async def count_facets(connection: AsyncConnection, search: Search) -> Facets:
    """Returns the facets of what a search finds; of more than MOST_FACETED titles, those of some MOST_FACETED of them."""
    number, counts = await store.count_facets(connection, search.sought, MOST_FACETED)
    kinds: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for facet, titles in counts.items():
        kind, _, value = facet.partition(":")
        kinds[kind][value] = titles
    best = {kind: dict(islice(sorted(kinds[kind].items(), key=_most_first), MOST_VALUES)) for kind in sorted(kinds)}
    return Facets(Counted(number, number < MOST_FACETED), best)


async def find_range(connection: AsyncConnection, sought: Sought, *, first: int, size: int) -> tuple[int, list[Title]]:
    """Returns how many titles are found, counted up to MOST_POSITIONS, and those from position `first` (1-based) on.

    The newest are first.
    """
    await store.prepare(connection)
    number = await store.count_found(connection, sought, MOST_POSITIONS)
    size = min(size, number - first + 1)
    if size <= 0:
        return number, []
    places, _ = await store.find_places(connection, sought, store.Order.NEWEST, after=None, limit=size, skipped=first - 1)
    titles = await store.titles_of(connection, [place.isbn for place in places])
    return number, [titles[place.isbn] for place in places if place.isbn in titles]


def _most_first(value: tuple[str, int]) -> tuple[int, str]:
    return -value[1], value[0]


async def _ranks(
    connection: AsyncConnection, search: Search, sort: Sort, after: Rank | None, limit: int
) -> tuple[list[Rank], int | None]:
    """Returns the next places. Ranks all that is found where that is little; else goes from level to level."""
    begin = None if after is None else store.Place(after.issued, after.isbn)
    if sort is not Sort.RELEVANCE or not search.levels:
        order = store.Order.ISBN if sort is Sort.ISBN else store.Order.NEWEST
        places, total = await store.find_places(connection, search.sought, order, after=begin, limit=limit)
        return [Rank(0, place.issued, place.isbn) for place in places], total
    if search.sought is not None and await store.estimate(connection, search.sought) <= store.MOST_RANKED:
        return await store.find_ranked(connection, search.sought, search.levels, after=after, limit=limit)
    found: list[Rank] = []
    for level in search.levels:
        if len(found) == limit or (after is not None and level.score > after.score):
            continue
        place = begin if after is not None and level.score == after.score else None
        places, _ = await store.find_places(connection, level.sought, store.Order.NEWEST, after=place, limit=limit - len(found))
        found += [Rank(level.score, place.issued, place.isbn) for place in places]
    return found, None


async def _corrected(connection: AsyncConnection, question: Question, words: Sequence[Word]) -> Search | None:
    """Returns the search with known words in place of those that no title has; None where there is no such word."""
    known = await store.known_words(
        connection, [word.texts[0] for word in words], [word.texts[0] for word in words if word.prefix]
    )
    read_as: dict[str, tuple[str, ...]] = {}
    for word in words:
        misspelt = word.texts[0]
        if misspelt not in known and len(misspelt) >= SHORTEST:
            read_as[misspelt] = nearest(misspelt, await store.near_words(connection, misspelt))
    if not any(read_as.values()):
        return None
    readings = tuple(Word(read_as.get(word.texts[0]) or word.texts, word.prefix) for word in words)
    found = {misspelt: texts for misspelt, texts in read_as.items() if texts}
    return replace(search_of(question, readings), read_as=found)
