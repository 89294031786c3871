"""What every contract event is: a frozen model with a wire name, a topic, an owner and a key.

Must not know how events travel (`shared.messaging`) or who handles them (`services`).
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field


class Topic(StrEnum):
    """The topics of the system. All event types of a topic share it, so that order per key holds."""

    ORDERS = "orders"
    DELIVERY = "delivery"
    CATALOGUE = "catalogue"
    SUPPLIERS = "suppliers"
    SUPPLIER_RECORDS = "supplier-records"


COMPACTED = frozenset({Topic.CATALOGUE})


class Contract(BaseModel):
    """A frozen value in a contract. Unknown fields are ignored on reading: fields are only ever added."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Event(Contract):
    """A fact one service tells the others, named `service.noun.verb.v1` on the wire."""

    event_type: ClassVar[str]
    topic: ClassVar[Topic]
    owner: ClassVar[str]
    consumers: ClassVar[tuple[str, ...]]
    personal_data: ClassVar[bool] = False

    council: str | None = Field(default=None, description="ISIL of the council the fact belongs to; none for shared titles")

    def key(self) -> str:
        """Identity of the aggregate the fact is about: Kafka keeps the order of equal keys."""
        raise NotImplementedError


class PlaceKind(StrEnum):
    """Where goods can be delivered."""

    BRANCH = "branch"
    HUB = "hub"


class Place(Contract):
    """A branch where copies live, or the central stock unit (hub) they pass through."""

    code: str = Field(description="The council's own code, e.g. IPSW")
    kind: PlaceKind = PlaceKind.BRANCH
    name: str = ""
    gln: str | None = Field(default=None, description="Global Location Number, 13 digits, where the place has one")


class Money(Contract):
    """An amount in minor units, so that no float ever touches a price."""

    minor: int = Field(description="Amount in minor units, e.g. pence")
    currency: str = Field(default="GBP", pattern="^[A-Z]{3}$")
