"""Reading batches without the Kafka client."""

import gzip
import random

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import CorruptRecordException, IllegalStateError, KafkaError, UnsupportedCodecError

from shared.messaging.raw import RawRecord, is_undecodable, next_batch
from tests.messaging.batches import CONTROL, Headers, batch, marked, sealed, zstd

TP = TopicPartition("things", 3)
NAMED: Headers = [("a", b"1"), ("b", None), ("name", b"2")]
THREE = [(b"one", NAMED), (None, []), (b"three" * 100, NAMED[:1])]


def records(data: bytes, position: int = 0) -> list[RawRecord]:
    return next_batch(TP, data, position)[0]


def at(data: bytes, base: int) -> bytes:
    """The batch as the broker stores it at an offset."""
    return base.to_bytes(8, "big") + data[8:]


def test_every_record_of_a_batch_is_read() -> None:
    found, after = next_batch(TP, at(batch(THREE), 40), 40)
    assert after == 43
    assert [(record.offset, record.value) for record in found] == [(40, b"one"), (41, None), (42, b"three" * 100)]
    assert found[0] == RawRecord("things", 3, 40, b"key-0", b"one", (("a", b"1"), ("b", None), ("caf\\xe9", b"2")))


def test_reading_starts_at_the_position_also_inside_a_batch_and_after_others() -> None:
    data = at(batch(THREE), 0) + at(batch(THREE), 3) + at(batch(THREE), 6)
    assert [record.offset for record in records(data, 4)] == [4, 5]
    assert next_batch(TP, data, 4)[1] == 6
    assert next_batch(TP, data, 9) == ([], 9)
    assert next_batch(TP, b"", 9) == ([], 9)


def test_a_batch_in_gzip_is_read() -> None:
    plain = batch(THREE)
    assert records(marked(plain[:61] + gzip.compress(plain[61:]), 1)) == records(plain)


def test_a_batch_in_zstd_is_read() -> None:
    assert records(zstd(batch(THREE))) == records(batch(THREE))


def test_a_batch_of_control_records_is_passed_over() -> None:
    assert next_batch(TP, marked(batch(THREE), CONTROL), 0) == ([], 3)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (marked(batch(THREE), 2), "cannot be decoded"),
        (marked(batch(THREE), 3), "cannot be decoded"),
        (marked(batch(THREE), 7), "cannot be decoded"),
        (marked(batch(THREE), 1), "cannot be decoded"),
        (batch(THREE)[:-1] + b"?", "the checksum of its batch is wrong"),
        (sealed(batch(THREE)[:-30]), "cannot be decoded"),
    ],
    ids=["no snappy", "no lz4", "unknown codec", "no gzip", "checksum", "short"],
)
def test_a_batch_that_cannot_be_read_is_one_record_with_its_bytes(data: bytes, reason: str) -> None:
    (record,), after = next_batch(TP, data, 0)
    assert (record.offset, record.value, after) == (0, data, 3)
    assert reason in record.unreadable


def test_a_record_that_cannot_be_read_leaves_the_others_of_its_batch() -> None:
    data = batch(THREE)
    broken = sealed(data.replace(b"\x06one", b"\x7eone"))  # a value that is longer than its record
    first, second, third = records(broken)
    assert "longer than its record" in first.unreadable
    assert b"one" in (first.value or b"")
    assert (second.offset, third.offset, third.value) == (1, 2, b"three" * 100)


def test_whatever_the_bytes_are_reading_moves_on() -> None:
    chance = random.Random(7)
    for _ in range(2_000):
        data = bytearray(at(batch(THREE), 5))
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(8, len(data))] = chance.randrange(256)
        found, after = next_batch(TP, sealed(bytes(data)) if chance.random() < 0.5 else bytes(data), 5)
        assert after >= 5
        assert all(record.offset >= 5 for record in found)


@pytest.mark.parametrize(
    "error", [UnsupportedCodecError(), CorruptRecordException(), gzip.BadGzipFile(), EOFError(), ValueError()]
)
def test_what_the_client_raises_at_a_record_is_told_apart(error: Exception) -> None:
    assert is_undecodable(error)


@pytest.mark.parametrize("error", [KafkaError(), IllegalStateError(), ConnectionResetError(), TimeoutError()])
def test_from_what_it_raises_when_the_broker_is_away(error: Exception) -> None:
    assert not is_undecodable(error)
