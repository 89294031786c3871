"""HTTP shapes of the field of MARC in which a council's system loads copies."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.catalogue.store import ItemProfile
from shared.contracts import words
from shared.formats.marc import CopyFields

CopyField = Literal["branch", "shelfmark", "barcode", "price", "fund", "item_type", "collection"]
Code = Annotated[
    str, Field(pattern="^[0-9a-z]$", max_length=1, description="Code of the subfield: one letter or digit", examples=["a"])
]


class CopySubfield(BaseModel):
    """A subfield that has data of the copy."""

    model_config = ConfigDict(extra="forbid")

    code: Code
    field: CopyField = Field(description="What of the copy it has")


class FixedSubfield(BaseModel):
    """A subfield that always has the same text."""

    model_config = ConfigDict(extra="forbid")

    code: Code
    text: str = Field(
        min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$", description="What it always says", examples=["ddc"]
    )


class ItemFields(BaseModel):
    """The field of MARC 21 in which the council's system loads a copy, once for each copy."""

    model_config = ConfigDict(extra="forbid")

    tag: str = Field(
        pattern="^(852|87[678]|9[0-9]{2})$",
        max_length=3,
        description="852, 876 to 878, or 900 to 999; Koha takes 952",
        examples=["952"],
    )
    subfields: list[CopySubfield] = Field(min_length=1, max_length=36, description="In the order in which they are written")
    fixed: list[FixedSubfield] = Field(
        default=[], max_length=36, description="Written before the others", examples=[[{"code": "2", "text": "ddc"}]]
    )

    @model_validator(mode="after")
    def _has_each_code_once(self) -> Self:
        codes = [each.code for each in self.fixed] + [each.code for each in self.subfields]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise ValueError(f"subfield ${twice[0]} is there twice: each copy is one field, and has each subfield once")
        return self

    def as_fields(self) -> CopyFields:
        """Returns the field as the writer of MARC takes it."""
        subfields = tuple((each.code, each.field) for each in self.subfields)
        return CopyFields(self.tag, subfields, tuple((each.code, each.text) for each in self.fixed))


class ItemFieldsView(ItemFields):
    """The field that is in force, and who chose it when; both null where it is the usual one."""

    set_by: words.Actor | None = Field(description="Who chose it; null where it is the usual one")
    set_at: datetime | None = Field(description="When it was chosen; null where it is the usual one")


def item_fields_view(written: CopyFields, profile: ItemProfile | None) -> ItemFieldsView:
    """Returns the field of a council's profile, or the usual one where it has none."""
    return ItemFieldsView.model_validate(
        {
            "tag": written.tag,
            "subfields": [{"code": code, "field": name} for code, name in written.subfields],
            "fixed": [{"code": code, "text": text} for code, text in written.fixed],
            "set_by": None if profile is None else profile.set_by,
            "set_at": None if profile is None else profile.set_at,
        }
    )
