"""The changes of what a council ordered, as its LMS follows them."""

import re
from contextlib import AsyncExitStack
from datetime import timedelta
from itertools import permutations

import httpx
import pytest
from httpx import AsyncClient
from lxml import etree
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.pool import QueuePool
from starlette.types import Message, Receive, Scope, Send

from services.catalogue.about import ABOUT
from services.catalogue.api import changes_router
from services.catalogue.app import PACKAGE
from services.catalogue.incoming import handlers
from services.catalogue.rendering import MARC, MARCXML
from services.catalogue.settings import CatalogueSettings
from shared.bus import dispatch, to_envelope
from shared.clock import ManualClock
from shared.contracts.base import Event
from shared.db.engine import create_engine
from shared.http.app import Chassis, create_service_app
from shared.http.paging import write_cursor
from shared.values import with_check_digit
from tests.fixtures.marc import read_marc, read_marcxml
from tests.fixtures.tokens import Tokens
from tests.services.catalogue.facts import HAMNET, PIRANESI, line, order, record, stated, supplied, withdrawal
from tests.services.catalogue.settling import Settled, settle
from tests.services.hearing import Hearing

RECORDS = "/v1/records"
MANY = [with_check_digit(f"978{number:09}") for number in range(450)]


@pytest.fixture
def catalogue(engine: AsyncEngine, clock: ManualClock) -> Hearing:
    """The catalogue's handlers, whose changes readers get at once."""
    return Settled(engine, clock, handlers(clock))


@pytest.fixture
async def ordered(catalogue: Hearing) -> Hearing:
    """A catalogue in which the council ordered both books."""
    await catalogue.hears(order(line(PIRANESI, "IPSW"), line(HAMNET, "IPSW")))
    return catalogue


async def isbns(client: AsyncClient, cursor: str | None = None, **headers: str) -> tuple[list[str], str]:
    """The ISBNs of all that changed after a cursor, and the cursor after them."""
    return await found_by(client, {} if cursor is None else {"cursor": cursor}, **headers)


