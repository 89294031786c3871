"""HTTP shapes of what cataloguers fix, and their conversion. Decides nothing."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_jsonable_python

from services.catalogue.domain.fixes import Fix
from shared.contracts import words
from shared.texts import Text


class Lift(BaseModel):
    """Why a fix is lifted."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    reason: Text = Field(
        min_length=3,
        max_length=500,
        description="Why, in words that a colleague will understand next year",
        examples=["As on the title page of our copy"],
    )


class NewFix(Lift):
    """A field of a title as a cataloguer says that it is."""

    field: str = Field(
        max_length=40, description="A field of the description, such as `publisher` or `subjects`", examples=["publisher"]
    )
    value: object = Field(
        description="What the field is, in the form that it has in the description of a title", examples=["Penguin Books"]
    )


class FixView(BaseModel):
    """A fix of one field, and how it ended, if it did."""

    fix_id: UUID = Field(description="Identifies the fix")
    field: str = Field(description="The field of the description that it fixes", examples=["publisher"])
    value: object = Field(description="What the field is, in the form that it has in the description", examples=["Penguin Books"])
    council: words.CouncilCode = Field(description="ISIL of the council whose cataloguer fixed it")
    actor: words.Actor = Field(description="Who fixed it")
    reason: str = Field(description="Why", examples=["As on the title page of our copy"])
    made_at: datetime = Field(description="When it was fixed")
    lifted_at: datetime | None = Field(description="When it was lifted, or fixed again; null while it is in force")
    lifted_by: str = Field(description='Who lifted it, or fixed the field again; "" while it is in force', examples=["m.okafor"])
    lifted_reason: str = Field(description='Why; "" while it is in force', examples=["The supplier has corrected its record"])


def fix_view(fix: Fix) -> FixView:
    """Returns a fix with the value of its field alone."""
    value = to_jsonable_python(getattr(fix.description, fix.field))
    names = ("fix_id", "field", "council", "actor", "reason", "made_at", "lifted_at", "lifted_by", "lifted_reason")
    return FixView(value=value, **{name: getattr(fix, name) for name in names})
