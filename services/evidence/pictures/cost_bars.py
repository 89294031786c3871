"""Cost bars: what a copy or a group cost, one bar each, stacked of parts such as price, carriage and work. Pure.

Amounts stay exact up to the words. Only their places on the paper are floats.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

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
from shared.money import amount_in_words
from shared.texts import plain

_ROW, _BAR, _LABEL, _SAMPLE = 40, 24, 170, 16
_LEFT = _LABEL + MARGIN + 12
_TICKS = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, and its parts in minor units: whole ones of totals, decimals of means. A discount is negative."""

    label: str
    parts: Mapping[str, int | Decimal]

    @property
    def total(self) -> Decimal:
        """Returns the sum of the parts."""
        return sum(map(Decimal, self.parts.values()), Decimal())


def cost_bars(title: str, bars: Sequence[Bar], currency: str) -> Picture:
    """Returns a picture of costs. Parts below zero are drawn to the left of it; the total is beside its bar and marked in it."""
    names = list(dict.fromkeys(name for bar in bars for name in bar.parts))
    totals = [_in_words(bar.total, currency) for bar in bars]
    note = _note(bars)
    right = max(_LEFT + 80, WIDTH - MARGIN - max((width_of(words) for words in totals), default=0.0) - 16)
    # A bar that begins below zero ends beyond its total, so that the total needs a mark.
    legend = _places([*names, *(["Total"] if any(_reach(bar)[0] for bar in bars) else [])])
    top = TITLE + 14 + (legend[-1][1] + 24 if legend else 0)
    bottom = top + _ROW * max(1, len(bars))
    drawing = Drawing(title, bottom + 28 + (18 if note else 0) + MARGIN)
    at = ticks(min((float(_reach(bar)[0]) for bar in bars), default=0.0), _furthest(bars), _TICKS)
    across = Scale(at[0], at[-1], _LEFT, right)
    _draw_legend(drawing, names, legend)
    _draw_axis(drawing, at, currency, across, (top, bottom))
    for place, (bar, words) in enumerate(zip(bars, totals, strict=True)):
        y = top + _ROW * (place + 0.5)
        drawing.text((MARGIN, y + 4), fitting(bar.label, _LABEL))
        drawing.text((right + 16, y + 4), words, weight="bold")
        _draw_bar(drawing, bar, names, across, y)
    drawing.line((across(0), top), (across(0), bottom), stroke=INK)
    drawing.text((MARGIN, bottom + 42), note, size=12)
    return drawing.finished(_alternative(title, bars, currency), _table(bars, names, currency))


def _in_words(minor: int | Decimal, currency: str) -> str:
    return amount_in_words(_whole(minor), currency)


def _whole(minor: int | Decimal) -> int:
    return int(Decimal(minor).quantize(Decimal(1), ROUND_HALF_UP))


def _note(bars: Sequence[Bar]) -> str:
    """Returns a sentence where amounts as they are shown do not add up, which somebody would take for an error."""
    if all(sum(map(_whole, bar.parts.values())) == _whole(bar.total) for bar in bars):
        return ""
    return "Each amount is rounded by itself, so parts may not add up to their total exactly."


def _reach(bar: Bar) -> tuple[Decimal, Decimal]:
    """Returns how far a bar reaches below and above zero."""
    parts = [Decimal(part) for part in bar.parts.values()]
    return sum((part for part in parts if part < 0), Decimal()), sum((part for part in parts if part > 0), Decimal())


def _furthest(bars: Sequence[Bar]) -> float:
    reached = max((float(_reach(bar)[1]) for bar in bars), default=0.0)
    # An axis needs a length also where nothing cost anything.
    return reached or 100.0


def _places(names: Sequence[str]) -> list[tuple[float, float]]:
    """Returns where each part's sample is in the legend, which breaks its lines."""
    places, x, y = [], 0.0, 0.0
    for name in names:
        width = _SAMPLE + 8 + width_of(_shown(name)) + 20
        if x and x + width > WIDTH - 2 * MARGIN:
            x, y = 0.0, y + 22
        places.append((x, y))
        x += width
    return places


def _shown(name: str) -> str:
    return fitting(name, 260)


def _draw_legend(drawing: Drawing, names: Sequence[str], places: Sequence[tuple[float, float]]) -> None:
    for number, (right, down) in enumerate(places):
        x, y = MARGIN + right, TITLE + 10 + down
        if number < len(names):
            drawing.rect((x, y), (_SAMPLE, _SAMPLE), fill=_fill(drawing, number), stroke=INK, stroke_width="0.8")
        else:
            drawing.line((x + _SAMPLE / 2, y - 1), (x + _SAMPLE / 2, y + _SAMPLE + 1), stroke_width="2.4")
        drawing.text((x + _SAMPLE + 8, y + 13), _shown(names[number]) if number < len(names) else "Total")


def _fill(drawing: Drawing, number: int) -> str:
    # The second round of colours has other hatchings than the first.
    return drawing.hatching(number + number // len(COLOURS), COLOURS[number % len(COLOURS)])


def _draw_axis(drawing: Drawing, at: Sequence[float], currency: str, across: Scale, rows: tuple[float, float]) -> None:
    top, bottom = rows
    for value in at:
        drawing.line((across(value), top), (across(value), bottom + 5), stroke=PALE)
        drawing.text((across(value), bottom + 20), amount_in_words(round(value), currency), size=12, anchor="middle")
    drawing.line((across.start, bottom), (across.end, bottom), stroke=GREY)


def _draw_bar(drawing: Drawing, bar: Bar, names: Sequence[str], across: Scale, y: float) -> None:
    below = above = Decimal()
    for number, name in enumerate(names):
        amount = Decimal(bar.parts.get(name, 0))
        if amount == 0:
            continue
        start = above if amount > 0 else below
        left, right = sorted((across(float(start)), across(float(start + amount))))
        drawing.rect((left, y - _BAR / 2), (right - left, _BAR), fill=_fill(drawing, number), stroke=INK, stroke_width="0.8")
        above, below = (above + amount, below) if amount > 0 else (above, below + amount)
    if below:
        total = across(float(bar.total))
        drawing.line((total, y - _BAR / 2 - 5), (total, y + _BAR / 2 + 5), stroke=INK, stroke_width="2.4")


def _alternative(title: str, bars: Sequence[Bar], currency: str) -> str:
    said = []
    for bar in bars:
        parts = ", ".join(f"{plain(name)} {_in_words(amount, currency)}" for name, amount in bar.parts.items())
        said.append(f"{plain(bar.label)}: {_in_words(bar.total, currency)}{f', made up of {parts}' if parts else ''}.")
    return " ".join([f"{plain(title)}. Bars stacked of parts.", *(said or ["There are no costs to show."]), _note(bars)]).rstrip()


def _table(bars: Sequence[Bar], names: Sequence[str], currency: str) -> Table:
    rows = [
        (plain(bar.label), *(_in_words(bar.parts.get(name, 0), currency) for name in names), _in_words(bar.total, currency))
        for bar in bars
    ]
    return Table(("Group", *map(plain, names), "Total"), tuple(rows))
