"""Titles that the catalogue merges from suppliers' records."""

import asyncio
from dataclasses import replace

import pytest
from httpx import AsyncClient
from sqlalchemy import Connection, text

from services.catalogue import store
from services.catalogue.app import PACKAGE
from services.catalogue.reminders import Reminders
from shared.clock import ManualClock
from shared.contracts.catalogue import TitleChanged
from shared.contracts.suppliers import RecordsSupplied, RecordSupplied
from shared.db.migrations import differences
from shared.messaging import tables as messaging
from shared.messaging.errors import Poison
from shared.records import (
    Availability,
    Change,
    Language,
    LanguageUse,
    Offer,
    Price,
    Record,
    Related,
    Relation,
    Remainder,
    Subject,
    SubjectScheme,
)
from shared.sourcing import change_store as approval
from shared.sourcing import contract_end_store as contracts
from shared.sourcing import store as sourcing
from tests.services.catalogue.facts import HAMNET, PIRANESI, line, order, record, stated, supplied, withdrawal
from tests.services.hearing import Hearing, number, on_day


@pytest.fixture
async def ordered(catalogue: Hearing) -> Hearing:
    """A catalogue in which both books are ordered."""
    await catalogue.hears(order(line(PIRANESI, "IPSW"), line(HAMNET, "IPSW")))
    return catalogue


async def changes(catalogue: Hearing) -> list[TitleChanged]:
    """Every title published so far."""
    return [event for event in await catalogue.sent() if isinstance(event, TitleChanged)]


async def titles(catalogue: Hearing) -> list[tuple[str, str, str, int]]:
    """ISBN, title, supplier and version of every title published so far."""
    return [(event.isbn, event.title, event.supplier_id, event.version) for event in await changes(catalogue)]


async def test_the_first_record_becomes_the_title(ordered: Hearing) -> None:
    await ordered.hears(record())
    assert await titles(ordered) == [(PIRANESI, "Piranesi", "harbour-books", 1)]
    (envelope,) = [each for each in await ordered.sent_envelopes() if each.type == TitleChanged.event_type]
    assert (envelope.topic, envelope.key, envelope.aggregate_version, envelope.council_id) == ("catalogue", PIRANESI, 1, None)


async def test_a_title_that_nobody_ordered_is_kept_and_published_when_it_is_ordered(catalogue: Hearing) -> None:
    await catalogue.hears(record())
    assert await titles(catalogue) == []
    await catalogue.hears(order(line(PIRANESI, "IPSW")))
    await catalogue.hears(order(line(PIRANESI, "IPSW"), council="GB-NFK"))
    assert [event.title for event in await changes(catalogue)] == ["Piranesi", "Piranesi"]


async def test_a_title_whose_order_arrived_at_the_same_moment_is_published_later(catalogue: Hearing, clock: ManualClock) -> None:
    await catalogue.hears(record())
    async with catalogue.engine.begin() as connection:
        await store.note_orders(connection, [(PIRANESI, "GB-SFK")], clock.now())
    for _ in range(2):
        await Reminders(catalogue.engine, clock).turn()
    assert await titles(catalogue) == [(PIRANESI, "Piranesi", "harbour-books", 1)]


async def test_a_record_with_nothing_new_publishes_no_title(ordered: Hearing) -> None:
    await ordered.hears(record(day=2), record(day=3), record("eastern", author=""))
    assert len(await titles(ordered)) == 1


async def test_a_better_record_of_another_supplier_takes_over(ordered: Hearing) -> None:
    await ordered.hears(record("eastern", author="", title="PIRANESI"))
    await ordered.hears(record("harbour-books"))
    assert await titles(ordered) == [(PIRANESI, "PIRANESI", "eastern", 1), (PIRANESI, "Piranesi", "harbour-books", 2)]


async def test_what_a_record_does_not_state_changes_nothing(ordered: Hearing) -> None:  # case B6
    await ordered.hears(record())
    await ordered.hears(record(title="", author="", day=3))
    await ordered.hears(record(title="", author="Clarke, S.", day=4))
    described = [(event.title, event.author) for event in await changes(ordered)]
    assert described == [("Piranesi", "Clarke, Susanna"), ("Piranesi", "Clarke, S.")]


