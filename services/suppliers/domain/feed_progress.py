"""How far a file of records was read, and what its reading results in. Pure: no table, route or transport."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from services.suppliers.domain.messages import State
from shared.findings import Severity
from shared.records import KeptAside, Record
from shared.records.reasons import reasons_in_words

_MOST_CODES = 10
NO_BOOK = "the file contains no record of a book"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a file was read: `position` counts records, those kept aside or left out too.

    Kept aside is what is wrong, left out what nobody need act on, such as goods that are no book; the bytes of both are kept.
    `counts` are findings by severity and code.
    """

    begun_at: datetime
    moved_at: datetime
    position: int = 0
    kept_aside: int = 0
    left_out: int = 0
    bytes_read: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    ended_at: datetime | None = None

    @property
    def records(self) -> int:
        """How many records were taken."""
        return self.position - self.kept_aside - self.left_out

    @property
    def rate(self) -> float:
        """Records read in a second, on average; 0 where the time is too short to tell."""
        seconds = (self.moved_at - self.begun_at).total_seconds()
        return self.position / seconds if seconds > 0 else 0.0

    def expected_end(self, size: int) -> datetime | None:
        """Returns when a file of so many bytes will be read; None where it is, or where that cannot be told."""
        elapsed = self.moved_at - self.begun_at
        if self.ended_at is not None or not self.bytes_read or not elapsed:
            return None
        return self.moved_at + elapsed * (max(size - self.bytes_read, 0) / self.bytes_read)

    def reasons(self) -> list[tuple[str, int]]:
        """Returns the codes for which records are kept aside, each with how many, the most frequent first."""
        prefix = f"{Severity.ERROR} "
        codes = {code.removeprefix(prefix): count for code, count in self.counts.items() if code.startswith(prefix)}
        return sorted(codes.items(), key=lambda each: (-each[1], each[0]))

    def after(self, taken: Iterable[Record | KeptAside], *, bytes_read: int, now: datetime) -> Progress:
        """Returns the progress after these further parts of the file."""
        parts = list(taken)
        aside = [each for each in parts if isinstance(each, KeptAside)]
        found = [finding for each in parts if isinstance(each, Record) for finding in each.findings]
        wrong = sum(each.finding.severity is Severity.ERROR for each in aside)
        counts = Counter(self.counts)
        counts.update(f"{finding.severity} {finding.code}" for finding in (*found, *(each.finding for each in aside)))
        return replace(
            self,
            moved_at=max(now, self.moved_at, self.begun_at + timedelta(microseconds=1)),
            position=max([self.position, *(each.number for each in parts)]),
            kept_aside=self.kept_aside + wrong,
            left_out=self.left_out + len(aside) - wrong,
            bytes_read=max(bytes_read, self.bytes_read),
            counts=dict(counts),
        )


@dataclass(frozen=True, slots=True)
class Aside:
    """A part of a file that is kept aside, for a list: its number and first byte, its size, and the reason."""

    number: int
    offset: int
    size: int
    code: str
    text: str


def end_of(progress: Progress, wrong: Iterable[str]) -> tuple[State, str]:
    """Returns the state of a file that was read, and the reason. `wrong` are errors of the file as a whole."""
    reasons = list(wrong)
    if progress.kept_aside:
        why = reasons_in_words(dict(progress.reasons()[:_MOST_CODES]))
        reasons.insert(0, f"{progress.kept_aside:,} of {progress.position:,} records kept aside: {why}")
    if not reasons and not progress.records and any(code.startswith(Severity.WARNING) for code in progress.counts):
        reasons.append(NO_BOOK)
    if not reasons:
        return State.APPLIED, ""
    return (State.PARTLY_APPLIED if progress.records else State.QUARANTINED), "; ".join(reasons)
