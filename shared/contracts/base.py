"""Base classes of every event: frozen models with a wire name, a topic, an owner and a key.

Must not know how events are sent (`shared.messaging`) or who handles them (`services`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.words import Currency, Gln


class Topic(StrEnum):
    """The topics of the system. Related event types share a topic, so that events with the same key stay in order."""

    ORDERS = "orders"
    DELIVERY = "delivery"
    CATALOGUE = "catalogue"
    SUPPLIERS = "suppliers"
    SUPPLIER_RECORDS = "supplier-records"
    LMS = "lms"
    COUNCIL_RECORDS = "council-records"
    MESSAGING = "messaging"


COMPACTED = frozenset({Topic.CATALOGUE})
# Kafka keeps the events of every other topic for ever. Records are many and large, and the catalogue keeps what it read of them;
# a consumer that is away for longer stops and says so (docs/decisions/0015).
RETENTION_DAYS: Mapping[Topic, int] = {Topic.SUPPLIER_RECORDS: 14, Topic.COUNCIL_RECORDS: 14}


class Contract(BaseModel):
    """A frozen value in a contract. Readers ignore unknown fields, so that fields can be added."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Event(Contract):
    """A fact that one service publishes to the others, named `service.noun.verb.v1` on the wire."""

    event_type: ClassVar[str]
    topic: ClassVar[Topic]
    owner: ClassVar[str]
    consumers: ClassVar[tuple[str, ...]]
    # Readers that are no service of ours, in words.
    outside: ClassVar[tuple[str, ...]] = ()
    personal_data: ClassVar[bool] = False

    council: str | None = Field(default=None, description="ISIL of the council the fact belongs to; none for shared titles")

    def key(self) -> str:
        """Returns the identity of the aggregate that the fact is about. Kafka keeps events with equal keys in order."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Written:
    """An event with its data as JSON, for whoever writes it to learn its size: a large one should not be written twice."""

    event: Event
    data: bytes

    @classmethod
    def of(cls, event: Event) -> Self:
        """Writes an event."""
        return cls(event, event.model_dump_json().encode())

    @property
    def size(self) -> int:
        """The bytes of its data and key; the key is also the subject of the record."""
        return len(self.data) + 2 * len(self.event.key().encode())


class PlaceKind(StrEnum):
    """Where goods can be delivered."""

    BRANCH = "branch"
    HUB = "hub"


class RouteKind(StrEnum):
    """How goods reach the branch where they live: from the supplier straight there, or unpacked at a hub first."""

    DIRECT = "direct"
    HUB = "hub"


class Place(Contract):
    """A branch where copies live, or the central stock unit (hub) they pass through."""

    code: str = Field(description="The council's own short name for it, unique among its places", examples=["IPSW"])
    kind: PlaceKind = Field(default=PlaceKind.BRANCH, description="`branch`: books live there; `hub`: they only pass through it")
    name: str = Field(default="", description='What people call it; "" where that is not known', examples=["Ipswich Library"])
    gln: Gln | None = Field(default=None, description="Its Global Location Number, 13 digits; null where it has none")


class Money(Contract):
    """An amount of money as a whole number of minor units; a price is never a float."""

    minor: int = Field(description="Amount in minor units of the currency, such as pence", examples=[999])
    currency: Currency = Field(default="GBP", pattern="^[A-Z]{3}$")


def money_or_none(minor: int | None, currency: str) -> Money | None:
    """Returns an amount as a table keeps it, in two columns; None where it keeps none."""
    return None if minor is None else Money(minor=minor, currency=currency)