async def test_a_price_alone_changes_the_price_and_a_record_without_price_keeps_it(catalogue: Hearing) -> None:
    offers = {day: (Offer(Availability.IN_STOCK, (Price(minor, "GBP"),)),) for day, minor in ((2, 899), (3, 999))}
    await catalogue.hears(supplied(replace(stated(), offers=offers[2]), day=2))
    await catalogue.hears(supplied(Record(isbn=PIRANESI, change=Change.PART, offers=offers[3]), day=3))
    await catalogue.hears(supplied(stated(), day=4))
    async with catalogue.engine.connect() as connection:
        [kept] = await store.records_of(connection, PIRANESI)
    assert kept.record.offers == offers[3]
    assert kept.record.description == stated().description


async def test_a_record_is_kept_as_it_was_supplied(catalogue: Hearing) -> None:
    full = replace(
        stated(pages=245, subjects=(Subject(SubjectScheme.THEMA, "FM", main=True),)),
        remainder=(Remainder("592", "##$aleft over"),),
        reference="HB-1",
        encoding_true=False,
    )
    await catalogue.hears(supplied(full))
    async with catalogue.engine.connect() as connection:
        [kept] = await store.records_of(connection, PIRANESI)
    read = kept.record
    assert (read.description, read.remainder, read.reference, read.encoding_true) == (
        full.description,
        full.remainder,
        "HB-1",
        False,
    )


async def test_a_record_without_a_title_makes_no_title_and_is_completed_later(ordered: Hearing) -> None:
    await ordered.hears(record(title="", day=3))
    assert await titles(ordered) == []
    await ordered.hears(record(author="", day=2))
    [changed] = await changes(ordered)
    assert (changed.title, changed.author) == ("Piranesi", "Clarke, Susanna")


async def test_a_better_record_that_names_no_author_keeps_the_author(ordered: Hearing) -> None:
    await ordered.hears(record("eastern"))
    subjects = (Subject(SubjectScheme.THEMA, "FM"), Subject(SubjectScheme.DEWEY, "823.92"))
    fuller = stated(author="", publisher="Bloomsbury", published="2020", pages=245, subjects=subjects)
    await ordered.hears(supplied(fuller))
    last = (await changes(ordered))[-1]
    assert (last.supplier_id, last.author, last.publisher) == ("harbour-books", "Clarke, Susanna", "Bloomsbury")


async def test_an_older_record_that_arrives_late_replaces_nothing(ordered: Hearing) -> None:
    await ordered.hears(record(title="Piranesi", day=5))
    await ordered.hears(record(title="Piranesi: a draft", day=4))
    assert await titles(ordered) == [(PIRANESI, "Piranesi", "harbour-books", 1)]


@pytest.mark.parametrize("isbn", ["9781526622434", "1526622432", "978-1-5266-2243-3"])
async def test_a_record_whose_isbn_is_not_one_of_13_digits_is_poison(ordered: Hearing, isbn: str) -> None:
    with pytest.raises(Poison, match=r"check digit|13 digits"):
        await ordered.hears(record(isbn=isbn))
    assert await titles(ordered) == []


async def test_records_in_six_texts_of_an_earlier_release_are_taken(ordered: Hearing) -> None:
    brief = RecordSupplied(
        supplier_id="harbour-books",
        message_id=number(1),
        isbn="1526622432",
        title="Garci\u0301a",
        author="Bronte\u0308, Emily",
        form="hardback",
        supplied_at=on_day(2),
    )
    await ordered.hears(brief)
    [changed] = await changes(ordered)
    assert (changed.isbn, changed.title, changed.author, changed.form) == (PIRANESI, "García", "Brontë, Emily", "hardback")


async def test_rows_of_an_earlier_release_say_what_their_six_texts_say(catalogue: Hearing, client: AsyncClient) -> None:
    await catalogue.hears(record())
    async with catalogue.engine.begin() as connection:
        await connection.execute(text("UPDATE record SET description = DEFAULT"))
        await connection.execute(text("UPDATE title SET description = DEFAULT, sources = DEFAULT"))
    body = (await client.get(f"/v1/titles/{PIRANESI}")).json()
    assert (body["title"], body["author"], body["sources"]) == ("Piranesi", "Clarke, Susanna", {"title": "harbour-books"})


