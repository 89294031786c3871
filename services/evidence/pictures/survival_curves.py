"""Survival curves: the share of copies that arrived by each day, with bands and the numbers still outstanding. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.evidence.domain.survival import Step, Survival
from services.evidence.domain.words import DAYS, SHARE, in_words
from shared.drawing import (
    COLOURS,
    GREY,
    MARGIN,
    PALE,
    TITLE,
    WIDTH,
    Drawing,
    Picture,
    Scale,
    Table,
    fitting,
    width_of,
)
from shared.texts import plain
from shared.wording import counted

_DASHES = ("none", "8 4", "2 3", "10 3 2 3")
_ROW = 20
_LEFT, _RIGHT, _PLOT = 190, WIDTH - 24, 260
# Days between ticks, from the smallest of which at most eight make the axis: weeks as soon as days are too many.
_TICKS = (1, 2, 7, 14, 28, 91, 182, 364)


@dataclass(frozen=True, slots=True)
class Curve:
    """One group of copies with its name."""

    label: str
    survival: Survival


def survival_curves(title: str, curves: Sequence[Curve], days: int = 90) -> Picture:
    """Returns a picture of the share of copies that arrived by each day, from day 0 to day `days`, at least 1.

    A curve ends with the last day on which a copy was followed. Below it are the numbers of copies still outstanding.
    """
    days = max(1, days)
    at = _ticks(days)
    top = TITLE + 16 + _ROW * len(curves)
    bottom = top + _PLOT
    drawing = Drawing(title, bottom + 62 + _ROW * len(curves) + MARGIN)
    across, up = Scale(0, days, _LEFT, _RIGHT), Scale(0, 1, bottom, top)
    _draw_axes(drawing, at, across, up)
    for place, curve in enumerate(curves):
        _draw_band(drawing, curve.survival, place, across, up)
    for place, curve in enumerate(curves):
        _draw_curve(drawing, curve.survival, place, across, up)
        _draw_sample(drawing, curve, place, TITLE + 10 + _ROW * place)
    _draw_outstanding(drawing, curves, at, across, bottom + 62)
    return drawing.finished(_alternative(title, curves, days), _table(curves, at))


def _ticks(days: int) -> list[int]:
    step = next((step for step in _TICKS if days <= 8 * step), -(-days // 8))
    return list(range(0, days + 1, step))


def _draw_axes(drawing: Drawing, at: Sequence[int], across: Scale, up: Scale) -> None:
    for share in (0, 0.25, 0.5, 0.75, 1):
        drawing.line((across.start, up(share)), (across.end, up(share)), stroke=PALE)
        drawing.text((across.start - 8, up(share) + 4), f"{share:.0%}".replace("%", " %"), anchor="end")
    for day in at:
        drawing.line((across(day), up.start), (across(day), up.start + 5))
        drawing.text((across(day), up.start + 19), str(day), anchor="middle")
    drawing.line((across.start, up.start), (across.end, up.start))
    drawing.text(((across.start + across.end) / 2, up.start + 38), "Days (shaded: 95 % intervals)", anchor="middle")
    drawing.text((MARGIN, up(1) + 4), "Arrived")


def _draw_band(drawing: Drawing, survival: Survival, place: int, across: Scale, up: Scale) -> None:
    drawn = list(_drawn(survival, across))
    if not drawn:
        return
    end = across(_last_day(survival, across.high))
    upper = _stairs([(across(step.day), up(step.interval.high)) for step in drawn], end)
    lower = _stairs([(across(step.day), up(step.interval.low)) for step in drawn], end)
    colour = COLOURS[place % len(COLOURS)]
    drawing.path([*upper, *reversed(lower)], closed=True, fill=colour, fill_opacity="0.16")


def _draw_curve(drawing: Drawing, survival: Survival, place: int, across: Scale, up: Scale) -> None:
    end = across(_last_day(survival, across.high))
    stairs = _stairs([(across(0), up(0)), *((across(step.day), up(step.share)) for step in _drawn(survival, across))], end)
    colour = COLOURS[place % len(COLOURS)]
    drawing.path(stairs, stroke=colour, stroke_width="2.2", stroke_dasharray=_DASHES[place % len(_DASHES)])
    if survival.n:
        # Spread over the curve's length, and for each curve elsewhere, so that markers on curves that meet are all seen.
        for part in range(1, 4):
            x = across.start + (end - across.start) * (part / 3 - 0.06 * (place % 4))
            drawing.marker((x, _height_at(stairs, x)), place, colour)


def _draw_sample(drawing: Drawing, curve: Curve, place: int, y: float) -> None:
    colour = COLOURS[place % len(COLOURS)]
    end = MARGIN + 44
    drawing.line((MARGIN, y), (end, y), stroke=colour, stroke_width="2.2", stroke_dasharray=_DASHES[place % len(_DASHES)])
    drawing.marker((MARGIN + 22, y), place, colour)
    said = f" ({counted(curve.survival.n, 'copy')})"
    drawing.text((end + 10, y + 4), fitting(curve.label, _RIGHT - end - 10 - width_of(said)) + said)


def _draw_outstanding(drawing: Drawing, curves: Sequence[Curve], at: Sequence[int], across: Scale, y: float) -> None:
    drawing.line((MARGIN, y - 14), (_RIGHT, y - 14), stroke=GREY, stroke_width="0.6")
    drawing.text((MARGIN, y + 2), "Copies still outstanding, and known of, when the day began", size=12)
    for place, curve in enumerate(curves, start=1):
        drawing.text((MARGIN, y + _ROW * place), fitting(curve.label, _LEFT - MARGIN - 30, size=12), size=12)
        for day in at:
            drawing.text((across(day), y + _ROW * place), f"{curve.survival.at_risk(day):,}", size=12, anchor="middle")


def _drawn(survival: Survival, across: Scale) -> Iterator[Step]:
    """Yields the last step of each pixel up to the end of the axis."""
    seen: dict[int, Step] = {round(across(step.day)): step for step in survival.steps if step.day <= across.high}
    yield from seen.values()


def _last_day(survival: Survival, most: float) -> float:
    """Returns the day with which the curve ends. Where all have arrived, it goes on for ever."""
    if not survival.steps:
        return 0.0
    last = survival.steps[-1]
    return most if last.share == 1 else min(last.day, most)


def _stairs(corners: Sequence[tuple[float, float]], end: float) -> list[tuple[float, float]]:
    points = [corners[0]]
    for x, y in corners[1:]:
        if y != points[-1][1]:
            points += [(x, points[-1][1]), (x, y)]
    return [*points, (end, points[-1][1])]


def _height_at(stairs: Sequence[tuple[float, float]], x: float) -> float:
    return next((y for right, y in reversed(stairs) if right <= x), stairs[0][1])


def _alternative(title: str, curves: Sequence[Curve], days: int) -> str:
    said = [f"{plain(title)}. Curves of the share of copies that arrived, from day 0 to day {days}."]
    said += [_sentence(curve, days) for curve in curves] or ["There are no copies to show."]
    return " ".join(said)


def _sentence(curve: Curve, days: int) -> str:
    survival = curve.survival
    if not survival.n:
        return f"{plain(curve.label)}: no copies."
    shares = [f"{in_words(survival.arrived_within(day), SHARE)} within {counted(day, 'day')}" for day in _named(days)]
    half = (
        f"half of them within {in_words(survival.median(), DAYS)}"
        if survival.median().value is not None
        else "less than half so far"
    )
    return f"{plain(curve.label)}, {counted(survival.n, 'copy')}: {half}; {', '.join(shares)}."


def _named(days: int) -> list[int]:
    return sorted({min(day, days) for day in (7, 28, 90)})


def _table(curves: Sequence[Curve], at: Sequence[int]) -> Table:
    headings = ["Day"]
    for curve in curves:
        headings += [f"{plain(curve.label)}: arrived", f"{plain(curve.label)}: still outstanding"]
    rows = []
    for day in at:
        row = [str(day)]
        for curve in curves:
            row += [in_words(curve.survival.arrived_within(day), SHARE), f"{curve.survival.at_risk(day):,}"]
        rows.append(tuple(row))
    return Table(tuple(headings), tuple(rows))
