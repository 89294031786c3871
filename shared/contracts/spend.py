"""Events for a council's ledger: what copies commit of a fund, what they no longer commit, and what they were charged.

Who adds up `total` of committed, less that of released, has a fund's open commitments; who adds up invoiced has what was spent.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Contract, Event, Topic


class SpentCopies(Contract):
    """Copies of one line, each with the same amount."""

    line_key: str
    each: int | None = Field(
        description="Minor units of each copy, as in the total; null where no price is known: it counts as 0"
    )
    copy_ids: tuple[UUID, ...]


class FundSpend(Contract):
    """What copies of one order mean for one fund in one financial year."""

    fund: str = Field(description='The council\'s code of the fund; "" where the copies name none')
    year: str = Field(description='Financial year of the fund, as the council names it, e.g. 2026-27; "" where it counts in none')
    currency: str | None = Field(pattern="^[A-Z]{3}$", description="Currency of the amounts; null where no price is known")
    total: int = Field(description="Sum of all copies in minor units")
    copies: tuple[SpentCopies, ...]


class _Spend(Event):
    """What events about spending have in common. Those of one order are in the order in which it was so."""

    topic: ClassVar[Topic] = Topic.ORDERS
    owner: ClassVar[str] = "orders"
    # The council's own ledger reads them: none of our services does.
    consumers: ClassVar[tuple[str, ...]] = ()
    outside: ClassVar[tuple[str, ...]] = ("the council's ledger",)

    order_id: UUID
    order_number: str
    cause: str = Field(description="What led to it: an event type, or an action of the API")
    funds: tuple[FundSpend, ...]

    def key(self) -> str:
        """The order: its spending stays in order."""
        return str(self.order_id)


class SpendCommitted(_Spend):
    """Copies commit money of funds: they were ordered, got another price or year, or are owed again.

    A copy commits once at a time: for another price, year or fund, it is released first. Published again, it states what each
    copy commits now.
    """

    event_type: ClassVar[str] = "orders.spend.committed.v1"

    committed_at: datetime


class SpendReleased(_Spend):
    """Copies no longer commit money: they were cancelled, refused or charged, or got another price or year.

    Each amount is exactly what the copy had committed.
    """

    event_type: ClassVar[str] = "orders.spend.released.v1"

    released_at: datetime


class SpendInvoiced(_Spend):
    """An invoice charged copies, or a credit note gave charges back. What copies had committed is released by another event.

    Costs for which there is no copy count for no fund; `orders.invoice.matched.v1` has them.
    """

    event_type: ClassVar[str] = "orders.spend.invoiced.v1"

    supplier_id: str
    invoice_id: UUID
    invoice_number: str
    credit: bool = Field(default=False, description="Whether it is a credit note: then amounts are negative")
    invoiced_at: datetime = Field(description="When it counted, not the day on the invoice")
