"""Files of records for a council's mailboxes: each change in one file, at the hours that the council chose."""

from datetime import timedelta

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.catalogue.incoming import handlers
from services.catalogue.rendering import iso_2709
from services.catalogue.usecases.filing import file_due
from shared.clock import ManualClock
from shared.contracts.catalogue import RecordsFiled
from shared.records import Note, NoteKind
from shared.values import with_check_digit
from tests.fixtures.marc import read_marc
from tests.fixtures.tokens import Tokens
from tests.services.catalogue.facts import HAMNET, PIRANESI, line, order, record, stated, supplied
from tests.services.catalogue.settling import Settled, settle
from tests.services.hearing import Hearing
from tests.services.serving import ANY_VERSION

PATH = "/v1/record-files"
DAILY = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


@pytest.fixture
def catalogue(engine: AsyncEngine, clock: ManualClock) -> Hearing:
    """The catalogue's handlers, whose changes readers get at once."""
    return Settled(engine, clock, handlers(clock))


async def wish(client: AsyncClient, *days: str, hour: int = 14, **others: object) -> None:
    answer = await client.put(PATH, json={"days": list(days), "hour": hour, **others}, headers=ANY_VERSION)
    assert answer.status_code == 200, answer.text


async def filed(catalogue: Hearing, clock: ManualClock) -> list[RecordsFiled]:
    """Has all that is due filed, and returns all files so far."""
    more = True
    while more:
        async with catalogue.engine.begin() as connection:
            more = await file_due(connection, clock, iso_2709)
    return [event for event in await catalogue.sent() if isinstance(event, RecordsFiled)]


def isbns(files: list[RecordsFiled]) -> list[list[str]]:
    return [[str(found["001"].data) for found in read_marc(file.content)] for file in files]


async def test_a_council_that_wishes_nothing_gets_no_files(client: AsyncClient, catalogue: Hearing, clock: ManualClock) -> None:
    await catalogue.hears(order(line(PIRANESI, "IPSW")), record())
    assert (await client.get(PATH)).json() == {
        "days": [], "hour": 4, "only_passing": False, "files": 0, "reached_at": None, "set_by": None, "set_at": None,
    }  # fmt: skip
    clock.advance(timedelta(days=2))
    assert await filed(catalogue, clock) == []


async def test_what_changes_after_the_wish_is_filed_at_its_hour_once(
    client: AsyncClient, catalogue: Hearing, clock: ManualClock
) -> None:
    await catalogue.hears(order(line(HAMNET, "IPSW")), record(isbn=HAMNET))
    await wish(client, "monday", "tuesday")
    await catalogue.hears(order(line(PIRANESI, "IPSW", "LOWE")), record())
    assert await filed(catalogue, clock) == [], "it is noon"
    clock.advance(timedelta(hours=2))
    files = await filed(catalogue, clock)
    assert [(file.council, file.file_number, file.records) for file in files] == [("GB-SFK", 1, 1)]
    [loaded] = read_marc(files[0].content)
    assert (loaded["001"].data, [field["b"] for field in loaded.get_fields("952")]) == (PIRANESI, ["IPSW", "LOWE"])
    assert await filed(catalogue, clock) == files
    await catalogue.hears(record(title="Piranesi, again"))
    assert await filed(catalogue, clock) == files, "one turn a day"
    clock.advance(timedelta(days=1))
    assert isbns(await filed(catalogue, clock)) == [[PIRANESI], [PIRANESI]]
    clock.advance(timedelta(days=1))
    await catalogue.hears(record(title="Piranesi, once more"))
    assert len(await filed(catalogue, clock)) == 2, "not on a Wednesday"
    answer = (await client.get(PATH)).json()
    assert (answer["days"], answer["files"], answer["set_by"]) == (["monday", "tuesday"], 2, "librarian")


async def test_many_changes_become_several_files_with_each_title_once(
    client: AsyncClient, catalogue: Hearing, clock: ManualClock
) -> None:
    await wish(client, *DAILY)
    books = [with_check_digit(f"978{number:09}") for number in range(205)]
    notes = tuple(Note(NoteKind.GENERAL, "word " * 100) for _ in range(8))
    await catalogue.hears(
        order(*(line(book, "IPSW") for book in books)), supplied(*(stated(book, notes=notes) for book in books))
    )
    clock.advance(timedelta(hours=2))
    files = await filed(catalogue, clock)
    assert [file.file_number for file in files] == list(range(1, len(files) + 1))
    assert len(files) > 2
    assert max(len(file.content) for file in files) <= 300_000
    assert sorted(isbn for file in isbns(files) for isbn in file) == books


async def test_a_file_that_was_not_committed_is_made_again_with_its_number(
    client: AsyncClient, catalogue: Hearing, clock: ManualClock
) -> None:
    await wish(client, *DAILY)
    await catalogue.hears(order(line(PIRANESI, "IPSW")), record())
    clock.advance(timedelta(hours=2))
    async with catalogue.engine.connect() as connection:
        await file_due(connection, clock, iso_2709)
    files = await filed(catalogue, clock)
    assert ([file.file_number for file in files], isbns(files)) == ([1], [[PIRANESI]])


async def test_after_a_restored_database_nothing_is_missing(client: AsyncClient, catalogue: Hearing, clock: ManualClock) -> None:
    await wish(client, *DAILY)
    await catalogue.hears(order(line(PIRANESI, "IPSW")), record())
    async with catalogue.engine.begin() as connection:
        await connection.execute(text("UPDATE record_filing SET history = 'another', position = 999999999"))
    clock.advance(timedelta(hours=2))
    assert isbns(await filed(catalogue, clock)) == [[PIRANESI]]


async def test_records_below_the_minimum_wait_until_they_pass(
    client: AsyncClient, catalogue: Hearing, clock: ManualClock
) -> None:
    await wish(client, *DAILY, only_passing=True)
    await catalogue.hears(order(line(PIRANESI, "IPSW")), record())
    clock.advance(timedelta(hours=2))
    assert await filed(catalogue, clock) == [], "the record lacks too much for the minimum"
    async with catalogue.engine.begin() as connection:
        await connection.execute(text("UPDATE judgement SET passes = true"))
        await connection.execute(text("UPDATE ordered_title SET position = (pg_current_xact_id()::text)::bigint"))
    await settle(catalogue.engine)
    clock.advance(timedelta(days=1))
    assert isbns(await filed(catalogue, clock)) == [[PIRANESI]]


async def test_a_changed_wish_skips_nothing_and_is_the_councils_own(
    client: AsyncClient, catalogue: Hearing, clock: ManualClock, tokens: Tokens
) -> None:
    await wish(client, *DAILY)
    await catalogue.hears(order(line(PIRANESI, "IPSW")), record())
    await wish(client)
    clock.advance(timedelta(days=3, hours=2))
    assert await filed(catalogue, clock) == []
    await wish(client, *DAILY)
    assert isbns(await filed(catalogue, clock)) == [[PIRANESI]]
    norfolk = tokens.headers("catalogue:read", council="GB-NFK")
    assert (await client.get(PATH, headers=norfolk)).json()["days"] == []


async def test_two_who_change_the_wish_do_not_undo_each_other(client: AsyncClient) -> None:
    read = (await client.get(PATH)).headers["ETag"]
    first = await client.put(PATH, json={"days": ["monday"]}, headers={"If-Match": read})
    second = await client.put(PATH, json={"days": ["friday"]}, headers={"If-Match": read})
    assert (first.status_code, second.status_code, second.json()["code"]) == (200, 412, "stale-version")
