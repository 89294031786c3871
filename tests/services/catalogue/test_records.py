"""Titles that the catalogue chooses from suppliers' records."""

from dataclasses import replace

import pytest
from sqlalchemy import Connection

from services.catalogue import store
from services.catalogue.app import PACKAGE
from shared.contracts.base import Money
from shared.contracts.catalogue import TitleChanged
from shared.db.migrations import differences
from shared.messaging import tables as messaging
from shared.messaging.errors import Poison
from shared.sourcing import store as sourcing
from tests.services.catalogue.facts import HAMNET, PIRANESI, record
from tests.services.hearing import Hearing


async def titles(catalogue: Hearing) -> list[tuple[str, str, str, int]]:
    """ISBN, title, supplier and version of every title published so far."""
    events = [event for event in await catalogue.sent() if isinstance(event, TitleChanged)]
    return [(event.isbn, event.title, event.supplier_id, event.version) for event in events]


async def test_the_first_record_becomes_the_title(catalogue: Hearing) -> None:
    await catalogue.hears(record())
    assert await titles(catalogue) == [(PIRANESI, "Piranesi", "harbour-books", 1)]
    [envelope] = await catalogue.sent_envelopes()
    assert (envelope.topic, envelope.key, envelope.aggregate_version, envelope.council_id) == ("catalogue", PIRANESI, 1, None)


async def test_a_record_with_nothing_new_publishes_no_title(catalogue: Hearing) -> None:
    await catalogue.hears(record(day=2), record(day=3), record("eastern", author=""))
    assert len(await titles(catalogue)) == 1


async def test_a_more_complete_record_of_another_supplier_takes_over(catalogue: Hearing) -> None:
    await catalogue.hears(record("eastern", author="", title="PIRANESI"))
    await catalogue.hears(record("harbour-books"))
    assert await titles(catalogue) == [(PIRANESI, "PIRANESI", "eastern", 1), (PIRANESI, "Piranesi", "harbour-books", 2)]


async def test_what_a_record_does_not_state_changes_nothing(catalogue: Hearing) -> None:  # case B6
    await catalogue.hears(record())
    await catalogue.hears(record(title="", author="", day=3))
    await catalogue.hears(record(title="", author="Clarke, S.", day=4))
    described = [(event.title, event.author) for event in await catalogue.sent() if isinstance(event, TitleChanged)]
    assert described == [("Piranesi", "Clarke, Susanna"), ("Piranesi", "Clarke, S.")]


async def test_a_price_alone_changes_the_price_and_a_record_without_price_keeps_it(catalogue: Hearing) -> None:
    for day, title, price in ((2, "Piranesi", 899), (3, "", 999), (4, "Piranesi", None)):
        supplied = record(title=title, day=day)
        await catalogue.hears(supplied.model_copy(update={"list_price": price and Money(minor=price)}))
    async with catalogue.engine.connect() as connection:
        [kept] = await store.records_of(connection, PIRANESI)
    assert (kept.price, kept.described.title) == (Money(minor=999), "Piranesi")


async def test_a_record_without_a_title_makes_no_title_and_is_completed_later(catalogue: Hearing) -> None:
    await catalogue.hears(record(title="", day=3))
    assert await titles(catalogue) == []
    await catalogue.hears(record(author="", day=2))
    [changed] = [event for event in await catalogue.sent() if isinstance(event, TitleChanged)]
    assert (changed.title, changed.author) == ("Piranesi", "Clarke, Susanna")


async def test_a_more_complete_record_that_names_no_author_keeps_the_author(catalogue: Hearing) -> None:
    await catalogue.hears(record("eastern"))
    fuller = {"publisher": "Bloomsbury", "published": "2020", "form": "hardback"}
    await catalogue.hears(record("harbour-books", author="").model_copy(update=fuller))
    last = [event for event in await catalogue.sent() if isinstance(event, TitleChanged)][-1]
    assert (last.supplier_id, last.author, last.publisher) == ("harbour-books", "Clarke, Susanna", "Bloomsbury")


async def test_titles_are_kept_with_composed_accents(catalogue: Hearing) -> None:
    await catalogue.hears(record(title="Garci\u0301a", author="Bronte\u0308, Emily"))
    [changed] = [event for event in await catalogue.sent() if isinstance(event, TitleChanged)]
    assert (changed.title, changed.author) == ("Garc\u00eda", "Bront\u00eb, Emily")


async def test_an_older_record_that_arrives_late_replaces_nothing(catalogue: Hearing) -> None:
    await catalogue.hears(record(title="Piranesi", day=5))
    await catalogue.hears(record(title="Piranesi: a draft", day=4))
    assert await titles(catalogue) == [(PIRANESI, "Piranesi", "harbour-books", 1)]


async def test_an_isbn_10_is_kept_as_isbn_13(catalogue: Hearing) -> None:
    await catalogue.hears(record(isbn="1526622432"))
    assert (await titles(catalogue))[0][0] == PIRANESI


async def test_a_record_with_a_wrong_check_digit_is_poison(catalogue: Hearing) -> None:
    with pytest.raises(Poison, match="wrong check digit"):
        await catalogue.hears(record(isbn="9781526622434"))
    assert await catalogue.sent() == []


async def test_titles_are_published_with_their_cause(catalogue: Hearing) -> None:
    await catalogue.hears(record(), record(isbn=HAMNET, title="Hamnet"))
    first, second = await catalogue.sent_envelopes()
    assert first.causation_id
    assert second.causation_id
    assert first.causation_id != second.causation_id
    assert replace(first, id=second.id) != second


async def test_the_migrations_make_exactly_the_tables_of_the_code(catalogue: Hearing) -> None:
    def compare(connection: Connection) -> list[object]:
        return differences(connection, [store.metadata, sourcing.metadata, messaging.metadata])

    async with catalogue.engine.connect() as connection:
        found = await connection.run_sync(compare)
    assert [difference for difference in found if "alembic_version" not in str(difference)] == [], PACKAGE


async def test_a_withdrawn_record_counts_no_longer_until_it_is_supplied_again(catalogue: Hearing) -> None:
    withdrawal = record("harbour-books", title="", author="", day=4).model_copy(update={"withdrawn": True})
    await catalogue.hears(record("eastern", author="", title="PIRANESI", day=2), record("harbour-books", day=3))
    await catalogue.hears(withdrawal)
    await catalogue.hears(record("harbour-books", day=5))
    assert [(title, supplier) for _, title, supplier, _ in await titles(catalogue)] == [
        ("PIRANESI", "eastern"),
        ("Piranesi", "harbour-books"),
        ("PIRANESI", "eastern"),
        ("Piranesi", "harbour-books"),
    ]


async def test_a_title_stays_when_its_only_record_is_withdrawn(catalogue: Hearing) -> None:
    withdrawal = record(title="", author="", day=4).model_copy(update={"withdrawn": True})
    await catalogue.hears(record(day=2), withdrawal)
    assert await titles(catalogue) == [(PIRANESI, "Piranesi", "harbour-books", 1)]
    async with catalogue.engine.connect() as connection:
        [kept] = await store.records_of(connection, PIRANESI)
    assert (kept.withdrawn, kept.described.title) == (True, "Piranesi")


async def test_a_withdrawal_that_arrives_before_the_record_still_counts(catalogue: Hearing) -> None:
    withdrawal = record(title="", author="", day=4).model_copy(update={"withdrawn": True})
    await catalogue.hears(withdrawal)
    await catalogue.hears(record(day=2))
    assert await titles(catalogue) == []
