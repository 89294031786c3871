"""HTTP shapes of when a council's mailboxes get files of records."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt

from services.catalogue.domain.filing import Filing, Wish
from shared.contracts import words


class Weekday(StrEnum):
    """A day of the week."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


_WEEK = list(Weekday)
_Days = Annotated[list[Weekday], Field(max_length=7)]


class RecordFilesBody(BaseModel):
    """When the council's mailboxes get files of records, and of which."""

    model_config = ConfigDict(extra="forbid")

    days: _Days = Field(description="On which days; empty: no files", examples=[["monday", "thursday"]])
    hour: StrictInt = Field(default=4, ge=0, le=23, description="From which hour on, in the council's time zone", examples=[4])
    only_passing: StrictBool = Field(
        default=False, description="Whether records below the council's minimum are left out until they pass it", examples=[False]
    )

    def wish(self) -> Wish:
        """Returns what is wished."""
        return Wish(frozenset(_WEEK.index(day) + 1 for day in self.days), self.hour, self.only_passing)


class RecordFilesView(BaseModel):
    """What is in force, and how many files were made."""

    days: list[Weekday] = Field(description="On which days; empty: no files", examples=[["monday", "thursday"]])
    hour: int = Field(description="From which hour on, in the council's time zone", examples=[4])
    only_passing: bool = Field(description="Whether records below the council's minimum are left out", examples=[False])
    files: int = Field(description="How many files were made so far, which is the number of the last one", examples=[7])
    reached_at: datetime | None = Field(description="Until when changes are in files; null where the council never wanted any")
    set_by: words.Actor | None = Field(description="Who set this; null where nobody did")
    set_at: datetime | None = Field(description="When it was set; null where it never was")


def record_files_view(filing: Filing | None) -> RecordFilesView:
    """Returns what is in force; without files where a council never wanted any."""
    if filing is None:
        return RecordFilesView(days=[], hour=4, only_passing=False, files=0, reached_at=None, set_by=None, set_at=None)
    return RecordFilesView(
        days=[_WEEK[day - 1] for day in sorted(filing.wish.days)],
        hour=filing.wish.hour,
        only_passing=filing.wish.only_passing,
        files=filing.file_number,
        reached_at=filing.reached_at,
        set_by=filing.set_by,
        set_at=filing.set_at,
    )
