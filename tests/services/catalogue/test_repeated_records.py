"""Records that a supplier sends again, as its full list does: they are recognised, and have the effect that they had."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from services.catalogue import store
from shared.records import Availability, Identifier, IdentifierKind, Offer, Price, Record
from tests.fixtures.chance import Chance
from tests.services.catalogue.facts import HAMNET, PIRANESI, record, stated, supplied
from tests.services.hearing import Hearing, on_day
from tests.waiting import until

_SUPPLIERS = ("eastern", "harbour-books")
_STATEMENTS = (
    stated(),
    stated(publisher="Bloomsbury"),
    stated(title="Piranesi: a novel"),
    stated(title="", author=""),
    replace(stated(), offers=(Offer(Availability.IN_STOCK, (Price(999, "GBP"),)),)),
    replace(stated(), reference="H-1"),
)
_RECORDS = text("SELECT supplier_id, supplied_at, message_id, description - 'identifiers', offers, reference, score FROM record "
                "WHERE isbn = :isbn ORDER BY supplier_id")  # fmt: skip
_TITLES = text("""
    SELECT description - 'identifiers', sources, version, withdrawn, facets
    FROM title JOIN search_entry USING (isbn) WHERE title.isbn = :isbn
""")


async def _rows(catalogue: Hearing, query: Any, **given: object) -> list[tuple[Any, ...]]:
    async with catalogue.engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(query, given)]


async def _written(catalogue: Hearing) -> list[tuple[Any, ...]]:
    """The transactions that wrote the title and its entry."""
    return await _rows(catalogue, text("SELECT title.xmin, entry.xmin FROM title JOIN search_entry AS entry USING (isbn)"))


async def test_a_record_that_says_the_same_again_is_noted_and_nothing_else_is_written(catalogue: Hearing) -> None:
    await catalogue.hears(record(day=2))
    before = await _written(catalogue)
    await catalogue.hears(record(day=3))
    assert await _written(catalogue) == before
    assert await _rows(catalogue, text("SELECT supplied_at FROM record")) == [(on_day(3),)]


async def test_a_record_that_says_it_again_after_another_did_is_taken(catalogue: Hearing) -> None:
    await catalogue.hears(record(title="Piranesi"), record(title="Piranesi: a novel", day=3))
    await catalogue.hears(record(title="Piranesi", day=4))
    assert await _rows(catalogue, text("SELECT title FROM title")) == [("Piranesi",)]


async def test_a_record_that_arrived_late_is_taken_when_it_is_sent_again(catalogue: Hearing) -> None:
    await catalogue.hears(record(title="Piranesi: a novel", day=5))
    await catalogue.hears(record(title="Piranesi", day=3))
    await catalogue.hears(record(title="Piranesi", day=6))
    assert await _rows(catalogue, text("SELECT title FROM title")) == [("Piranesi",)]


async def test_another_record_in_the_same_message_is_taken(catalogue: Hearing) -> None:
    await catalogue.hears(record(day=2))
    await catalogue.hears(supplied(stated(), stated(title="Piranesi: a novel"), day=3))
    assert await _rows(catalogue, text("SELECT title FROM title")) == [("Piranesi: a novel",)]


async def test_a_record_that_an_earlier_release_kept_is_taken_anew(catalogue: Hearing) -> None:
    await catalogue.hears(record())
    async with catalogue.engine.begin() as connection:
        await connection.execute(text("UPDATE record SET digest = '', score = 0"))
    await catalogue.hears(record(day=3))
    assert await _rows(catalogue, text("SELECT score > 0 FROM record")) == [(True,)]


@pytest.mark.parametrize("round_", range(4))
async def test_repeated_records_have_the_effect_of_records_taken_anew(catalogue: Hearing, chance: Chance, round_: int) -> None:
    dice = random.Random(f"{chance.seed}/{round_}")
    pool = dice.sample(_STATEMENTS, 3)
    for number in range(4, 26):
        # Some arrive late: an earlier one is not the last word.
        supplier_id, day = dice.choice(_SUPPLIERS[: 1 + round_ % 2]), number + dice.randrange(-3, 3)
        parts = [dice.choice(pool) for _ in range(dice.choice((1, 1, 2)))]
        await _hears_both(catalogue, parts, supplier_id, day)
        assert await _rows(catalogue, _RECORDS, isbn=PIRANESI) == await _rows(catalogue, _RECORDS, isbn=HAMNET)
        assert await _rows(catalogue, _TITLES, isbn=PIRANESI) == await _rows(catalogue, _TITLES, isbn=HAMNET)


async def _hears_both(catalogue: Hearing, parts: list[Record], supplier_id: str, day: int) -> None:
    """Has the catalogue hear the same of two books, the second of which has no digest by which it would be recognised."""
    await catalogue.hears(supplied(*parts, supplier_id=supplier_id, day=day))
    async with catalogue.engine.begin() as connection:
        await connection.execute(text("UPDATE record SET digest = '' WHERE isbn = :isbn"), {"isbn": HAMNET})
    await catalogue.hears(supplied(*map(_of_the_other, parts), supplier_id=supplier_id, day=day))


def _of_the_other(one: Record) -> Record:
    identifiers = (Identifier(IdentifierKind.ISBN13, HAMNET),)
    return replace(one, isbn=HAMNET, description=replace(one.description, identifiers=identifiers))


async def test_a_batch_takes_its_titles_in_one_order_whatever_is_sent_twice(catalogue: Hearing) -> None:
    await catalogue.hears(record(isbn=HAMNET), record(isbn=PIRANESI))

    async def waiting() -> list[tuple[Any, ...]]:
        return await _rows(catalogue, text("SELECT pid FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"))

    async with catalogue.engine.begin() as other:
        await store.hold_titles(other, {HAMNET})
        twice = record(isbn=HAMNET, title="Hamnet", day=5), record(isbn=HAMNET, title="Hamnet: a novel", day=6)
        batch = asyncio.create_task(catalogue.hears(*twice, record(isbn=PIRANESI, title="Piranesi: a novel", day=5)))
        await until(waiting)
        # The batch waits for the first title and has not taken the second: else the two would wait for each other.
        assert await store.hold_titles(other, {PIRANESI}) == {PIRANESI}
    await batch

    assert await _rows(catalogue, text("SELECT title FROM title ORDER BY isbn")) == [("Hamnet: a novel",), ("Piranesi: a novel",)]
