"""HTTP shapes of mappings: staff's corrections of a supplier's references."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from services.suppliers.domain.mapping import MappedField, Mapping
from services.suppliers.domain.suggestions import Suggestion
from services.suppliers.schemas.words import Reason
from shared.contracts.words import Actor, BookTitle, Isbn, LineKey, OrderId, OrderNumber
from shared.http.paging import PageQuery
from shared.texts import Text


class Scope(StrEnum):
    """The messages that a mapping applies to."""

    MESSAGE = "message"
    SUPPLIER = "supplier"


class ProposedMapping(BaseModel):
    """What a reference in a held message is to mean."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    field: MappedField = Field(description="Kind of reference that is wrong")
    theirs: Text = Field(
        min_length=1, max_length=100, description="The reference as the supplier's message has it", examples=["SFK-2026-0024"]
    )
    ours: Text = Field(
        min_length=1,
        max_length=100,
        description="What it means: an order number, line key, ISBN or place that is known here, a status of list 12B, "
        "or for a buyer the council's ISIL",
        examples=["SFK-2026-0042"],
    )
    scope: Scope = Field(default=Scope.MESSAGE, description="For this message only, or for all messages of the supplier")


class NewMapping(Reason, ProposedMapping):
    """A mapping of a reference in a held message."""


class MappingQuery(PageQuery):
    """Filters of a list of mappings."""

    field: MappedField | None = Field(default=None, description="Only mappings of this kind of reference")
    message_id: UUID | None = Field(default=None, description="Only mappings for this message alone")
    in_force: bool = Field(default=False, description="Only mappings in force: neither replaced nor withdrawn")


class MappingView(BaseModel):
    """One mapping. `version` counts the mappings of the same reference in the same scope."""

    mapping_id: UUID = Field(
        description="Our id of the mapping, under which `GET /v1/mappings/{mapping_id}` shows it",
        validation_alias=AliasChoices("id", "mapping_id"),
    )
    field: MappedField = Field(description="Kind of reference that it corrects")
    theirs: str = Field(description="The reference as the supplier writes it", examples=["SFK-2026-0024"])
    ours: str = Field(description="Our reference that it means", examples=["SFK-2026-0042"])
    scope: Scope = Field(description="`message`: for one message; `supplier`: for all messages of the supplier")
    message_id: UUID | None = Field(description="The message that it is for; null where it is for all")
    version: int = Field(
        description="1 for the first mapping of this reference in this scope, and one more each time", examples=[1]
    )
    created_at: datetime = Field(description="When it was made")
    actor: Actor
    reason: str = Field(description="Why, in that person's words", examples=["The supplier confirmed by telephone what it meant"])
    withdrawn_at: datetime | None = Field(description="When it ended; null while it is in force, or replaced")
    withdrawn_by: str | None = Field(description="Who ended it; null while nobody has", examples=["j.archer"])
    withdrawn_reason: str | None = Field(
        description="Why, in that person's words; null while nobody has", examples=["The supplier has corrected its system"]
    )


def mapping_view(mapping: Mapping) -> MappingView:
    """Renders a mapping."""
    scope = Scope.MESSAGE if mapping.message_id else Scope.SUPPLIER
    return MappingView.model_validate({**asdict(mapping), "scope": scope})


class ReferenceView(BaseModel):
    """A reference of the supplier in a message, which a mapping can correct."""

    field: MappedField = Field(description="Kind of reference")
    theirs: str = Field(description="The reference as the supplier writes it", examples=["SFK-2026-0024"])
    known: bool | None = Field(
        description="Whether an order, line or account here has it; null for places and status codes, which are not looked up"
    )
    mapped_to: str | None = Field(
        description="What the mapping in force makes of it; null without a mapping", examples=["SFK-2026-0042"]
    )


class ReferencesView(BaseModel):
    """The references in a message that mappings can correct: at most 1,000, those that are not known here first."""

    references: Sequence[ReferenceView] = Field(description="Each once, for each kind of reference that it is")


class SuggestionQuery(BaseModel):
    """Which reference to suggest the meaning of."""

    model_config = ConfigDict(extra="forbid")

    field: MappedField = Field(description="Kind of reference")
    theirs: Text = Field(
        min_length=1, max_length=100, description="The reference as the supplier's message has it", examples=["SFK-2026-0024"]
    )


class SuggestionView(BaseModel):
    """A reference of ours that may be meant."""

    ours: str = Field(description="Our reference, for `ours` of a mapping", examples=["SFK-2026-0042"])
    why: str = Field(description="Why it may be meant", examples=["the ISBN is the same and it is written alike"])
    order_id: OrderId | None = Field(description="The order that it is of; null for a council or a status code")
    order_number: OrderNumber | None = Field(description="Number of that order; null likewise")
    line_key: LineKey | None = Field(description="A line that it is of; null likewise")
    isbn: Isbn | None = Field(description="The book of that line; null likewise")
    title: BookTitle | None = Field(description="What that book is called; null likewise")


class SuggestionsView(BaseModel):
    """What a reference in a message may mean."""

    suggestions: Sequence[SuggestionView] = Field(description="The best first; none where nothing here fits")


def suggestion_view(suggestion: Suggestion) -> SuggestionView:
    """Renders a suggestion."""
    line = suggestion.line
    return SuggestionView(
        ours=suggestion.ours,
        why=suggestion.why,
        order_id=line and line.order_id,
        order_number=line and line.order_number,
        line_key=line and line.line_key,
        isbn=line and line.ordered.isbn,
        title=line and line.ordered.title,
    )
