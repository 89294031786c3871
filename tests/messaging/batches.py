"""Batches of records as other clients may write them, byte by byte."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from aiokafka import TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.produce import ProduceRequest
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.util import calc_crc32c

from tests.messaging.station import Station

Headers = list[tuple[str, bytes | None]]
ODD_NAME = b"caf\xe9"
_PLACEHOLDER = "name"
_CRC_AT, _ATTRIBUTES_AT, _HEADER = 17, 21, 61
ZSTD, CONTROL = 4, 0x20


def batch(records: Sequence[tuple[bytes | None, Headers]], *, key: bytes = b"key-0") -> bytes:
    """A batch of values with their headers; the name `name` of a header becomes one that is not UTF-8."""
    builder = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, -1, 1_000_000)
    for offset, (value, headers) in enumerate(records):
        builder.append(offset, 1_000, key, value, headers)
    return sealed(bytes(builder.build()).replace(_PLACEHOLDER.encode(), ODD_NAME))


def zstd(plain: bytes) -> bytes:
    """The batch in the codec zstd, as a frame with one block that is stored as it is."""
    payload = plain[_HEADER:]
    block = (len(payload) << 3 | 1).to_bytes(3, "little")
    frame = b"\x28\xb5\x2f\xfd\x60" + (len(payload) - 256).to_bytes(2, "little") + block + payload
    return marked(plain[:_HEADER] + frame, ZSTD)


def marked(data: bytes, attributes: int) -> bytes:
    """The batch with these attributes: codec and kind."""
    return sealed(data[:_ATTRIBUTES_AT] + struct.pack(">h", attributes) + data[_ATTRIBUTES_AT + 2 :])


def sealed(data: bytes) -> bytes:
    """The batch with the right length and checksum."""
    data = data[:8] + struct.pack(">i", len(data) - 12) + data[12:]
    return data[:_CRC_AT] + struct.pack(">I", calc_crc32c(data[_ATTRIBUTES_AT:])) + data[_ATTRIBUTES_AT:]


async def produce(station: Station, data: bytes, *, partition: int = 0) -> None:
    """Sends the bytes as they are."""
    client = AIOKafkaClient(bootstrap_servers=station.kafka.bootstrap_servers)
    await client.bootstrap()
    try:
        await client._wait_on_metadata(station.topic)
        leader = client.cluster.leader_for_partition(TopicPartition(station.topic, partition))
        answer = await client.send(leader, ProduceRequest(None, -1, 10_000, [(station.topic, [(partition, data)])]))
        assert answer.topics[0][1][0][1] == 0, f"the broker refuses the batch: {answer.topics}"
    finally:
        await client.close()
