"""Writes a dead letter: the whole message, the reason, and an event that announces it. Settling is in settling.py."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.messaging.dead_letters.telling import LetterNews, Tell, tell_nobody
from shared.messaging.envelope import Envelope, Record
from shared.messaging.inbox import claim
from shared.messaging.outbox import append
from shared.messaging.tables import dead_letter
from shared.messaging.topics import dead_letter_topic
from shared.texts import NUL, has_nul, replace_nul
from shared.traces import traceparent_or_none

EVENT_TYPE = "messaging.message.deadlettered.v1"
REASON_LENGTH = 4_000
_TEXT_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Failure:
    """A record that a consumer gives up, with the reason and the attempts."""

    consumer: str
    record: Record
    reason: str
    attempts: int
    first_failed_at: datetime
    dead_at: datetime


async def bury(connection: AsyncConnection, failure: Failure, tell: Tell = tell_nobody) -> bool:
    """Writes the dead letter, its inbox row and its events in the caller's transaction. Returns False if it already exists."""
    record = failure.record
    known = {name: _plain(value) for name, value in record.headers if value is not None}
    event_id = _event_id(known.get("ce_id"), record)
    if not await claim(connection, failure.consumer, [event_id], outcome="dead"):
        return False
    letter_id = uuid4()
    reason = replace_nul(failure.reason, " ")[:REASON_LENGTH]
    await connection.execute(
        insert(dead_letter).values(
            id=letter_id,
            consumer=failure.consumer,
            event_id=event_id,
            event_type=known.get("ce_type"),
            council_id=known.get("ce_councilid"),
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            key=record.key,
            headers=pack_headers(record.headers),
            value=record.value,
            reason=reason,
            attempts=failure.attempts,
            first_failed_at=failure.first_failed_at,
            dead_at=failure.dead_at,
        )
    )
    news = LetterNews(letter_id, failure.consumer, known.get("ce_type", ""), known.get("ce_councilid"), reason, failure.dead_at)
    await append(connection, [_announcement(failure, letter_id, event_id, known), *filter(None, [tell(news)])])
    return True


def pack_headers(headers: Sequence[tuple[str, bytes | None]]) -> list[list[str]]:
    """Returns headers in a form that JSON stores without loss: [name, value, "utf8" | "base64" | "null"]."""
    return [_packed(name, value) for name, value in headers]


def unpack_headers(packed: Sequence[Sequence[str]]) -> list[tuple[str, bytes | None]]:
    """Returns headers with values as bytes; the reverse of `pack_headers`."""
    return [(name, _unpacked(value, form)) for name, value, form in packed]


def _unpacked(value: str, form: str) -> bytes | None:
    if form == "null":
        return None
    return value.encode() if form == "utf8" else base64.b64decode(value)


def _packed(name: str, value: bytes | None) -> list[str]:
    if value is None:
        return [name, "", "null"]
    try:
        plain = value.decode()
    except UnicodeDecodeError:
        plain = NUL
    if has_nul(plain):
        return [name, base64.b64encode(value).decode(), "base64"]
    return [name, plain, "utf8"]


def _plain(value: bytes) -> str:
    """Returns a header's value as text for a column or a new event's header; cut, because the letter has it whole."""
    return replace_nul(value.decode(errors="replace"), " ")[:_TEXT_LENGTH]


def _event_id(text: str | None, record: Record) -> UUID:
    """Returns the event's own id, or, for a record without one, an id derived from its place: the same at each delivery."""
    try:
        return UUID(text)
    except (TypeError, ValueError):
        return uuid5(NAMESPACE_URL, f"kafka:{record.topic}/{record.partition}/{record.offset}")


def _announcement(failure: Failure, letter_id: UUID, event_id: UUID, known: dict[str, str]) -> Envelope:
    record = failure.record
    data = {
        "dead_letter_id": str(letter_id),
        "consumer": failure.consumer,
        "event_id": str(event_id),
        "event_type": known.get("ce_type"),
        "reason": failure.reason[:REASON_LENGTH],
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "attempts": failure.attempts,
        "first_failed_at": failure.first_failed_at.isoformat(),
        "dead_at": failure.dead_at.isoformat(),
    }
    return Envelope(
        id=letter_id,
        type=EVENT_TYPE,
        source=f"/consumers/{failure.consumer}",
        time=failure.dead_at,
        topic=dead_letter_topic(failure.consumer),
        key=str(event_id),
        subject=str(event_id),
        data=json.dumps(data).encode(),
        correlation_id=known.get("ce_correlationid") or str(event_id),
        causation_id=str(event_id),
        aggregate_version=0,
        council_id=known.get("ce_councilid"),
        traceparent=traceparent_or_none(known.get("traceparent")),
    )
