"""HTTP shapes of mappings: staff's corrections of a supplier's references."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

from services.suppliers.domain.mapping import MappedField, Mapping
from services.suppliers.schemas.messages import Reason
from shared.http.paging import PageQuery
from shared.texts import Text


class Scope(StrEnum):
    """The messages that a mapping applies to."""

    MESSAGE = "message"
    SUPPLIER = "supplier"


class NewMapping(Reason):
    """A mapping of a reference in a held message."""

    field: MappedField
    theirs: Text = Field(min_length=1, max_length=100, description="The reference as the supplier's message has it")
    ours: Text = Field(
        min_length=1,
        max_length=100,
        description="What it means: an order number, line key, ISBN or place that is known here, a status of list 12B, "
        "or for a buyer the council's ISIL",
    )
    scope: Scope = Field(default=Scope.MESSAGE, description="For this message only, or for all messages of the supplier")


class MappingQuery(PageQuery):
    """Filters of a list of mappings."""

    field: MappedField | None = None
    message_id: UUID | None = None
    in_force: bool = Field(default=False, description="Only mappings in force: neither replaced nor withdrawn")


class MappingView(BaseModel):
    """One mapping. `version` counts the mappings of the same reference in the same scope."""

    id: UUID
    field: MappedField
    theirs: str
    ours: str
    scope: Scope
    message_id: UUID | None
    version: int
    created_at: datetime
    actor: str
    reason: str
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawn_reason: str | None


def mapping_view(mapping: Mapping) -> MappingView:
    """Renders a mapping."""
    scope = Scope.MESSAGE if mapping.message_id else Scope.SUPPLIER
    return MappingView.model_validate({**asdict(mapping), "scope": scope})
