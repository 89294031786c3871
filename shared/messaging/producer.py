"""A Kafka producer for the relay: starts and sends within time limits, and can be abandoned without sending more."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import NamedTuple

from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    InvalidTimestampError,
    InvalidTopicError,
    KafkaError,
    MessageSizeTooLargeError,
    PolicyViolationError,
    RecordListTooLargeError,
)

from shared.messaging.cluster import Cluster
from shared.messaging.settings import KafkaSettings
from shared.messaging.topic_ids import Identity

_START_SECONDS = 15.0
_STOP_SECONDS = 8.0
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
            # Smaller than any broker's limit, so that only a record that is too large on its own is refused.
            max_batch_size=262_144,
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

    async def send(self, records: Sequence[Outgoing]) -> tuple[int, Exception | None]:
        """Sends all records; returns how many from the start of the list were acknowledged, and the error if there was one.

        The error may be one for which `is_refusal` is true, of any record of the list.

        After an error, some of the others may be on Kafka too; sent again they are duplicates, in the same order.
        """
        acks: list[asyncio.Future[object]] = []
        try:
            async with asyncio.timeout(self._kafka.ack_timeout_seconds):
                refused = await self._start_all(records, acks)
                await self._acknowledged(acks)
        except (KafkaError, TimeoutError) as error:
            for ack in acks:
                ack.add_done_callback(_retrieve_error)
            return _done_from_start(acks), error
        return len(acks), refused

    async def _start_all(self, records: Sequence[Outgoing], acks: list[asyncio.Future[object]]) -> Exception | None:
        """Starts sending, up to a record that the client itself refuses; returns that error. Fills `acks` also if it raises."""
        for record in records:
            try:
                acks.append(await self._producer.send(record.topic, record.value, key=record.key, headers=record.headers))
            except _REFUSALS as error:
                return error
        return None

    async def _acknowledged(self, acks: list[asyncio.Future[object]]) -> None:
        for ack in acks:  # one after the other: most are done when the first one is
            while not ack.done():
                await asyncio.wait([ack], timeout=1.0)
                if not ack.done() and await self._cluster.identity() != self.identity:
                    raise KafkaError("the cluster changed while the batch was being sent")
            ack.result()

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


def _done_from_start(acks: Sequence[asyncio.Future[object]]) -> int:
    """Returns how many records from the start were acknowledged. Those after a failed one are sent again, to keep the order."""
    count = 0
    for ack in acks:
        if not ack.done() or ack.cancelled() or ack.exception() is not None:
            break
        count += 1
    return count


def _retrieve_error(ack: asyncio.Future[object]) -> None:
    """Reads a late failure; otherwise asyncio warns that the exception was never retrieved."""
    if not ack.cancelled():
        ack.exception()
