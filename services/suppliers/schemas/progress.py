"""HTTP shapes of files of records: how far one is read, and what of it is kept aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from pydantic import BaseModel, Field

from services.suppliers.domain.feed_progress import Aside, Progress
from services.suppliers.schemas.findings import Advise
from services.suppliers.schemas.words import Advice
from shared.findings import Severity
from shared.http.paging import PageQuery
from shared.http.trees import ByteOffset, FindingCode


class AsideQuery(PageQuery):
    """Which records that are kept aside to list."""


class AsideView(BaseModel):
    """A record of a file that could not be read."""

    number: int = Field(description="Its place in the file, from 1", examples=[17])
    offset: ByteOffset
    size: int = Field(description="Bytes that are kept of it", examples=[812])
    code: FindingCode
    text: str = Field(description="Why it could not be read", examples=["the record has no ISBN"])
    advice: Advice


class ReasonView(BaseModel):
    """A reason for which records are kept aside."""

    code: FindingCode
    count: int = Field(description="Records kept aside so far for this reason", examples=[12])
    advice: Advice


class ProgressView(BaseModel):
    """How far a file of records is read."""

    records: int = Field(description="Records taken so far", examples=[4988])
    kept_aside: int = Field(description="Records that could not be read so far", examples=[12])
    left_out: int = Field(
        description="Records left out so far that nobody need act on, such as goods that are no book", examples=[0]
    )
    bytes_read: int = Field(description="Bytes of the file read so far", examples=[8_200_000])
    rate: float = Field(description="Records read in a second, on average", examples=[610.5])
    begun_at: datetime = Field(description="When reading began")
    expected_end_at: datetime | None = Field(description="When it will be read at this rate; null once it is, or if unknown")
    ended_at: datetime | None = Field(description="When it was read to its end; null until then")
    counts: Mapping[str, int] = Field(
        description="Findings about records, by severity and code", examples=[{"error no-isbn": 12, "warning no-subject": 340}]
    )
    reasons: Sequence[ReasonView] = Field(description="Why records are kept aside, the most frequent reason first")


def aside_view(aside: Aside, advise: Advise) -> AsideView:
    """Renders a record that is kept aside, with the advice on its reason."""
    return AsideView(**asdict(aside), advice=advise(aside.code, Severity.ERROR))


def progress_view(progress: Progress, size: int, advise: Advise) -> ProgressView:
    """Renders how far a file of so many bytes is read."""
    return ProgressView(
        records=progress.records,
        kept_aside=progress.kept_aside,
        left_out=progress.left_out,
        bytes_read=min(progress.bytes_read, size),
        rate=round(progress.rate, 1),
        begun_at=progress.begun_at,
        expected_end_at=progress.expected_end(size),
        ended_at=progress.ended_at,
        counts=progress.counts,
        reasons=[ReasonView(code=code, count=count, advice=advise(code, Severity.ERROR)) for code, count in progress.reasons()],
    )
