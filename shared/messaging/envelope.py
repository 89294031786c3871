"""The envelope of one event: CloudEvents 1.0 over Kafka in binary mode. Must not know event types or parse the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Protocol
from uuid import UUID

from shared.texts import has_nul
from shared.traces import traceparent_or_none

Headers = list[tuple[str, bytes]]

# More than any text that our own events have; a longer one would be copied into every event that this one causes.
_LONGEST_TEXT = 1_000
_REPUBLISHED = "ce_republished"
_REQUIRED = ("ce_id", "ce_type", "ce_source", "ce_time", "ce_specversion", "ce_correlationid", "ce_aggregateversion")


class Record(Protocol):
    """The fields used of a Kafka record; aiokafka's ConsumerRecord has them."""

    @property
    def topic(self) -> str:
        """Name of the topic."""

    @property
    def partition(self) -> int:
        """Number of the partition."""

    @property
    def offset(self) -> int:
        """Position in the partition."""

    @property
    def key(self) -> bytes | None:
        """Key of the record, in bytes."""

    @property
    def value(self) -> bytes | None:
        """Value of the record, in bytes; None for a tombstone."""

    @property
    def headers(self) -> Sequence[tuple[str, bytes | None]]:
        """Header names and values, in the order in which they were sent; a value may be null."""


@dataclass(frozen=True)
class Envelope:
    """One CloudEvent with its Kafka topic and key; `data` is a JSON value in UTF-8.

    `republished` marks an event that repeats what is so, for read models: only handlers that keep state get it.
    """

    id: UUID
    type: str
    source: str
    time: datetime
    topic: str
    key: str
    subject: str
    data: bytes
    correlation_id: str
    causation_id: str | None
    aggregate_version: int
    council_id: str | None
    traceparent: str | None
    republished: bool = False

    @cached_property
    def headers(self) -> Mapping[str, str]:
        """The Kafka headers by name (CloudEvents Kafka Protocol Binding 1.0.2, 3.2), without unset optional ones."""
        headers = {
            "ce_id": str(self.id),
            "ce_type": self.type,
            "ce_source": self.source,
            "ce_time": self.time.isoformat(),
            "ce_specversion": "1.0",
            "ce_subject": self.subject,
            "ce_correlationid": self.correlation_id,
            "ce_aggregateversion": str(self.aggregate_version),
            "content-type": "application/json",
        }
        optional = {"ce_causationid": self.causation_id, "ce_councilid": self.council_id, "traceparent": self.traceparent}
        headers.update({name: value for name, value in optional.items() if value is not None})
        if self.republished:
            headers[_REPUBLISHED] = "true"
        return headers

    def size(self) -> int:
        """Returns the number of bytes of data, key and headers together."""
        texts = "".join((self.key, *self.headers, *self.headers.values()))
        return len(self.data) + len(texts.encode())

    @classmethod
    def from_record(cls, record: Record) -> Envelope:
        """Reads a Kafka record. Raises ValueError that names what is missing or malformed."""
        if record.value is None:
            raise ValueError("the record has no value")
        headers = _texts(record.headers)
        missing = [name for name in _REQUIRED if not headers.get(name)]
        if missing:
            raise ValueError(f"missing headers: {', '.join(missing)}")
        if headers["ce_specversion"] != "1.0":
            raise ValueError(f"ce_specversion is {headers['ce_specversion']!r}, not 1.0")
        key = _key(record.key)
        return cls(
            id=_uuid(headers["ce_id"]),
            type=headers["ce_type"],
            source=headers["ce_source"],
            time=_time(headers["ce_time"]),
            topic=record.topic,
            key=key,
            subject=headers.get("ce_subject", key),
            data=record.value,
            correlation_id=headers["ce_correlationid"],
            causation_id=headers.get("ce_causationid"),
            aggregate_version=_version(headers["ce_aggregateversion"]),
            council_id=headers.get("ce_councilid"),
            traceparent=traceparent_or_none(headers.get("traceparent")),
            republished=headers.get(_REPUBLISHED) == "true",
        )


def _texts(headers: Sequence[tuple[str, bytes | None]]) -> dict[str, str]:
    """Returns the headers as texts. One with a null value, which Kafka allows, counts as absent."""
    try:
        texts = {name: value.decode() for name, value in headers if value is not None}
    except UnicodeDecodeError as error:
        raise ValueError("a header is not UTF-8") from error
    for name, text in texts.items():
        if has_nul(text):
            raise ValueError("a header contains a NUL character, which no text column can store")
        if name.startswith("ce_") and len(text) > _LONGEST_TEXT:
            raise ValueError(f"the header {name} has {len(text)} characters; at most {_LONGEST_TEXT} are allowed")
    return texts


def _key(key: bytes | None) -> str:
    if key is None:
        raise ValueError("the record has no key")
    try:
        return key.decode()
    except UnicodeDecodeError as error:
        raise ValueError("the key is not UTF-8") from error


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise ValueError(f"ce_id is not a UUID: {text[:64]!r}") from error


def _time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"ce_time is not RFC 3339: {text[:64]!r}") from error
    if moment.tzinfo is None:
        raise ValueError(f"ce_time has no time zone: {text[:64]!r}")
    return moment


def _version(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise ValueError(f"ce_aggregateversion is not a whole number: {text[:64]!r}")
    return int(text)
