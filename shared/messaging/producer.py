"""A Kafka producer for the relay: starts and sends within time limits, and can be abandoned without sending more.

It makes one batch per partition itself. To aiokafka's `send` each record is a task of its own, which costs more than the rest.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import (
    InvalidTimestampError,
    InvalidTopicError,
    KafkaError,
    MessageSizeTooLargeError,
    PolicyViolationError,
    RecordListTooLargeError,
)
from aiokafka.partitioner import DefaultPartitioner
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.record.default_records import DefaultRecordBatchBuilder

from shared.messaging.cluster import Cluster
from shared.messaging.settings import KafkaSettings
from shared.messaging.topic_ids import Identity

_START_SECONDS = 15.0
_STOP_SECONDS = 8.0
# Smaller than any broker's limit, so that only a record that is too large on its own is refused.
_BATCH_BYTES = 262_144
# The usual limit of a broker; aiokafka's `send` refuses a larger record, a batch that one makes oneself does not.
_MOST_BYTES = 1_048_576
_LOOK_SECONDS = 1.0
# A broker that keeps nothing may be back within 0.1 s as a new cluster. A batch meant for the old one must not reach the
# new one before its identity was checked (every second), or later events of a key would precede earlier ones.
_FORGETFUL_RETRY_MS = 5_000
# Errors of a record, not of the broker or the way to it: sent again, it is refused again.
_REFUSALS = (
    InvalidTimestampError,
    InvalidTopicError,
    MessageSizeTooLargeError,
    PolicyViolationError,
    RecordListTooLargeError,
    TypeError,
    ValueError,
)


def is_refusal(error: Exception) -> bool:
    """Returns whether an error means that the record, or one of its batch, can never be sent as it is."""
    return isinstance(error, _REFUSALS)


class Outgoing(NamedTuple):
    """One record to send."""

    topic: str
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class _Batch:
    """Records of one partition as Kafka gets them, and their places in the list of all that are sent."""

    builder: BatchBuilder
    places: list[int]

    def take(self, record: Outgoing, place: int) -> bool:
        """Adds a record; returns False if the batch is full. Raises TypeError for what is no record."""
        taken = self.builder.append(timestamp=None, key=record.key, value=record.value, headers=record.headers) is not None
        if taken:
            self.places.append(place)
        return taken


class Producer:
    """One aiokafka producer for one cluster. After any error it cannot be used again: abandon it and create another."""

    def __init__(self, kafka: KafkaSettings, cluster: Cluster, identity: Identity) -> None:
        self._kafka = kafka
        self._cluster = cluster
        self.identity = identity
        self._producer = AIOKafkaProducer(
            bootstrap_servers=kafka.bootstrap_servers,
            client_id=kafka.client_id,
            acks="all",
            enable_idempotence=kafka.idempotent,
            max_batch_size=_BATCH_BYTES,
            # Longer than any wait for acknowledgement: aiokafka must never drop one batch and go on with the next.
            request_timeout_ms=int(kafka.ack_timeout_seconds * 2_000),
            retry_backoff_ms=100 if kafka.idempotent else _FORGETFUL_RETRY_MS,
            metadata_max_age_ms=30_000,
        )

    async def start(self) -> None:
        """Connects. Raises KafkaError when that takes too long or fails."""
        try:
            await asyncio.wait_for(self._producer.start(), _START_SECONDS)
        except (TimeoutError, OSError) as error:
            raise KafkaError(f"the producer cannot start: {error!r}") from error

    async def send(self, records: Sequence[Outgoing]) -> tuple[list[bool], Exception | None]:
        """Sends all records; returns for each whether it was acknowledged, and the error if there was one.

        No record is acknowledged before an earlier one of its partition. The error may be one for which `is_refusal` is true,
        of any record that was not acknowledged. After an error, some of these may be on Kafka too; sent again they are
        duplicates, in the same order.
        """
        acknowledged = [False] * len(records)
        try:
            async with asyncio.timeout(self._kafka.ack_timeout_seconds):
                packed, refused = await self._packed(records)
                await self._send_all(packed, acknowledged)
        except (*_REFUSALS, KafkaError, TimeoutError) as error:
            return acknowledged, error
        return acknowledged, refused

    async def _packed(self, records: Sequence[Outgoing]) -> tuple[Mapping[TopicPartition, list[_Batch]], Exception | None]:
        """Returns batches by partition, of all records before one that can never be sent; and why that one cannot."""
        packed: defaultdict[TopicPartition, list[_Batch]] = defaultdict(list)
        partitions: dict[str, tuple[int, ...]] = {}
        for place, record in enumerate(records):
            topic = record.topic
            try:
                if topic not in partitions:
                    partitions[topic] = tuple(sorted(await self._producer.partitions_for(topic)))
                _check_size(record)
                self._pack(packed[TopicPartition(topic, _partition_of(record.key, partitions[topic]))], record, place)
            except _REFUSALS as error:
                return packed, error
        return packed, None

    def _pack(self, batches: list[_Batch], record: Outgoing, place: int) -> None:
        if batches and batches[-1].take(record, place):
            return
        fresh = _Batch(self._producer.create_batch(), [])
        fresh.take(record, place)
        batches.append(fresh)

    async def _send_all(self, packed: Mapping[TopicPartition, list[_Batch]], acknowledged: list[bool]) -> None:
        """Sends to all partitions at once and waits for each, also after an error of another. Raises the first error."""
        sending = [asyncio.create_task(self._send_in_turn(tp, batches, acknowledged)) for tp, batches in packed.items()]
        waiting = set(sending)
        try:
            while waiting:
                _, waiting = await asyncio.wait(waiting, timeout=_LOOK_SECONDS)
                if waiting and await self._cluster.identity() != self.identity:
                    raise KafkaError("the cluster changed while the batch was being sent")
        finally:
            for task in sending:
                task.cancel()
            ends = await asyncio.gather(*sending, return_exceptions=True)
        for error in filter(None, ends):
            raise error

    async def _send_in_turn(self, tp: TopicPartition, batches: Sequence[_Batch], acknowledged: list[bool]) -> None:
        """Sends each batch when the one before it was acknowledged: a later one must not arrive where that one failed."""
        for batch in batches:
            batch.builder.close()
            await (await self._producer.send_batch(batch.builder, tp.topic, partition=tp.partition))
            for place in batch.places:
                acknowledged[place] = True

    async def stop(self) -> None:
        """Stops the producer; call it only when nothing is pending."""
        with contextlib.suppress(KafkaError, asyncio.TimeoutError):
            await asyncio.wait_for(self._producer.stop(), _STOP_SECONDS)

    async def abandon(self) -> None:
        """Stops without sending what is pending; aiokafka's own stop() would first send it, perhaps to another broker."""
        with contextlib.suppress(KafkaError, asyncio.TimeoutError):
            await self._producer.client.close()
            await asyncio.wait_for(self._producer._sender.close(), _STOP_SECONDS)
        await self.stop()


# An order has several events, and the hash in plain Python costs as much as all other work on a record.
@lru_cache(maxsize=50_000)
def _partition_of(key: bytes, partitions: Sequence[int]) -> int:
    """Returns the partition of a key, the same as every other Kafka client does."""
    partition: int = DefaultPartitioner()(key, partitions, partitions)
    return partition


def _check_size(record: Outgoing) -> None:
    size = DefaultRecordBatchBuilder.estimate_size_in_bytes(record.key, record.value, record.headers)
    if size > _MOST_BYTES:
        raise MessageSizeTooLargeError(f"the record has {size} bytes; at most {_MOST_BYTES} are allowed")
