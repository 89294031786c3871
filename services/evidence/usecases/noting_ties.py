"""Notes from events what ties councils to suppliers, one function per kind of event. Events may arrive early, late or twice."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.store import keeping_ties
from services.evidence.usecases.noting import council_of
from shared.contracts.catalogue import CatalogueRuleChanged, RecordRequested
from shared.contracts.delivery import DeliveryRuleChanged
from shared.contracts.orders import SourcingRuleChanged
from shared.contracts.suppliers import OrderSent, ReconciliationCompared
from shared.messaging.envelope import Envelope
from shared.sourcing.rules import Strand

AnyRule = SourcingRuleChanged | CatalogueRuleChanged | DeliveryRuleChanged
_STRANDS: dict[type[AnyRule], Strand] = {
    SourcingRuleChanged: Strand.ORDERING,
    CatalogueRuleChanged: Strand.CATALOGUE,
    DeliveryRuleChanged: Strand.DELIVERY,
}


async def rule_changed(connection: AsyncConnection, event: AnyRule, _: Envelope) -> None:
    """A council has a new rule of a strand, or ended one."""
    row = event.model_dump(include={"rule_id", "supplier_id", "valid_from", "valid_to"})
    await keeping_ties.keep_rule(connection, {**row, "strand": _STRANDS[type(event)].value, "council": council_of(event)})


async def orders_sent(connection: AsyncConnection, arrived: Sequence[tuple[OrderSent, Envelope]]) -> None:
    """Messages with lines of an order were sent, could not be sent, or may have been."""
    rows = [
        {
            "message_id": event.message_id,
            "order_id": event.order_id,
            "council": council_of(event),
            "supplier_id": event.supplier_id,
            "outcome": event.outcome.value,
            "sent_at": event.sent_at,
        }
        for event, _ in arrived
    ]
    await keeping_ties.keep_sendings(connection, rows)


async def records_requested(connection: AsyncConnection, arrived: Sequence[tuple[RecordRequested, Envelope]]) -> None:
    """Suppliers were asked for the records of books."""
    rows = [event.model_dump(include={"supplier_id", "isbn", "requested_at"}) for event, _ in arrived]
    await keeping_ties.keep_requests(connection, rows)


async def reconciliation_compared(connection: AsyncConnection, event: ReconciliationCompared, _: Envelope) -> None:
    """A supplier's list of a council's open lines was compared with ours."""
    row = event.model_dump(exclude={"council"})
    await keeping_ties.keep_reconciliation(connection, {**row, "council": council_of(event)})
