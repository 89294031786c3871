"""HTTP shapes of proposed orders, and their conversion from rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AliasChoices, BaseModel, ConfigDict, Field
from sqlalchemy import RowMapping

from services.orders.domain.proposals import Proposal, ProposalState
from services.orders.schemas.filters import SupplierFilter
from shared.contracts import words
from shared.contracts.selections import SelectedLine
from shared.errors import Fault
from shared.http.paging import PageQuery
from shared.http.steps import StepView

ProposalId = Annotated[UUID, Field(description="Our id of the proposal, under which `GET /v1/proposals/{proposal_id}` shows it")]
SelectionNumber = Annotated[str, Field(description="The supplier's number of the selection", examples=["SEL-114"])]


class FaultView(BaseModel):
    """One fault that prevents ordering the proposal as it is; `pointer` leads to its place in the proposal."""

    model_config = ConfigDict(from_attributes=True)

    pointer: str = Field(description="Leads to its place in the proposal (RFC 6901)", examples=["/lines/0/copies/0/fund"])
    code: str = Field(description="What is wrong, for programs", examples=["unknown-fund"])
    detail: str = Field(
        description="The same for people, and how to put it right",
        examples=["No fund 'CHILD'; see GET /v1/funds, or add it with PUT /v1/funds."],
    )


class ProposalSummary(BaseModel):
    """One row of a list of proposals."""

    model_config = ConfigDict(from_attributes=True)

    proposal_id: ProposalId
    supplier_id: words.SupplierId
    selection_number: SelectionNumber
    firm: bool = Field(description="Whether the supplier states that its selection is final")
    received_at: datetime = Field(description="When the exchange received it")
    state: ProposalState = Field(description="`open` waits for a decision; `superseded`: a later one took its place")
    order_id: words.OrderId | None = Field(description="The order that it became; null until it is accepted", examples=[None])
    superseded_by_proposal_id: ProposalId | None = Field(
        validation_alias=AliasChoices("superseded_by", "superseded_by_proposal_id"),
        description="The later proposal of the same selection; null where there is none",
        examples=[None],
    )


class ProposalView(ProposalSummary):
    """One proposal with its lines, the faults of an open one, and everything that happened to it."""

    message_id: UUID = Field(
        description="Id of the supplier's message in the exchange's `/v1/messages`; that of the file where it was in one"
    )
    file_id: UUID | None = Field(
        description="The file that it was in, as `GET /v1/proposal-files/{file_id}` shows it; null for a supplier's message",
        examples=[None],
    )
    lines: list[SelectedLine] = Field(description="What the supplier selected, in its order")
    faults: list[FaultView] = Field(description="What prevents ordering it as it is; empty for nothing, and where it is not open")
    history: list[StepView] = Field(description="Everything that happened to it, oldest first")


class ProposalQuery(PageQuery):
    """Which proposals to list; a parameter that is left out does not narrow the list."""

    model_config = ConfigDict(extra="forbid")

    supplier_id: SupplierFilter | None = Field(default=None, description="Only proposals of this supplier")
    state: ProposalState | None = Field(default=None, description="Only proposals in this state, such as `open`")
    selection_number: SelectionNumber | None = Field(
        default=None, max_length=70, description="Only those of the selection with this number of its supplier"
    )


def proposal_summary(row: RowMapping) -> ProposalSummary:
    """Returns one row of a list."""
    return ProposalSummary.model_validate(dict(row))


def proposal_view(proposal: Proposal, faults: Sequence[Fault], history: Sequence[RowMapping]) -> ProposalView:
    """Returns one proposal with everything known of it."""
    return ProposalView(
        **ProposalSummary.model_validate(proposal).model_dump(),
        message_id=proposal.message_id,
        file_id=proposal.file_id,
        lines=list(proposal.lines),
        faults=[FaultView.model_validate(fault) for fault in faults],
        history=[StepView.model_validate(dict(step)) for step in history],
    )
