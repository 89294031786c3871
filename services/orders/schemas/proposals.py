"""HTTP shapes of proposed orders, and their conversion from rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import RowMapping

from services.orders.domain.proposals import Proposal, ProposalState
from shared.contracts.selections import SelectedLine
from shared.errors import Fault
from shared.http.paging import PageQuery
from shared.http.steps import StepView


class FaultView(BaseModel):
    """One fault that prevents ordering the proposal as it is; `pointer` leads to its place in the proposal."""

    model_config = ConfigDict(from_attributes=True)

    pointer: str
    code: str
    detail: str


class ProposalSummary(BaseModel):
    """One row of a list of proposals."""

    model_config = ConfigDict(from_attributes=True)

    proposal_id: UUID
    supplier_id: str
    selection_number: str
    firm: bool
    received_at: datetime
    state: ProposalState
    order_id: UUID | None
    superseded_by: UUID | None


class ProposalView(ProposalSummary):
    """One proposal with its lines, the faults of an open one, and everything that happened to it."""

    message_id: UUID
    lines: list[SelectedLine]
    faults: list[FaultView]
    history: list[StepView]


class ProposalQuery(PageQuery):
    """Which proposals to list; a parameter that is left out does not narrow the list."""

    model_config = ConfigDict(extra="forbid")

    supplier_id: str | None = None
    state: ProposalState | None = None
    selection_number: str | None = None


def proposal_summary(row: RowMapping) -> ProposalSummary:
    """Returns one row of a list."""
    return ProposalSummary.model_validate(dict(row))


def proposal_view(proposal: Proposal, faults: Sequence[Fault], history: Sequence[RowMapping]) -> ProposalView:
    """Returns one proposal with everything known of it."""
    return ProposalView(
        **ProposalSummary.model_validate(proposal).model_dump(),
        message_id=proposal.message_id,
        lines=list(proposal.lines),
        faults=[FaultView.model_validate(fault) for fault in faults],
        history=[StepView.model_validate(dict(step)) for step in history],
    )
