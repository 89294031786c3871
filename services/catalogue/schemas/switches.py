"""HTTP shapes of switches to another supplier of records, and their conversion from rows. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import RowMapping

from services.catalogue.domain.switching import RecordState, RecordSwitch
from shared.contracts import words
from shared.http.paging import PageQuery
from shared.http.steps import StepView
from shared.sourcing.switches.planning import RuleChanges
from shared.sourcing.switches.shapes import RulesPreview, SwitchSummary, rule_effects, shown
from shared.sourcing.warnings import RuleWarning, Warned


class RecordSwitchSummary(SwitchSummary):
    """A switch to another supplier of records as it was planned, and where it is."""

    from_supplier: str = Field(description="The supplier that is left", examples=["consortium"])
    to_supplier: str = Field(description="The supplier that follows it", examples=["national"])


class RecordSwitchView(RecordSwitchSummary, Warned):
    """A switch with its progress: records per state, and who did what and why. It has warnings while it is planned."""

    records: Mapping[RecordState, int] = Field(
        description="`owed` by the first supplier still; `asked` of the second one; `supplied`, by whomever; `given_up`: the "
        "second one was asked on five days in vain; `unwanted`: no copy is wanted any more",
        examples=[{"owed": 0, "asked": 12, "supplied": 140}],
    )
    history: Sequence[StepView] = Field(description="Who did what and why, oldest first")


class SwitchedRecordQuery(PageQuery):
    """Which records of a switch a list contains."""

    state: RecordState | None = Field(default=None, description="Only records in this state, such as those given up")


class SwitchedRecordView(BaseModel):
    """A record that a switch had asked of the second supplier."""

    model_config = ConfigDict(from_attributes=True)

    isbn: words.Isbn
    state: RecordState = Field(description="Where the record is now")
    taken_at: datetime = Field(description="When the switch had it asked of the second supplier")
    asked_at: datetime | None = Field(description="When the second supplier was asked last; null while it was not")
    times: int | None = Field(description="How often it was asked, on behalf of any council; null while it was not", examples=[2])


class OwedRecord(BaseModel):
    """A book of which the second supplier would be asked for a record."""

    model_config = ConfigDict(from_attributes=True)

    isbn: words.Isbn
    asked_at: datetime = Field(description="When the first supplier was asked last")
    times: int = Field(description="How often it was asked", examples=[2])


class RecordSwitchPreview(RulesPreview):
    """What a switch would do if its first day were today."""

    asked_of: words.SupplierId = Field(description="The supplier that would be asked for records")
    books: int = Field(description="So many books' records would be asked of that supplier", examples=[140])
    listed: Sequence[OwedRecord] = Field(description="The first 200 of them, by ISBN")
    unlisted: int = Field(description="Books beyond those", examples=[0])


def switch_view(
    switch: RecordSwitch,
    records: Mapping[RecordState, int],
    history: Iterable[RowMapping],
    warnings: Sequence[RuleWarning],
) -> RecordSwitchView:
    """Returns a switch with its progress."""
    steps = [StepView.model_validate(dict(step)) for step in history]
    return shown(RecordSwitchView, switch, records=records, history=steps, warnings=warnings)


def preview_view(to_supplier: str, rules: RuleChanges, books: Sequence[RowMapping], owed: int) -> RecordSwitchPreview:
    """Returns what a switch would do."""
    listed = [OwedRecord.model_validate(dict(book)) for book in books]
    return RecordSwitchPreview(
        **rule_effects(rules), asked_of=to_supplier, books=owed, listed=listed, unlisted=owed - len(listed)
    )
