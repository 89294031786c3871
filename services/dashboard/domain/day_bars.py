"""Bars by day: how much of something there was in each of a row of days or weeks, drawn as SVG with its table. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from shared.drawing import (
    COLOURS,
    GREY,
    INK,
    MARGIN,
    PALE,
    TITLE,
    Drawing,
    Picture,
    Scale,
    Table,
    fitting,
    ticks,
    width_of,
)
from shared.wording import day_in_words

# Fits a phone and half a desk.
_WIDTH, _PLOT = 360, 130
_RIGHT = _WIDTH - MARGIN
_TICKS = 4
_SAMPLE = 14
# A picture says most days several times.
_day = lru_cache(maxsize=1_000)(day_in_words)


@dataclass(frozen=True, slots=True)
class Span:
    """A day, or the days of a week: the first and the last."""

    first: date
    last: date

    @property
    def named(self) -> str:
        """The day in words, or the first and last of a week."""
        return _day(self.first) if self.first == self.last else f"{_day(self.first)} to {_day(self.last)}"


@dataclass(frozen=True, slots=True)
class Series:
    """What is counted, and how much of it there was in each span: None where there is no figure, such as a median of nothing."""

    name: str
    values: Sequence[float | None]


def day_bars(title: str, spans: Sequence[Span], series: Sequence[Series], written: Callable[[float], str]) -> Picture:
    """Returns a picture of bars, those of one span beside each other; `written` gives a figure in words or digits.

    Its title is in the alternative alone: it stands below a heading that says it.
    """
    at = _values(series)
    left = MARGIN + max(width_of(written(value), 12) for value in at) + 8
    top = TITLE + 14 + (22 if len(series) > 1 else 0)
    bottom = top + _PLOT
    drawing = Drawing(f"By {_scale(spans).lower()}", bottom + 24 + MARGIN, _WIDTH)
    across, up = Scale(0, max(1, len(spans)), left, _RIGHT), Scale(at[0], at[-1], bottom, top)
    _draw_legend(drawing, series)
    for value in at:
        drawing.line((left, up(value)), (_RIGHT, up(value)), stroke=PALE)
        drawing.text((left - 8, up(value) + 4), written(value), size=12, anchor="end")
    for place, one in enumerate(series):
        _draw_bars(drawing, one, place, len(series), across, up)
    drawing.line((left, up(0)), (_RIGHT, up(0)), stroke=INK)
    _draw_days(drawing, spans, across, bottom)
    return drawing.finished(_alternative(title, spans, series, written), _table(spans, series, written))


def _scale(spans: Sequence[Span]) -> str:
    return "Week" if any(span.first != span.last for span in spans) else "Day"


def _values(series: Sequence[Series]) -> list[float]:
    """Returns round values for the axis, from 0 or below."""
    values = [0.0, *(value for one in series for value in one.values if value is not None)]
    low, high = min(values), max(values)
    return ticks(low, max(high, low + _TICKS), _TICKS)


def _draw_legend(drawing: Drawing, series: Sequence[Series]) -> None:
    if len(series) < 2:
        return
    x = float(MARGIN)
    for place, one in enumerate(series):
        drawing.rect((x, TITLE + 8), (_SAMPLE, _SAMPLE), fill=_fill(drawing, place), stroke=INK, stroke_width="0.6")
        drawing.text((x + _SAMPLE + 8, TITLE + 20), one.name)
        x += _SAMPLE + 8 + width_of(one.name) + 18


def _fill(drawing: Drawing, place: int) -> str:
    return drawing.hatching(place, COLOURS[place % len(COLOURS)])


def _draw_bars(drawing: Drawing, one: Series, place: int, beside: int, across: Scale, up: Scale) -> None:
    room = across(1) - across(0)
    width, bars = room * 0.8 / beside, []
    for number, value in enumerate(one.values):
        if value:
            above, below = sorted((up(value), up(0)))
            bars.append(((across(number) + room * 0.1 + width * place, above), (width, below - above)))
    drawing.rects(bars, fill=_fill(drawing, place))


def _draw_days(drawing: Drawing, spans: Sequence[Span], across: Scale, bottom: float) -> None:
    if not spans:
        return
    last = len(spans) - 1
    for number, anchor in {0: "start", last // 2: "middle", last: "end"}.items():
        x = {"start": across(number), "middle": across(number + 0.5), "end": across(number + 1)}[anchor]
        drawing.line((across(number + 0.5), bottom), (across(number + 0.5), bottom + 4), stroke=GREY)
        drawing.text((x, bottom + 19), f"{spans[number].first:%-d %b}", size=12, anchor=anchor)


def _alternative(title: str, spans: Sequence[Span], series: Sequence[Series], written: Callable[[float], str]) -> str:
    if not spans:
        return f"{title}. There are no days to show."
    said = [f"{title}, {_day(spans[0].first)} to {_day(spans[-1].last)}. Bars."]
    for one in series:
        known = [(value, span) for value, span in zip(one.values, spans, strict=True) if value]
        if not known:
            said.append(f"{one.name}: nothing.")
            continue
        most = max(known, key=lambda pair: pair[0])
        said.append(
            f"{one.name}: most {most[1].named}, {written(most[0])}; nothing in {len(spans) - len(known)} of {len(spans)}."
        )
    return " ".join(said)


def _table(spans: Sequence[Span], series: Sequence[Series], written: Callable[[float], str]) -> Table:
    rows = [
        (span.named, *("none" if one.values[place] is None else written(one.values[place] or 0) for one in series))
        for place, span in enumerate(spans)
    ]
    return Table((_scale(spans), *(fitting(one.name, 400) for one in series)), tuple(rows))
