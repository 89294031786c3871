"""What prevents ordering a proposal as it is: all that is shown of it, and that refuses it."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders import usecases
from services.orders.api.refusals import refused_document
from services.orders.domain.asked import AskedOrder
from services.orders.domain.proposals import Proposal, ProposalState
from shared.clock import Clock
from shared.errors import DomainError, Fault

# A valid order number for checking a proposal to which the council has not yet given a number.
_NO_NUMBER_YET = "PROPOSED"


async def as_proposed(connection: AsyncConnection, proposal: Proposal, order_number: str, clock: Clock) -> AskedOrder:
    """Returns the order that a proposal results in as it is. Raises DomainError (422) with every fault."""
    document = await usecases.proposed_document(connection, proposal, order_number)
    try:
        return AskedOrder.model_validate(document)
    except ValidationError as error:
        raise await refused_document(connection, proposal.council, error, document=document, clock=clock) from error


async def faults_of(connection: AsyncConnection, proposal: Proposal, clock: Clock) -> Sequence[Fault]:
    """Returns every fault of an open proposal; none of one that was decided."""
    if proposal.state is not ProposalState.OPEN:
        return ()
    try:
        asked = await as_proposed(connection, proposal, _NO_NUMBER_YET, clock)
    except DomainError as refusal:
        return refusal.faults
    return await usecases.proposal_faults(connection, proposal, asked, clock)
