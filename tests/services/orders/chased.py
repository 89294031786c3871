"""What tests of chasing share: suppliers that take enquiries or none, policies, and days that pass."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from services.orders.chaser import Chaser
from shared.contracts.delivery import DiscrepancyFound, DiscrepancyKind
from shared.contracts.enquiries import EnquiryRequested
from shared.contracts.suppliers import OrderSent, SendOutcome, SupplierAnnounced
from tests.services.orders.conftest import Orders
from tests.services.orders.goods import consigned

STEPS = {"first_after": 2, "again_after": 3, "at_most": 2}
EVERY_DAY = {"weekends": True}


def announced(supplier: str, *, takes: bool = True) -> SupplierAnnounced:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return SupplierAnnounced(
        supplier_id=supplier, name=supplier.title(), announced_at=at, takes_enquiries=takes, takes_cancellations=True
    )


def sent(order: dict[str, Any], line: dict[str, Any]) -> OrderSent:
    """A line's message went out."""
    return OrderSent(
        council="GB-SFK", supplier_id=line["supplier_id"], order_id=order["order_id"], message_id=uuid4(), control_reference="1",
        line_keys=(line["line_key"],), outcome=SendOutcome.SENT, sent_at=datetime(2026, 3, 1, tzinfo=UTC),
    )  # fmt: skip


def found(order: dict[str, Any], line: dict[str, Any], kind: DiscrepancyKind, *, at: datetime) -> DiscrepancyFound:
    """The first copy of a line did not come, or came damaged."""
    return DiscrepancyFound(
        council="GB-SFK", discrepancy_id=uuid4(), consignment_id=UUID(int=1), supplier_id=line["supplier_id"],
        despatch_number="D1", kind=kind, isbn=line["isbn"], consigned_copy=consigned(order, line)[0], found_at=at,
    )  # fmt: skip


@dataclass
class Chased:
    """The order book with its timer, which takes a turn each day."""

    orders: Orders

    async def policy(self, supplier: str = "national", **situations: Any) -> None:
        """Says how a supplier is chased; every day counts."""
        path = f"/v1/chasing-policies/{supplier}"
        answer = await self.orders.client.put(
            path, json={**EVERY_DAY, **situations}, headers={**self.orders.headers, "If-Match": "*"}
        )
        assert answer.status_code == 200, answer.text

    async def turn(self) -> None:
        """Does what is due today."""
        await Chaser(self.orders.engine, self.orders.clock, zone="Europe/London").turn()

    async def days(self, number: int) -> None:
        """Lets days pass, with a turn on each."""
        for _ in range(number):
            self.orders.clock.advance(timedelta(days=1))
            await self.turn()

    async def asked(self) -> Sequence[EnquiryRequested]:
        """Returns what suppliers were asked so far."""
        return [event for event in await self.orders.sent() if isinstance(event, EnquiryRequested)]

    async def attempts(self) -> list[int]:
        """Returns the number of each attempt so far."""
        return [event.attempt for event in await self.asked()]

    async def enquiries(self, **filters: str) -> list[dict[str, Any]]:
        """Returns enquiries as they are listed, the newest first."""
        query = "&".join(f"{name}={value}" for name, value in filters.items())
        items: list[dict[str, Any]] = (await self.orders.get(f"/v1/enquiries?{query}"))["items"]
        return items

    async def states(self) -> list[str]:
        """Returns the states of all enquiries, the newest first."""
        return [each["state"] for each in await self.enquiries()]
