"""What suppliers relate without end costs the same as an edition of a book, and makes no work of their lists."""

from sqlalchemy import text

from shared.db.bulk import insert_many
from shared.works.grouping import OVERGROWN
from shared.works.store import edition, keep_editions, works_of_editions
from tests.services.evidence import titles
from tests.services.evidence.facts import HAMNET, PIRANESI
from tests.services.hearing import Hearing
from tests.services.plans import scans_of

_BOOKS = 3_000


async def test_a_record_that_relates_a_whole_list_relates_no_edition(evidence: Hearing) -> None:
    isbns = [f"979{place:010}" for place in range(51)]
    await evidence.hears(titles.titled(PIRANESI, *isbns), titles.titled(HAMNET, *isbns[:50]))
    async with evidence.engine.connect() as connection:
        assert (await works_of_editions(connection, [PIRANESI, HAMNET])).keys() == {HAMNET, *isbns[:50]}


async def test_an_edition_is_kept_without_reading_the_table_or_all_that_are_connected(evidence: Hearing) -> None:
    isbns = [f"979{place:010}" for place in range(_BOOKS)]
    rows = [
        {"isbn": isbn, "related": (), "version": 1, "work": OVERGROWN if place % 2 else None} for place, isbn in enumerate(isbns)
    ]
    async with evidence.engine.begin() as connection:
        await insert_many(connection, edition, rows)
        await connection.execute(text("ANALYZE edition"))
        # As with a million editions: in small tables PostgreSQL would rather read everything.
        await connection.execute(text("SET LOCAL enable_seqscan = off"))
        new = [titles.titled(PIRANESI, *isbns[:4]), titles.titled(HAMNET, isbns[8])]
        scans = await scans_of(connection, lambda: keep_editions(connection, new))
        assert await works_of_editions(connection, [PIRANESI, HAMNET]) == dict.fromkeys((HAMNET, isbns[8]), HAMNET)
    assert sum(scan.rows for scan in scans if scan.table == "edition") < 100, scans
