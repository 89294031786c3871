"""Reads what the Kafka client cannot decode, from the bytes that the broker delivers. Must not know what a record means.

aiokafka raises, again at every fetch, for a header name that is not UTF-8, for a batch in a codec it does not know, and for bytes
that are no batch. Here each of these is one record, which its consumer can apply or dead-letter before it goes on.
"""

from __future__ import annotations

import gzip
import struct
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.codec import gzip_decode, lz4_decode, snappy_decode, zstd_decode
from aiokafka.errors import CorruptRecordException, KafkaError, NoError, UnsupportedCodecError, for_code
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.record.util import calc_crc32c, decode_varint

# Offset, length, leader epoch, magic, CRC, attributes, last offset delta, two times, producer id and epoch, sequence, count.
_HEADER = struct.Struct(">qiibIhiqqqhii")
_BEFORE_LENGTH_COUNTS = 12
_MAGIC_AT = 16
_CRC_COVERS_FROM = 21
_CODEC_BITS, _CONTROL_BIT = 0x07, 0x20
_CODECS: Mapping[int, Callable[[bytes], bytes]] = {0: bytes, 1: gzip_decode, 2: snappy_decode, 3: lz4_decode, 4: zstd_decode}
# As the client asks, but in all enough for a batch of each partition; a broker delivers a larger batch all the same if it is the
# first.
_PARTITION_BYTES, _MOST_BYTES, _WAIT_MS = 1_048_576, 52_428_800, 500


@dataclass(frozen=True, slots=True)
class RawRecord:
    """A record as the broker keeps it. `unreadable`: why it cannot be an event; `value` is then its bytes, or its batch."""

    topic: str
    partition: int
    offset: int
    key: bytes | None = None
    value: bytes | None = None
    headers: tuple[tuple[str, bytes | None], ...] = ()
    unreadable: str = ""


def is_undecodable(error: Exception) -> bool:
    """Returns whether the client failed at a record and not at the broker: then the next fetch would fail in the same way."""
    if isinstance(error, UnsupportedCodecError | CorruptRecordException | gzip.BadGzipFile):
        return True
    return not isinstance(error, KafkaError | OSError | TimeoutError)


async def read_raw(client: AIOKafkaConsumer, *, without: Collection[TopicPartition]) -> dict[TopicPartition, list[RawRecord]]:
    """Returns the records of the next batch of each assigned partition, except `without`, and moves the client behind it.

    Raises KafkaError, also where no partition has a batch: then the client failed at something else.
    """
    moved = False
    found: dict[TopicPartition, list[RawRecord]] = {}
    positions = {tp: await client.position(tp) for tp in client.assignment() - set(without)}
    for tp, data in (await _fetched(client, positions)).items():
        records, after = next_batch(tp, data, positions[tp])
        if after == positions[tp]:
            continue
        client.seek(tp, after)
        moved = True
        if records:
            found[tp] = records
    if not moved:
        raise KafkaError("the client cannot decode what it fetched, and there is nothing to fetch")
    return found


def next_batch(tp: TopicPartition, data: bytes, position: int) -> tuple[list[RawRecord], int]:
    """Returns the records from `position` in the first batch that has any, and the offset after them."""
    start = 0
    while start + _HEADER.size <= len(data):
        base, length = struct.unpack_from(">qi", data, start)
        batch = data[start : start + _BEFORE_LENGTH_COUNTS + max(length, 0)]
        after = _offset_after(batch, base)
        if after > position:
            return [record for record in _records(tp, batch, max(base, position)) if record.offset >= position], after
        start += len(batch)
    return [], position