async def found_by(client: AsyncClient, query: dict[str, str], **headers: str) -> tuple[list[str], str]:
    """The ISBNs that a query finds, and the cursor after them."""
    answer = await client.get(RECORDS, params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    return [item["isbn"] for item in answer.json()["items"]], answer.headers["next-cursor"]


async def test_a_council_gets_what_it_ordered_in_the_order_of_changes(client: AsyncClient, ordered: Hearing) -> None:
    await ordered.hears(record(), record(isbn=MANY[0], title="Nobody ordered this"))
    await ordered.hears(record(isbn=HAMNET, title="Hamnet"))
    first, cursor = await isbns(client)
    assert first == [PIRANESI, HAMNET]
    await ordered.hears(record(day=3))
    assert (await isbns(client, cursor))[0] == [], "what is stated again is no change"
    await ordered.hears(record(title="Piranesi: a novel", day=4))
    changed, cursor = await isbns(client, cursor)
    assert changed == [PIRANESI]
    assert (await isbns(client, cursor))[0] == []
    assert (await isbns(client))[0] == [HAMNET, PIRANESI]


async def test_a_title_is_given_in_full_with_its_sources(client: AsyncClient, ordered: Hearing, clock: ManualClock) -> None:
    await ordered.hears(record())
    answer = await client.get(RECORDS)
    [item] = answer.json()["items"]
    assert (item["isbn"], item["title"], item["withdrawn"], item["version"]) == (PIRANESI, "Piranesi", False, 1)
    assert item["description"]["title"]["title"] == "Piranesi"
    assert item["sources"]["title"] == "harbour-books"
    assert answer.json()["next_cursor"] == answer.headers["next-cursor"]
    assert answer.json()["more"] is False
    assert "link" not in answer.headers


async def test_an_order_of_a_title_that_is_there_already_is_a_change_for_its_council(
    client: AsyncClient, catalogue: Hearing, clock: ManualClock
) -> None:
    await catalogue.hears(record())
    nothing, cursor = await isbns(client)
    assert nothing == []
    clock.advance(timedelta(days=30))
    moment = clock.now().isoformat()
    await catalogue.hears(order(line(PIRANESI, "IPSW")))
    assert (await isbns(client, cursor))[0] == [PIRANESI]
    found, _ = await found_by(client, {"changed_from": moment})
    assert found == [PIRANESI], "by moment as well, although the title is older"


async def test_a_council_never_gets_what_only_another_ordered(client: AsyncClient, catalogue: Hearing, tokens: Tokens) -> None:
    await catalogue.hears(order(line(PIRANESI, "IPSW")), order(line(HAMNET, "NORW"), council="GB-NFK"))
    await catalogue.hears(record(), record(isbn=HAMNET, title="Hamnet"))
    assert (await isbns(client))[0] == [PIRANESI]
    assert (await isbns(client, **tokens.headers("catalogue:read", council="GB-NFK")))[0] == [HAMNET]


async def test_a_withdrawn_title_is_reported_as_such_in_every_form(client: AsyncClient, ordered: Hearing) -> None:
    await ordered.hears(record(), record(isbn=HAMNET, title="Hamnet"))
    await ordered.hears(withdrawal())
    items = (await client.get(RECORDS)).json()["items"]
    assert [(item["isbn"], item["withdrawn"], item["title"]) for item in items] == [
        (HAMNET, False, "Hamnet"),
        (PIRANESI, True, "Piranesi"),
    ]
    binary = await client.get(RECORDS, headers={"Accept": MARC})
    xml = await client.get(RECORDS, headers={"Accept": MARCXML})
    for read in (read_marc(binary.content), read_marcxml(xml.content)):
        assert [(each.leader[5], each["001"].data, each.title) for each in read] == [
            ("n", HAMNET, "Hamnet."),
            ("d", PIRANESI, "Piranesi."),
        ]


@pytest.mark.parametrize("form", [MARC, MARCXML])
async def test_nothing_is_an_empty_list_in_marc_with_the_cursor_in_a_header(
    client: AsyncClient, ordered: Hearing, form: str
) -> None:
    answer = await client.get(RECORDS, headers={"Accept": form})
    assert answer.headers["content-type"] == form
    assert answer.headers["next-cursor"]
    assert answer.content == b"" if form == MARC else len(etree.fromstring(answer.content)) == 0


@pytest.mark.parametrize("form", ["application/json", MARC, MARCXML])
async def test_pages_in_any_form_neither_skip_nor_repeat_while_titles_change(
    client: AsyncClient, catalogue: Hearing, form: str
) -> None:
    await catalogue.hears(order(*(line(isbn, "IPSW") for isbn in MANY)))
    await catalogue.hears(supplied(*(stated(isbn) for isbn in MANY)))
    got: list[list[str]] = []
    url = f"{RECORDS}?limit=205"
    while url:
        answer = await client.get(url, headers={"Accept": form})
        got.append(re.findall(r"978\d{10}", answer.text.split("next_cursor")[0].replace("urn:isbn:", "")))
        url = RECORDS + answer.links["next"]["url"] if "next" in answer.links else ""
        if len(got) == 1:
            await catalogue.hears(record(isbn=MANY[0], title="Changed", day=3), record(isbn=MANY[-1], title="Changed", day=3))
    pages = [list(dict.fromkeys(page)) for page in got]
    assert [len(page) for page in pages] == [205, 205, 41]
    # The first title was given before it changed, so it is given again; the last one had not been given yet.
    assert [isbn for page in pages for isbn in page] == [*MANY[:-1], MANY[0], MANY[-1]]


async def test_a_transaction_that_began_earlier_and_commits_later_is_neither_skipped_nor_repeated(
    client: AsyncClient, ordered: Hearing, clock: ManualClock
) -> None:
    async def take(connection: AsyncConnection, arrived: Event) -> None:
        await dispatch(handlers(clock))(connection, [to_envelope(arrived, clock=clock)])

    await ordered.hears(order(line(MANY[0], "IPSW")), record(isbn=MANY[0], title="Earlier than both"))
    async with ordered.engine.connect() as early, ordered.engine.connect() as late:
        await take(early, record())
        await take(late, record(isbn=HAMNET, title="Hamnet"))
        await late.commit()
        first, cursor = await isbns(client)
        assert first == [MANY[0]], "the later transaction waits for the earlier one"
        assert (await isbns(client, cursor))[0] == []
        await early.commit()
    await settle(ordered.engine)
    both, cursor = await isbns(client, cursor)
    assert both == [PIRANESI, HAMNET], "in the order in which they began to write"
    assert (await isbns(client, cursor))[0] == []


@pytest.mark.parametrize("ending", list(permutations(range(3))))
async def test_each_change_is_given_once_whatever_the_order_in_which_transactions_end(
    client: AsyncClient, catalogue: Hearing, clock: ManualClock, ending: tuple[int, ...]
) -> None:
    await catalogue.hears(order(*(line(isbn, "IPSW") for isbn in MANY[:3])))
    got: list[str] = []
    cursor: str | None = None
    async with AsyncExitStack() as stack:
        running = [await stack.enter_async_context(catalogue.engine.connect()) for _ in range(3)]
        for connection, isbn in zip(running, MANY, strict=False):
            await dispatch(handlers(clock))(connection, [to_envelope(record(isbn=isbn), clock=clock)])
        for place in ending:
            await running[place].commit()
            found, cursor = await isbns(client, cursor)
            got += found
    await settle(catalogue.engine)
    found, _ = await isbns(client, cursor)
    assert [*got, *found] == MANY[:3]


async def test_a_transaction_that_is_rolled_back_holds_up_nobody_afterwards(
    client: AsyncClient, ordered: Hearing, clock: ManualClock
) -> None:
    async with ordered.engine.connect() as early:
        await dispatch(handlers(clock))(early, [to_envelope(record(), clock=clock)])
        async with ordered.engine.begin() as late:
            await dispatch(handlers(clock))(late, [to_envelope(record(isbn=HAMNET, title="Hamnet"), clock=clock)])
        nothing, cursor = await isbns(client)
        await early.rollback()
    await settle(ordered.engine)
    assert (nothing, (await isbns(client, cursor))[0]) == ([], [HAMNET])


async def test_a_moment_is_taken_where_the_cursor_is_lost(client: AsyncClient, ordered: Hearing, clock: ManualClock) -> None:
    await ordered.hears(record())
    clock.advance(timedelta(hours=1))
    moment = clock.now()
    await ordered.hears(record(isbn=HAMNET, title="Hamnet"))
    found, cursor = await found_by(client, {"changed_from": moment.isoformat()})
    assert found == [HAMNET]
    assert (await isbns(client, cursor))[0] == []
    of_day, _ = await found_by(client, {"changed_from": clock.today().isoformat()})
    assert of_day == [PIRANESI, HAMNET]
    later = (moment + timedelta(seconds=1)).isoformat().replace("+00:00", "Z")
    nothing, cursor = await found_by(client, {"changed_from": later})
    assert nothing == []
    await ordered.hears(record(title="Piranesi: a novel", day=3))
    assert (await isbns(client, cursor))[0] == [PIRANESI]


@pytest.mark.parametrize("moment", ["2026-03-02T12:00:00", "2026-13-01T00:00:00Z", "9", "2026-03-02T12:00:00 00:00"])
async def test_a_moment_without_a_zone_is_refused(client: AsyncClient, moment: str) -> None:
    answer = await client.get(RECORDS, params={"changed_from": moment})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-request")
    assert answer.json()["errors"][0]["pointer"].startswith("/query/changed_from")


async def test_a_cursor_and_a_moment_are_not_taken_together(client: AsyncClient, ordered: Hearing) -> None:
    _, cursor = await isbns(client)
    answer = await client.get(RECORDS, params={"cursor": cursor, "changed_from": "2026-03-02"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-request")


@pytest.mark.parametrize("cursor", ["", "nonsense", "W10", "é", "WyJhIiwgIngiLCAiYiJd", "\0", "-", "9"])
async def test_what_is_no_cursor_is_refused(client: AsyncClient, cursor: str) -> None:
    answer = await client.get(RECORDS, params={"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-cursor")


@pytest.mark.parametrize("changed", [0, 1], ids=["another numbering", "a number that is still to come"])
async def test_a_cursor_of_another_database_is_refused(client: AsyncClient, ordered: Hearing, changed: int) -> None:
    async with ordered.engine.connect() as connection:
        identity, now = (await connection.execute(text(_IDENTITY))).one()
    cursors = [write_cursor(("7000.00000001", now, "")), write_cursor((identity, now + 1_000_000, ""))]
    assert (await isbns(client, write_cursor((identity, now, ""))))[0] == []
    answer = await client.get(RECORDS, params={"cursor": cursors[changed]})
    assert (answer.status_code, answer.json()["code"]) == (409, "cursor-of-another-database")
    assert "Begin again without `cursor`" in answer.json()["detail"]


_IDENTITY = """
SELECT system_identifier || '.00000001', pg_snapshot_xmin(pg_current_snapshot())::text::bigint FROM pg_control_system()
"""


async def test_a_login_without_any_right_may_ask_which_database_it_is(catalogue: Hearing) -> None:
    async with catalogue.engine.connect() as connection:
        await connection.execute(text("CREATE ROLE plain_login"))
        await connection.execute(text("SET LOCAL ROLE plain_login"))
        identity, _ = (await connection.execute(text(_IDENTITY))).one()
        timeline = (await connection.execute(text("SELECT pg_walfile_name(pg_current_wal_insert_lsn())"))).scalar_one()
        await connection.rollback()
    assert identity
    assert timeline.startswith("00000001")


@pytest.mark.parametrize("limit", [0, 10_001, "x"])
async def test_a_limit_is_between_one_and_ten_thousand(client: AsyncClient, limit: object) -> None:
    assert (await client.get(RECORDS, params={"limit": str(limit)})).status_code == 422


async def test_only_a_council_that_may_read_the_catalogue_gets_changes(client: AsyncClient, tokens: Tokens) -> None:
    staff = await client.get(RECORDS, headers=tokens.headers("catalogue:read", "all-councils", council=None))
    assert (staff.status_code, staff.json()["code"]) == (403, "no-council")
    assert (await client.get(RECORDS, headers=tokens.headers("orders:read"))).json()["code"] == "missing-scope"
    assert (await client.get(RECORDS, headers={"Authorization": ""})).status_code == 401
    assert (await client.get(RECORDS, headers={"Accept": "text/csv"})).status_code == 406


async def test_no_connection_to_the_database_is_in_use_while_the_client_reads(
    catalogue: Hearing, settings: CatalogueSettings, clock: ManualClock, tokens: Tokens
) -> None:
    await catalogue.hears(order(*(line(isbn, "IPSW") for isbn in MANY)))
    await catalogue.hears(supplied(*(stated(isbn) for isbn in MANY)))
    chassis = Chassis(PACKAGE, settings, catalogue.engine, clock)
    app = create_service_app(chassis, about=ABOUT, routers=[changes_router(catalogue.engine, clock)], parts=[])
    pool = catalogue.engine.pool
    assert isinstance(pool, QueuePool)
    in_use: list[int] = []

    async def watched(scope: Scope, receive: Receive, send: Send) -> None:
        async def noting(message: Message) -> None:
            in_use.append(pool.checkedout())
            await send(message)

        await app(scope, receive, noting)

    async with AsyncClient(transport=httpx.ASGITransport(watched), base_url="http://service") as client:
        answer = await client.get(RECORDS, headers=tokens.headers("catalogue:read") | {"Accept": MARC})
    assert answer.content.count(b"\x1d") == len(MANY)
    assert len(in_use) > 4, "the answer is sent in several pieces"
    assert set(in_use) == {0}


@pytest.mark.expects_errors
async def test_an_answer_that_breaks_off_is_never_ended_as_if_it_were_whole(
    catalogue: Hearing, settings: CatalogueSettings, clock: ManualClock, tokens: Tokens
) -> None:
    await catalogue.hears(order(*(line(isbn, "IPSW") for isbn in MANY)))
    await catalogue.hears(supplied(*(stated(isbn) for isbn in MANY)))
    engine = create_engine(settings.database_url)
    chassis = Chassis(PACKAGE, settings, engine, clock)
    app = create_service_app(chassis, about=ABOUT, routers=[changes_router(engine, clock)], parts=[])
    sent: list[Message] = []

    async def breaking(scope: Scope, receive: Receive, send: Send) -> None:
        async def noting(message: Message) -> None:
            sent.append(message)
            if len(sent) == 2:  # the head and the first piece: from now on there is no database
                event.listen(engine.sync_engine, "checkout", _no_database)
            await send(message)

        await app(scope, receive, noting)

    async with AsyncClient(transport=httpx.ASGITransport(breaking), base_url="http://service") as client:
        with pytest.raises(RuntimeError, match="response already started"):
            await client.get(RECORDS, headers=tokens.headers("catalogue:read") | {"Accept": MARC})
    await engine.dispose()
    assert len(sent) >= 2
    assert all(message.get("more_body", True) for message in sent)


def _no_database(*_: object) -> None:
    raise OSError("the database is away")
