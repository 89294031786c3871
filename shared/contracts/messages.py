"""Events of messages about which a person has to do something, or did."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Event, Topic


class AboutMessage(Event):
    """What events about one message have alike."""

    supplier_id: str
    message_id: UUID

    def key(self) -> str:
        return str(self.message_id)


class MessageQuarantined(AboutMessage):
    """A supplier's message, or a part of it, could not be applied, or one of ours may not have arrived: it waits for a person."""

    event_type: ClassVar[str] = "suppliers.message.quarantined.v1"
    topic: ClassVar[Topic] = Topic.SUPPLIERS
    owner: ClassVar[str] = "suppliers"
    consumers: ClassVar[tuple[str, ...]] = ("dashboard", "evidence")

    kind: str
    reason: str
    quarantined_at: datetime
    in_doubt: bool = Field(
        default=False,
        description="Whether it is a message of ours that may not have arrived: a person releases it, and nothing in it is wrong",
    )


class SettledBy(StrEnum):
    """How a quarantined message was settled."""

    APPLIED = "applied"
    DISCARDED = "discarded"


class MessageSettled(AboutMessage):
    """A quarantined message was settled: it was read again and applied, or a person discarded it with a reason."""

    event_type: ClassVar[str] = "suppliers.message.settled.v1"
    topic: ClassVar[Topic] = Topic.SUPPLIERS
    owner: ClassVar[str] = "suppliers"
    consumers: ClassVar[tuple[str, ...]] = ("dashboard", "evidence")

    outcome: SettledBy
    reason: str = ""
    settled_at: datetime


class MessageHandled(AboutMessage):
    """Staff did something about a message, or it is known by now which lines a message concerns about which they did.

    The counts are all so far: a later event about the same message takes the place of an earlier one.
    """

    event_type: ClassVar[str] = "suppliers.message.handled.v1"
    topic: ClassVar[Topic] = Topic.SUPPLIERS
    owner: ClassVar[str] = "suppliers"
    consumers: ClassVar[tuple[str, ...]] = ("evidence",)

    mapped: int = Field(ge=0, description="How often they mapped a reference in it")
    replayed: int = Field(ge=0, description="How often they had it read, or written, again")
    decided: int = Field(ge=0, description="How often they decided about it: sent again or counted as sent, or discarded")
    line_keys: tuple[str, ...] = Field(description="Lines that it concerns, as far as known; of more than 10,000 the first ones")
    version: int = Field(description="Grows with each event about the message")
    handled_at: datetime = Field(description="When staff last did something about it")
