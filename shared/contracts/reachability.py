"""Events of the exchange: whether its supplier is reached."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from pydantic import Field

from shared.contracts.base import Event, Topic


class SupplierUnreachable(Event):
    """A supplier is not reached any more, or a person stopped all calls to it. Published again when the reason changes."""

    event_type: ClassVar[str] = "suppliers.supplier.unreachable.v1"
    topic: ClassVar[Topic] = Topic.SUPPLIERS
    owner: ClassVar[str] = "suppliers"
    consumers: ClassVar[tuple[str, ...]] = ("dashboard",)

    supplier_id: str
    since: datetime = Field(description="When it was first not reached, or a person stopped the calls")
    noticed_at: datetime = Field(description="Of when this is: a later one takes precedence")
    reason: str = Field(description="Why, in words: what came back, or what the person gave as the reason")
    waiting: int = Field(ge=0, description="How many messages waited then to be sent or asked about")
    next_try_at: datetime | None = Field(
        default=None, description="When it was to be tried again by itself; null where a person stopped the calls"
    )
    opened_by: str = Field(default="", description='The person who stopped all calls; "" where nobody did')

    def key(self) -> str:
        return self.supplier_id


class SupplierReachable(Event):
    """A supplier that was not reached is reached again, or a person lets it be called again."""

    event_type: ClassVar[str] = "suppliers.supplier.reachable.v1"
    topic: ClassVar[Topic] = Topic.SUPPLIERS
    owner: ClassVar[str] = "suppliers"
    consumers: ClassVar[tuple[str, ...]] = ("dashboard",)

    supplier_id: str
    reached_at: datetime

    def key(self) -> str:
        return self.supplier_id
