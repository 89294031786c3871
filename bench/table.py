"""Rows of the benchmark's table, and how it is printed. Measures nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One claim: our figure, the yardstick's in the same run, and the target of their ratio.

    `higher`: whether a higher ratio is better. Figures are in `unit`.
    """

    claim: str
    ours: float
    yardstick: float
    unit: str
    target: float
    higher: bool = True

    @property
    def ratio(self) -> float:
        """Our figure divided by the yardstick's."""
        return self.ours / self.yardstick

    @property
    def met(self) -> bool:
        """Whether the ratio meets its target."""
        return self.ratio >= self.target if self.higher else self.ratio <= self.target


def p95(figures: Sequence[float]) -> float:
    """Returns the 95th percentile."""
    return sorted(figures)[int(len(figures) * 0.95)]


def markdown(rows: list[Row]) -> str:
    """Returns the table as Markdown."""
    lines = ["| claim | ours | yardstick | ratio | target | met |", "|---|---:|---:|---:|---:|---|"]
    for row in rows:
        sign = "≥" if row.higher else "≤"
        figures = f"{row.ours:,.0f} {row.unit} | {row.yardstick:,.0f} {row.unit}"
        lines.append(f"| {row.claim} | {figures} | {row.ratio:.2f} | {sign} {row.target:g} | {'yes' if row.met else '**no**'} |")
    return "\n".join(lines)
