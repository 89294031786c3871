"""What a consumer takes at once where events are large."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.messaging.envelope import Envelope
from tests.messaging.station import QUICK, Station, envelope
from tests.waiting import until


async def test_a_transaction_takes_only_so_many_bytes_and_at_least_one_event(station: Station) -> None:
    taken: list[list[int]] = []

    async def handle(connection: AsyncConnection, envelopes: Sequence[Envelope]) -> None:
        taken.append([len(event.data) for event in envelopes])
        await station.record_effects(connection, envelopes)

    sent = [
        envelope(station.topic, "key", number, data=b'"%s"' % (b"." * size)) for number, size in enumerate([38, 58, 98, 198, 8])
    ]
    await station.commit(sent)
    async with station.messaging():
        await until(station.all_sent)
    async with station.messaging(handle, limits=replace(QUICK, batch_bytes=100)):
        await until(lambda: station.has_effects(len(sent)))
    assert taken == [[40, 60], [100], [200], [10]]