async def _fetched(client: AIOKafkaConsumer, positions: Mapping[TopicPartition, int]) -> dict[TopicPartition, bytes]:
    """Fetches from all leaders what follows the positions. Raises KafkaError."""
    by_leader: dict[int, list[TopicPartition]] = defaultdict(list)
    for tp in positions:
        by_leader[client._client.cluster.leader_for_partition(tp) or 0].append(tp)
    fetched: dict[TopicPartition, bytes] = {}
    for leader, partitions in by_leader.items():
        wanted = [(tp.topic, [(tp.partition, positions[tp], _PARTITION_BYTES)]) for tp in partitions]
        response = await client._client.send(leader, FetchRequest(_WAIT_MS, 1, _MOST_BYTES, 0, wanted))
        answers = [(topic, answer) for topic, of_topic in response.topics for answer in of_topic]
        for topic, (partition, code, _, *rest) in answers:
            if for_code(code) is not NoError:
                raise for_code(code)(f"{topic}/{partition}")
            fetched[TopicPartition(topic, partition)] = rest[-1] or b""
    return fetched


def _offset_after(batch: bytes, base: int) -> int:
    """Returns the offset after a batch; after a message of the format before 0.11, which has its last offset, that one's."""
    return base + _HEADER.unpack_from(batch)[6] + 1 if len(batch) >= _HEADER.size and batch[_MAGIC_AT] >= 2 else base + 1


def _records(tp: TopicPartition, batch: bytes, first: int) -> list[RawRecord]:
    whole = RawRecord(tp.topic, tp.partition, first, value=batch)
    if len(batch) < _HEADER.size or batch[_MAGIC_AT] < 2:
        return [replace(whole, unreadable="it has the format of Kafka before 0.11, which has no headers")]
    header = _HEADER.unpack_from(batch)
    base, crc, attributes, count = header[0], header[4], header[5], header[12]
    if attributes & _CONTROL_BIT:
        return []
    if calc_crc32c(batch[_CRC_COVERS_FROM:]) != crc:
        return [replace(whole, unreadable="the checksum of its batch is wrong")]
    codec = attributes & _CODEC_BITS
    try:
        return list(_parsed(RawRecord(tp.topic, tp.partition, base), _CODECS[codec](batch[_HEADER.size :]), count))
    except Exception as error:  # noqa: BLE001 (each codec has errors of its own)
        return [replace(whole, unreadable=f"its batch cannot be decoded: {error!r}")]


def _parsed(at_base: RawRecord, payload: bytes, count: int) -> Iterator[RawRecord]:
    """Yields the records of an uncompressed batch. Raises ValueError or IndexError when no further record can be found."""
    position, last = 0, at_base.offset - 1
    data = bytearray(payload)
    for _ in range(count):
        length, begin = decode_varint(data, position)
        position = begin + length
        if length < 0 or position > len(payload):
            raise ValueError("a record is longer than its batch")
        body = payload[begin:position]
        try:
            record = _Body(body).record(at_base)
        except (IndexError, ValueError) as error:
            record = replace(at_base, offset=last + 1, value=body, unreadable=f"it cannot be decoded: {error!r}")
        last = record.offset
        yield record


class _Body:
    """The bytes of one record, read from the front."""

    def __init__(self, data: bytes) -> None:
        self._data = bytearray(data)
        self._position = 1  # the first byte has attributes, which mean nothing yet

    def record(self, at_base: RawRecord) -> RawRecord:
        """Reads the whole record. Raises ValueError or IndexError."""
        self._number()  # the time
        offset = at_base.offset + self._number()
        key, value = self._bytes(), self._bytes()
        # Not in UTF-8, a name is none of ours: it is kept for people to read, and nothing else needs it.
        names = [((self._bytes() or b"").decode(errors="backslashreplace"), self._bytes()) for _ in range(self._number())]
        if self._position != len(self._data):
            raise ValueError("it is longer than its fields")
        return replace(at_base, offset=offset, key=key, value=value, headers=tuple(names))

    def _number(self) -> int:
        number, self._position = decode_varint(self._data, self._position)
        return int(number)

    def _bytes(self) -> bytes | None:
        length = self._number()
        if length < 0:
            return None
        begin, self._position = self._position, self._position + length
        if self._position > len(self._data):
            raise ValueError("a field is longer than its record")
        return bytes(self._data[begin : self._position])
