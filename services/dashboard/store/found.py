"""Keeps what orders and titles are found by. Statements may run twice and in any order of events: the result is the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.domain.searching import Term, searched_words
from services.dashboard.store.tables import order_term, ordered_title
from shared.db.bulk import arrays_of, given_rows

_TERM = tuple(column.name for column in order_term.c)
_TITLE = tuple(column.name for column in ordered_title.c)


async def keep_terms(connection: AsyncConnection, terms: Sequence[Term]) -> None:
    """Keeps what orders are found by; a term is never dropped."""
    if terms:
        statement = insert(order_term).from_select(list(_TERM), select(given_rows(order_term, _TERM)))
        await connection.execute(statement.on_conflict_do_nothing(), arrays_of(order_term, [asdict(term) for term in terms]))


async def keep_ordered_titles(connection: AsyncConnection, titles: Mapping[tuple[str, str], str]) -> None:
    """Keeps titles that councils ordered, by ISBN and council; of several names of a book the last in the alphabet."""
    rows = [
        {"isbn": isbn, "council": council, "title": title, "words": searched_words(title)}
        for (isbn, council), title in titles.items()
    ]
    if not rows:
        return
    statement = insert(ordered_title).from_select(list(_TITLE), select(given_rows(ordered_title, _TITLE)))
    c, new = ordered_title.c, statement.excluded
    later = statement.on_conflict_do_update(
        index_elements=[c.isbn, c.council], set_={"title": new.title, "words": new.words}, where=c.title < new.title
    )
    await connection.execute(later, arrays_of(ordered_title, rows))