async def test_titles_are_published_with_their_cause(ordered: Hearing) -> None:
    await ordered.hears(record(), record(isbn=HAMNET, title="Hamnet"))
    *_, first, second = await ordered.sent_envelopes()
    assert first.causation_id
    assert second.causation_id
    assert first.causation_id != second.causation_id
    assert replace(first, id=second.id) != second


async def test_two_suppliers_that_send_the_first_records_of_a_book_at_once_both_count(ordered: Hearing) -> None:
    one = supplied(stated(summary="A house."), supplier_id="eastern")
    other = supplied(stated(pages=245), supplier_id="harbour-books")
    for isbn_of_round in (PIRANESI, HAMNET):
        await asyncio.gather(
            *(ordered.hears(_about(event.records[0], isbn_of_round, event.supplier_id)) for event in (one, other))
        )
        async with ordered.engine.connect() as connection:
            title = await store.get_title(connection, isbn_of_round)
        assert title is not None
        assert (title.description.summary, title.description.pages) == ("A house.", 245)


def _about(of_book: Record, isbn: str, supplier_id: str) -> RecordsSupplied:
    return supplied(replace(of_book, isbn=isbn), supplier_id=supplier_id)


async def test_the_migrations_make_exactly_the_tables_of_the_code(catalogue: Hearing) -> None:
    def compare(connection: Connection) -> list[object]:
        return differences(
            connection, [store.metadata, sourcing.metadata, approval.metadata, contracts.metadata, messaging.metadata]
        )

    async with catalogue.engine.connect() as connection:
        found = await connection.run_sync(compare)
    assert [difference for difference in found if "alembic_version" not in str(difference)] == [], PACKAGE


async def test_a_withdrawn_record_counts_no_longer_until_it_is_supplied_again(ordered: Hearing) -> None:
    await ordered.hears(record("eastern", author="", title="PIRANESI", day=2))
    await ordered.hears(record("harbour-books", day=3))
    await ordered.hears(withdrawal())
    await ordered.hears(record("harbour-books", day=5))
    assert [(title, supplier) for _, title, supplier, _ in await titles(ordered)] == [
        ("PIRANESI", "eastern"),
        ("Piranesi", "harbour-books"),
        ("PIRANESI", "eastern"),
        ("Piranesi", "harbour-books"),
    ]


async def test_a_title_stays_when_its_only_record_is_withdrawn(ordered: Hearing) -> None:
    await ordered.hears(record(day=2), withdrawal())
    assert await titles(ordered) == []
    await ordered.hears(record(isbn=HAMNET, title="Hamnet", day=2))
    await ordered.hears(withdrawal(isbn=HAMNET))
    assert await titles(ordered) == [(HAMNET, "Hamnet", "harbour-books", 1)]
    async with ordered.engine.connect() as connection:
        [kept] = await store.records_of(connection, HAMNET)
    assert (kept.record.withdrawn, kept.record.description.title) == (True, stated(title="Hamnet").description.title)


async def test_a_withdrawal_that_arrives_before_the_record_still_counts(ordered: Hearing) -> None:
    await ordered.hears(withdrawal())
    await ordered.hears(record(day=2))
    assert await titles(ordered) == []


async def test_other_editions_of_the_work_are_published_and_other_works_are_not(ordered: Hearing) -> None:
    related = (
        Related(Relation.OTHER_FORMAT, "9781526622426"),
        Related(Relation.REPLACED, "9781635575637"),
        Related(Relation.TRANSLATED_AS, "9783453273375"),
        Related(Relation.REPLACEMENT, number="no ISBN"),
        Related(Relation.OTHER, "9780141439518"),
        Related(Relation.OTHER, "9780099518471", edition=True),
        Related(Relation.OTHER, "9780141439587", edition=True, language="eng"),
        Related(Relation.OTHER, "9788373271234", edition=True, language="pol"),
    )
    await ordered.hears(supplied(stated(related=related, languages=(Language("eng"), Language("pol", LanguageUse.ORIGINAL)))))
    assert [event.editions for event in await changes(ordered)] == [
        ("9780099518471", "9780141439587", "9781526622426", "9781635575637")
    ]


async def test_an_edition_in_a_stated_language_is_another_work_where_that_of_the_title_is_not_known(ordered: Hearing) -> None:
    related = (Related(Relation.OTHER, "9788373271234", edition=True, language="pol"),)
    await ordered.hears(supplied(stated(related=related)))
    assert [event.editions for event in await changes(ordered)] == [()]
