"""Records and batches that the Kafka client cannot decode: each ends applied or dead-lettered, and the next one is handled."""

from shared.messaging.dead_letters.settling import DeadLetter, Filter, list_dead_letters
from shared.messaging.envelope import Envelope
from shared.messaging.status import PartState
from tests.messaging.batches import ODD_NAME, Headers, batch, produce, zstd
from tests.messaging.station import Station, envelope
from tests.waiting import until


def headers_of(event: Envelope, *more: tuple[str, bytes | None]) -> Headers:
    return [*((name, value.encode()) for name, value in event.headers.items()), *more]


def events(station: Station, count: int) -> list[Envelope]:
    return [envelope(station.topic, "key-0", number) for number in range(count)]


async def letters_of(station: Station) -> list[DeadLetter]:
    async with station.engine.connect() as connection:
        return sorted(await list_dead_letters(connection, Filter()), key=lambda letter: letter.offset)


async def test_a_header_with_a_null_value_counts_as_absent(station: Station) -> None:
    odd, nameless, good = events(station, 3)
    missing: Headers = [header for header in headers_of(nameless) if header[0] != "ce_type"]
    data = batch([(b"{}", headers_of(odd, ("odd", None))), (b"{}", [*missing, ("ce_type", None)]), (b"{}", headers_of(good))])
    async with station.messaging(station.record_effects) as messaging:
        await until(lambda: _is_running(messaging.consumers[station.consumer].status.state))
        await produce(station, data)
        await until(lambda: station.has_effects(2))
    assert [effect[0] for effect in await station.effects()] == [odd.id, good.id]
    (letter,) = await letters_of(station)
    assert letter.headers == [*missing, ("ce_type", None)]
    assert letter.reason == "not an event: missing headers: ce_type"


async def test_a_header_name_that_is_not_utf8_holds_nothing_up(station: Station) -> None:
    """The event is applied: what another system adds to it is none of its own headers."""
    sent = events(station, 5)
    odd = [(b"{}", headers_of(event, ("name", b"x")) if event is sent[2] else headers_of(event)) for event in sent]
    async with station.messaging(station.record_effects) as messaging:
        await until(lambda: _is_running(messaging.consumers[station.consumer].status.state))
        await produce(station, batch(odd))
        await until(lambda: station.has_effects(5))
        await station.commit([envelope(station.topic, f"key-{number}", 9) for number in range(8)])
        await until(lambda: station.has_effects(13))
        assert messaging.consumers[station.consumer].status.state is PartState.RUNNING
    assert [effect[0] for effect in await station.effects()][:5] == [event.id for event in sent]
    assert await letters_of(station) == []


async def test_a_compressed_batch_is_applied_and_what_cannot_be_read_is_a_dead_letter(station: Station) -> None:
    before, inside, after = events(station, 3)
    async with station.messaging(station.record_effects) as messaging:
        await until(lambda: _is_running(messaging.consumers[station.consumer].status.state))
        await produce(station, batch([(b"{}", headers_of(before))]))
        await produce(station, zstd(batch([(b"{}", headers_of(inside))])))
        await produce(station, batch([(b"?", [("name", b"x\x00"), ("a\x00b", b"")])]))
        await produce(station, batch([(b"{}", headers_of(after))]))
        await until(lambda: station.has_effects(3))
    assert [effect[0] for effect in await station.effects()] == [before.id, inside.id, after.id]
    (letter,) = await letters_of(station)
    assert letter.offset == 2
    assert "a header contains a NUL character" in letter.reason
    assert letter.headers == [(ODD_NAME.decode(errors="backslashreplace"), b"x\x00"), ("a\x00b", b"")]


async def _is_running(state: PartState) -> bool:
    return state is PartState.RUNNING
