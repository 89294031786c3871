"""Interval plots: one row per figure, with its point and its 95 % interval, beside a line of reference. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.evidence.domain.intervals import Estimate
from services.evidence.domain.words import Measure, in_words
from shared.drawing import (
    COLOURS,
    GREY,
    INK,
    MARGIN,
    PALE,
    TITLE,
    WIDTH,
    Drawing,
    Picture,
    Scale,
    Table,
    fitting,
    ticks,
    width_of,
)
from shared.texts import plain

_ROW, _LABEL = 28, 170
_LEFT = _LABEL + MARGIN + 12
_TICKS = 4


@dataclass(frozen=True, slots=True)
class Row:
    """One figure with its name."""

    label: str
    estimate: Estimate


def interval_plot(title: str, rows: Sequence[Row], measure: Measure, reference: float | None = 0.0) -> Picture:
    """Returns a picture of figures of one measure. Of differences, the line of reference is at 0; without one it is None."""
    said = [f"{_without_unit(row.estimate, measure)}, n = {row.estimate.n:,}" for row in rows]
    right = max(_LEFT + 80, WIDTH - MARGIN - max((width_of(words, 12) for words in said), default=0.0) - 12)
    top = TITLE + 14
    bottom = top + _ROW * max(1, len(rows))
    drawing = Drawing(title, bottom + (46 if measure.unit else 28) + MARGIN)
    at = _values(rows, reference)
    across = Scale(at[0], at[-1], _LEFT, right)
    _draw_axis(drawing, at, measure, across, (top, bottom))
    if reference is not None:
        drawing.line((across(reference), top), (across(reference), bottom), stroke=INK, stroke_dasharray="5 4")
    for place, (row, words) in enumerate(zip(rows, said, strict=True)):
        y = top + _ROW * (place + 0.5)
        drawing.text((MARGIN, y + 4), fitting(row.label, _LABEL))
        drawing.text((right + 12, y + 4), words, size=12)
        _draw_estimate(drawing, row.estimate, across, y)
    return drawing.finished(_alternative(title, rows, measure, reference), _table(rows, measure))


def _without_unit(estimate: Estimate, measure: Measure) -> str:
    """Returns a figure beside an axis that names the unit."""
    return in_words(estimate, replace(measure, unit=""))


def _values(rows: Sequence[Row], reference: float | None) -> list[float]:
    """Returns round values for an axis that has room for each point, each finite end and the reference."""
    values = [] if reference is None else [reference]
    for row in rows:
        if row.estimate.value is not None:
            interval = row.estimate.interval
            values += [row.estimate.value] if interval is None else [row.estimate.value, interval.low, interval.high]
    finite = [value for value in values if math.isfinite(value)] or [0.0]
    low, high = min(finite), max(finite)
    # A single value has an axis around it, whatever its size.
    around = 0.0 if high - low > 1e-9 * max(abs(low), abs(high)) else 0.5 * abs(high) or 1.0
    return ticks(low - around, high + around, _TICKS)


def _draw_axis(drawing: Drawing, at: Sequence[float], measure: Measure, across: Scale, rows: tuple[float, float]) -> None:
    top, bottom = rows
    # Ticks that are closer than figures are written have one number between them.
    for number, value in {measure.number(value): value for value in reversed(at)}.items():
        drawing.line((across(value), top), (across(value), bottom + 5), stroke=PALE)
        drawing.text((across(value), bottom + 20), number, size=12, anchor="middle")
    drawing.line((across.start, bottom), (across.end, bottom), stroke=GREY)
    drawing.text(((across.start + across.end) / 2, bottom + 38), measure.unit, size=12, anchor="middle")


def _draw_estimate(drawing: Drawing, estimate: Estimate, across: Scale, y: float) -> None:
    if estimate.value is None:
        return
    colour = COLOURS[0]
    if estimate.interval is None:
        drawing.rect((across(estimate.value) - 4, y - 4), (8, 8), fill="#ffffff", stroke=colour, stroke_width="1.6")
        return
    left, right = across(estimate.interval.low), across(estimate.interval.high)
    drawing.line((left, y), (right, y), stroke=colour, stroke_width="2.2")
    drawing.line((left, y - 5), (left, y + 5), stroke=colour, stroke_width="2.2")
    if math.isinf(estimate.interval.high):
        drawing.path([(right - 8, y - 5), (right, y), (right - 8, y + 5)], stroke=colour, stroke_width="2.2")
    else:
        drawing.line((right, y - 5), (right, y + 5), stroke=colour, stroke_width="2.2")
    drawing.rect((across(estimate.value) - 4.5, y - 4.5), (9, 9), fill=colour, stroke="#ffffff")


def _alternative(title: str, rows: Sequence[Row], measure: Measure, reference: float | None) -> str:
    line = "" if reference is None else f" A dashed line marks {measure.in_words(reference)}."
    said = [
        f"{plain(row.label)}: {in_words(row.estimate, measure)}, n = {row.estimate.n:,}.{_side(row.estimate, measure, reference)}"
        for row in rows
    ]
    return " ".join([f"{plain(title)}. Figures with their 95 % intervals.{line}", *(said or ["There are no figures to show."])])


def _side(estimate: Estimate, measure: Measure, reference: float | None) -> str:
    if reference is None or estimate.interval is None:
        return ""
    if reference in estimate.interval:
        return " The interval crosses the dashed line."
    return f" The interval is {'above' if estimate.interval.low > reference else 'below'} {measure.in_words(reference)}."


def _table(rows: Sequence[Row], measure: Measure) -> Table:
    return Table(
        ("Group", "Figure (95 % interval)", "n"),
        tuple((plain(row.label), in_words(row.estimate, measure), f"{row.estimate.n:,}") for row in rows),
    )
