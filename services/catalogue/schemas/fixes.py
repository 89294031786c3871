"""HTTP shapes of what cataloguers fix, and their conversion. Decides nothing."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_jsonable_python

from services.catalogue.domain.fixes import Fix
from shared.texts import Text


class Lift(BaseModel):
    """Why a fix is lifted."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    reason: Text = Field(min_length=3, max_length=500, description="In words that a colleague will understand next year")


class NewFix(Lift):
    """A field of a title as a cataloguer says that it is."""

    field: str = Field(max_length=40, description="A field of the description, such as `publisher` or `subjects`")
    value: object = Field(description="What the field is, in the form that it has in the description of a title")


class FixView(BaseModel):
    """A fix of one field, and how it ended, if it did."""

    field: str
    value: object
    council: str
    actor: str
    reason: str
    made_at: datetime
    lifted_at: datetime | None
    lifted_by: str
    lifted_reason: str


def fix_view(fix: Fix) -> FixView:
    """Returns a fix with the value of its field alone."""
    value = to_jsonable_python(getattr(fix.description, fix.field))
    names = ("field", "council", "actor", "reason", "made_at", "lifted_at", "lifted_by", "lifted_reason")
    return FixView(value=value, **{name: getattr(fix, name) for name in names})
