"""Notes from events what ties councils to suppliers, one function per event. Events may arrive early, late or twice."""

from __future__ import annotations

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


async def order_sent(connection: AsyncConnection, event: OrderSent, _: Envelope) -> None:
    """A message with lines of an order was sent, could not be sent, or may have been."""
    row = event.model_dump(include={"message_id", "order_id", "supplier_id", "sent_at"})
    await keeping_ties.keep_sending(connection, {**row, "outcome": event.outcome.value, "council": council_of(event)})


async def record_requested(connection: AsyncConnection, event: RecordRequested, _: Envelope) -> None:
    """A supplier was asked for the record of a book."""
    await keeping_ties.keep_request(connection, event.model_dump(include={"supplier_id", "isbn", "requested_at"}))


async def reconciliation_compared(connection: AsyncConnection, event: ReconciliationCompared, _: Envelope) -> None:
    """A supplier's list of a council's open lines was compared with ours."""
    row = event.model_dump(exclude={"council"})
    await keeping_ties.keep_reconciliation(connection, {**row, "council": council_of(event)})
