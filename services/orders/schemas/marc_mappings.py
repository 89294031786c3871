"""HTTP shapes of mappings of MARC order data, and of the presets to copy."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.orders.domain.proposal_files import MarcOrderMapping
from services.orders.schemas.filters import SupplierFilter
from shared.contracts import words
from shared.formats.marc.order_data import PRESETS, OrderMapping, Preset
from shared.texts import Text

MappingId = Annotated[
    UUID, Field(description="Our id of the mapping, under which `GET /v1/marc-order-mappings/{mapping_id}` shows it")
]
MappingName = Annotated[Text, Field(description="What the council calls it", examples=["Adult fiction, selection site"])]
PresetName = Annotated[str, Field(description="Name of a preset of `GET /v1/marc-order-presets`", examples=["970"])]


class MappingBody(BaseModel):
    """A mapping: for whose files it is, and either how they are read or the preset to copy."""

    model_config = ConfigDict(extra="forbid")

    supplier_id: SupplierFilter
    name: MappingName = Field(min_length=1, max_length=100)
    preset: PresetName | None = Field(
        default=None,
        max_length=20,
        description="Preset whose mapping is copied; left out where `mapping` is given",
        examples=[None],
    )
    mapping: OrderMapping | None = Field(default=None, description="How files are read; left out where a `preset` is copied")

    @model_validator(mode="after")
    def _one_of_both(self) -> MappingBody:
        """Checks that there is a mapping or a known preset, and not both."""
        if (self.mapping is None) == (self.preset is None):
            raise ValueError("send either `mapping` or `preset`")
        if self.preset is not None and self.preset not in PRESETS:
            raise ValueError(f"there is no preset {self.preset!r}; those there are: {', '.join(PRESETS)}")
        return self

    def wanted(self) -> OrderMapping:
        """Returns the mapping that is wanted."""
        return self.mapping or PRESETS[self.preset or ""].mapping


class MappingView(BaseModel):
    """A mapping as it is kept."""

    model_config = ConfigDict(from_attributes=True)

    mapping_id: MappingId
    supplier_id: words.SupplierId
    name: MappingName
    mapping: OrderMapping = Field(description="How files are read")
    version: words.Version
    created_at: datetime = Field(description="When it was made")
    changed_at: datetime = Field(description="When it was last changed")
    changed_by: words.Actor


class PresetView(BaseModel):
    """A mapping to copy and then change."""

    model_config = ConfigDict(from_attributes=True)

    name: PresetName
    description: str = Field(
        description="Which fields it reads", examples=["One 970 for each copy: $o branch, $f fund, $q quantity, $p price."]
    )
    mapping: OrderMapping = Field(description="What is copied")


def mapping_view(kept: MarcOrderMapping) -> MappingView:
    """Returns a mapping as it is shown."""
    return MappingView.model_validate(kept)


def preset_view(preset: Preset) -> PresetView:
    """Returns a preset as it is shown."""
    return PresetView.model_validate(preset)
