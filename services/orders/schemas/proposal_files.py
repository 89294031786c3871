"""HTTP shapes of files of MARC from which proposals are made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AliasChoices, BaseModel, ConfigDict, Field
from sqlalchemy import RowMapping

from services.orders.domain.proposal_files import FoundInFile, ProposalFile
from services.orders.domain.proposals import Proposal, ProposalState
from services.orders.schemas.filters import SupplierFilter
from services.orders.schemas.marc_mappings import MappingId
from services.orders.schemas.proposals import FaultView, ProposalId, SelectionNumber
from shared.contracts import words
from shared.contracts.selections import SelectedLine
from shared.errors import Fault
from shared.findings import Severity
from shared.formats.marc.order_data import LONGEST_NUMBER
from shared.http.paging import PageQuery
from shared.texts import Reference

FileId = Annotated[UUID, Field(description="Our id of the file, under which `GET /v1/proposal-files/{file_id}` shows it")]
_Records = Annotated[int, Field(description="How many records the file has", examples=[12])]
_Titles = Annotated[int, Field(description="How many of them are proposed, each as one line", examples=[11])]
_KeptAside = Annotated[int, Field(description="How many are not: `findings` says why and what to do", examples=[1])]


class UploadQuery(BaseModel):
    """How a file is read."""

    model_config = ConfigDict(extra="forbid")

    mapping_id: MappingId
    selection_number: Reference = Field(
        default="",
        max_length=LONGEST_NUMBER,
        description="Number of the selection, for all records of the file; without one, that in the records, else one made of "
        "the bytes of the file. Another file with the same number supersedes what is open",
        examples=["SEL-114"],
    )


class ProposalFileQuery(PageQuery):
    """Which files to list."""

    model_config = ConfigDict(extra="forbid")

    supplier_id: SupplierFilter | None = Field(default=None, description="Only files of this supplier")


class RecordFindingView(BaseModel):
    """One thing wrong or unusual in a file. An `error` keeps its record aside; all other records are proposed."""

    model_config = ConfigDict(from_attributes=True)

    record: int | None = Field(description="Number of the record in the file, from 1; null for the file", examples=[7])
    tag: str = Field(description='Tag of the field, or `LDR`; "" for the record as a whole', examples=["970"])
    code: str = Field(description="What it is, for programs", examples=["order-quantity"])
    severity: Severity = Field(description="`error`: the record is kept aside; `warning`: check the line", examples=["error"])
    detail: str = Field(
        validation_alias=AliasChoices("text", "detail"),
        description="The same for people, and what to do about it",
        examples=["the quantity 'two' is not a whole number; correct it, or its place in the mapping"],
    )


class FileProposalView(BaseModel):
    """A proposal that a file became."""

    model_config = ConfigDict(from_attributes=True)

    proposal_id: ProposalId
    selection_number: SelectionNumber
    state: ProposalState = Field(description="As it is now")
    lines: int = Field(description="How many lines it has", examples=[11])


class ProposalFileSummary(BaseModel):
    """One row of a list of files."""

    model_config = ConfigDict(from_attributes=True)

    file_id: FileId
    supplier_id: words.SupplierId
    mapping_id: MappingId
    selection_number: SelectionNumber = Field(description='The number that the upload named; "" where it named none')
    media_type: str = Field(description="Media type of the file", examples=["application/marc"])
    size: int = Field(description="Bytes of the file", examples=[8214])
    records: _Records
    titles: _Titles
    uploaded_at: datetime = Field(description="When it was uploaded")
    uploaded_by: words.Actor


class ProposalFileView(ProposalFileSummary):
    """One file: the proposals that it became, and every record that became no line of one."""

    kept_aside: _KeptAside
    proposals: list[FileProposalView] = Field(description="What it became, in the order of the file")
    findings: list[RecordFindingView] = Field(description="What is wrong or unusual, in the order of the file; at most 1,000")
    more_findings: int = Field(description="How many further findings are not listed", examples=[0])


class PreviewedProposal(BaseModel):
    """A proposal that a file would become."""

    selection_number: SelectionNumber
    lines: list[SelectedLine] = Field(description="What it would propose, in the order of the file")
    faults: list[FaultView] = Field(description="What would prevent ordering it as it is")


class ProposalFilePreview(BaseModel):
    """What would become of a file. Nothing is kept."""

    records: _Records
    titles: _Titles
    kept_aside: _KeptAside
    proposals: list[PreviewedProposal] = Field(description="What it would become, in the order of the file")
    findings: list[RecordFindingView] = Field(description="What is wrong or unusual, in the order of the file; at most 1,000")
    more_findings: int = Field(description="How many further findings are not listed", examples=[0])


def file_summary(row: RowMapping) -> ProposalFileSummary:
    """Returns one row of a list."""
    return ProposalFileSummary.model_validate(dict(row))


def file_view(file: ProposalFile) -> ProposalFileView:
    """Returns one file with everything known of it."""
    return ProposalFileView(
        **ProposalFileSummary.model_validate(file).model_dump(),
        kept_aside=file.records - file.titles,
        proposals=[FileProposalView.model_validate(one) for one in file.proposals],
        findings=[RecordFindingView.model_validate(one) for one in file.findings],
        more_findings=file.more_findings,
    )


def file_preview(found: FoundInFile, proposals: Sequence[tuple[Proposal, Sequence[Fault]]]) -> ProposalFilePreview:
    """Returns what would become of a file: its proposals, each with its faults."""
    return ProposalFilePreview(
        records=found.records,
        titles=found.titles,
        kept_aside=found.records - found.titles,
        proposals=[
            PreviewedProposal(
                selection_number=proposal.selection_number,
                lines=list(proposal.lines),
                faults=[FaultView.model_validate(fault) for fault in faults],
            )
            for proposal, faults in proposals
        ],
        findings=[RecordFindingView.model_validate(one) for one in found.findings],
        more_findings=found.more_findings,
    )
