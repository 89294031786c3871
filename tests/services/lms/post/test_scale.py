"""However many files are kept, what loops and doors ask reads only those that are still to be worked on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.lms.domain.mailbox_messages import State
from services.lms.store import post
from services.lms.usecases import keeping
from tests.services.lms.post.conftest import KOHA, Rig
from tests.services.lms.post.dialect import file_of
from tests.services.plans import scans_of

_KEPT, _MOST_READ = 5_000, 100
_FILL = text(
    """
    INSERT INTO post (message_id, mailbox_id, council, direction, kind, folder, name, raw, digest, size, state, reason, findings,
                      reference, control_reference, order_numbers, created_at, moved_at, correlation_id)
    SELECT gen_random_uuid(), mailbox_id, 'GB-SFK', direction, 'ORDERS', 'in', number || '.CEP', '', md5(number::text), 0,
           state, '', '[]', NULL, '', '{}', now(), now(), ''
    FROM generate_series(1, :number) AS number,
         (VALUES ('in', 'taken', 'suffolk-koha'), ('out', 'removed', 'suffolk-koha'), ('in', 'taken', 'norfolk-koha'))
         AS kinds (direction, state, mailbox_id)
    """
)
Ask = Callable[[AsyncConnection, Rig], Awaitable[object]]
ASKED: dict[str, Ask] = {
    "the reader": lambda connection, rig: post.next_work(connection, rig.clock.now(), limit=4),
    "what was cut off": lambda connection, rig: post.cut_off_due(connection, rig.clock.now()),
    "the door's list": lambda connection, _: post.offered(connection, KOHA.mailbox_id, ready=1_000, taken=100),
    "its quota": lambda connection, _: post.load_of(connection, KOHA.mailbox_id),
    "what is to be sent": lambda connection, _: post.waiting_files(connection, KOHA.mailbox_id, [State.READY], limit=100),
    "the metrics": lambda connection, _: post.files_in_state(connection),
    "what is late": lambda connection, rig: post.count_not_fetched(connection, rig.clock.now() - timedelta(hours=1)),
}


async def test_what_is_asked_often_reads_only_what_waits(rig: Rig) -> None:
    await rig.put(file_of("PO-1"))
    async with rig.engine.begin() as connection:
        await connection.execute(_FILL, {"number": _KEPT})
    async with rig.engine.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text("ANALYZE post"))
        read = {what: await scans_of(connection, partial(ask, connection, rig)) for what, ask in ASKED.items()}
    assert all(read.values())
    assert {what: scans for what, scans in read.items() if sum(scan.rows for scan in scans) > _MOST_READ} == {}


async def test_a_file_that_was_not_fetched_is_listed_however_many_were(rig: Rig) -> None:
    await rig.put(file_of("PO-1"))
    async with rig.engine.begin() as connection:
        await connection.execute(text(_FILL.text.replace("'out', 'removed'", "'out', 'taken'")), {"number": 1_100})
    async with rig.engine.connect() as connection:
        listed = await keeping.files_out(connection, KOHA.mailbox_id)
    assert [file.state for file in listed] == [State.READY, *[State.TAKEN] * 1_000]
    assert listed[-1].name == "1100.CEP"
