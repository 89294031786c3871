"""What was measured of both suppliers and of both arms, in a few lines, and the report as files. Computes no figure."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from rich.table import Table

from local.lms.answers import Answer, Costs, CostsOfGroup
from local.lms.calls import Service
from shared.clock import Clock
from shared.money import amount_in_words

SCOPES = ("evidence:read", "evidence:write")
REPORT_ENDING = ".html"
_HTML = "text/html"
_POLL_SECONDS = 2.0
_LIMIT_SECONDS = 60.0
_SHOWN = {
    "promises_kept": "promises kept",
    "discrepancies_per_thousand": "discrepancies per thousand",
    "hands_per_thousand": "work of staff per thousand",
    "record_score_mean": "score of records, of 100",
}
_SHARE, _POINTS = "share", "points of 1"


class Measure(Answer):
    """A measure with n and its 95 % interval."""

    measure: str
    unit: str
    value: float | None
    low: float | None
    high: float | None
    n: int

    def in_words(self) -> str:
        """Returns value, interval and n for a cell of a table; a share in per cent."""
        if self.value is None:
            return f"not known (n {self.n})"
        if self.low is None:
            return f"{self._number(self.value)} (n {self.n})"
        high = "more" if self.high is None else self._number(self.high)
        return f"{self._number(self.value)} ({self._number(self.low)} to {high}; n {self.n})"

    def _number(self, value: float) -> str:
        if self.unit == _POINTS:
            return f"{value * 100:.0f} points"
        return f"{value:.0%}" if self.unit == _SHARE else f"{value:.0f}"


class Group(Answer):
    """The measures of a group of copies."""

    key: str
    copies: int
    withdrawn: int
    measures: tuple[Measure, ...]


class Difference(Measure):
    """How a measure differs: the pilot arm's value less the control arm's. `note`: why that cannot be told, or None."""

    trial: str
    note: str | None


class Measures(Answer):
    """The answer about measures."""

    groups: tuple[Group, ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Evidence about the orders of these days, read through its API. Calls raise UnexpectedAnswer."""

    service: Service
    clock: Clock

    async def complete(self, copies: int) -> Measures:
        """Returns the measures by supplier once they are about so many copies, and neither they nor costs change any more."""
        before, limit = None, time.monotonic() + _LIMIT_SECONDS
        while True:
            measures = await self.measures("supplier")
            now = (measures, await self.costs())
            counted = sum(group.copies for group in measures.groups)
            if (counted == copies and now == before) or time.monotonic() > limit:
                return measures
            before = now
            await asyncio.sleep(_POLL_SECONDS)

    async def measures(self, by: str) -> Measures:
        """Returns the measures of all groups."""
        return await self.service.get("/v1/measures", Measures, self._query(by))

    async def costs(self) -> Costs:
        """Returns what copies cost by supplier."""
        return await self.service.get("/v1/costs", Costs, self._query("supplier"))

    async def report(self, by: str, folder: Path) -> Path:
        """Writes the report into a folder; returns the file."""
        answer = await self.service.fetch("/v1/report", _HTML, self._query(by))
        file = folder / f"report-by-{by}{REPORT_ENDING}"
        await asyncio.to_thread(file.write_bytes, answer.content)
        return file

    def _query(self, by: str) -> dict[str, str | int]:
        today = self.clock.today()
        # A story that is played around midnight began yesterday.
        return {"from": (today - timedelta(days=1)).isoformat(), "to": today.isoformat(), "by": by}


def measures_table(title: str, groups: Sequence[Group]) -> Table:
    """Returns a row for each group: value, 95 % interval and n of a few measures."""
    table = Table(title=title)
    table.add_column(no_wrap=True)
    table.add_column("copies", justify="right")
    table.add_column("withdrawn", justify="right")
    for name in _SHOWN.values():
        table.add_column(name, justify="right")
    for group in groups:
        found = {one.measure: one.in_words() for one in group.measures}
        table.add_row(group.key, str(group.copies), str(group.withdrawn), *(found[name] for name in _SHOWN))
    return table


def difference_lines(differences: Sequence[Difference]) -> list[str]:
    """Returns a line for each difference of the arms."""
    return [
        f"Pilot less control, {_SHOWN[one.measure]}: {one.in_words()}{f'; {one.note}' if one.note else ''}"
        for one in differences
        if one.measure in _SHOWN
    ]


def cost_lines(costs: Costs, suppliers: Sequence[str]) -> list[str]:
    """Returns a line for each supplier: what its copies cost, or that it has invoiced none."""
    found = {group.key: group for group in costs.groups}
    return [_cost_line(supplier, found.get(supplier)) for supplier in suppliers]


def _cost_line(supplier: str, group: CostsOfGroup | None) -> str:
    if group is None or group.paid_per_copy is None or group.whole_per_copy is None:
        return f"{supplier}: no invoice was matched, so nothing is known of its prices."
    paid, whole = (amount_in_words(round(minor), group.currency) for minor in (group.paid_per_copy, group.whole_per_copy))
    return f"{supplier}: a copy cost {paid} by invoice and {whole} with the council's own work ({group.copies} copies invoiced)."
