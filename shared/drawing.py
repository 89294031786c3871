"""The paper that pictures are drawn on: SVG elements, scales with round ticks, and texts that fit. Knows no figure."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml import etree

from shared.texts import plain

WIDTH = 720
"""Of a picture that states no other, in units of its view box: pixels where it is not scaled. It fits a printed page."""
MARGIN = 16
TITLE = 28
"""The height that a title takes."""
INK, GREY, PALE = "#1a1a1a", "#595959", "#d9d9d9"

# Okabe and Ito's colours, which colour-blind people can tell apart, in an order that differs in grey as well.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")

# Width of an average character of a sans-serif font, in parts of its size: on the wide side.
_CHARACTER = 0.56
_SIZE = 13


@dataclass(frozen=True, slots=True)
class Table:
    """The data of a picture: each row has as many texts as there are headings."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, what it shows in plain sentences, and its data. The texts are not escaped; `svg` is safe to put into a page."""

    svg: str
    alternative: str
    table: Table


@dataclass(frozen=True, slots=True)
class Scale:
    """Turns values into places along an axis; values outside are drawn at its ends."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Returns the place of a value."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


class Drawing:
    """An SVG picture being drawn. Texts from outside are escaped, and control characters removed."""

    def __init__(self, title: str, height: float, width: int = WIDTH) -> None:
        size = {"width": str(width), "height": _number(height)}
        view = {"viewBox": f"0 0 {size['width']} {size['height']}"}
        look = {"role": "img", "font-family": "sans-serif"}
        self._root = etree.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", **view, **size, **look})
        self._definitions = etree.Element("defs")
        self.rect((0, 0), (width, height), fill="#ffffff")
        self.text((MARGIN, 22), fitting(title, width - 2 * MARGIN, size=16), size=16, weight="bold")

    def line(self, start: tuple[float, float], end: tuple[float, float], **look: str) -> None:
        """Draws a straight line."""
        self._add("line", {"x1": start[0], "y1": start[1], "x2": end[0], "y2": end[1]}, {"stroke": INK, **look})

    def rect(self, corner: tuple[float, float], size: tuple[float, float], **look: str) -> None:
        """Draws a rectangle from its upper left corner."""
        self._add("rect", {"x": corner[0], "y": corner[1], "width": size[0], "height": size[1]}, look)

    def rects(self, each: Iterable[tuple[tuple[float, float], tuple[float, float]]], **look: str) -> None:
        """Draws rectangles of one look as one shape, each from its upper left corner with its size: many of them stay small."""
        drawn = "".join(
            f"M{_number(x)} {_number(y)}h{_number(width)}v{_number(height)}h{_number(-width)}z"
            for (x, y), (width, height) in each
        )
        if drawn:
            self._add("path", {}, {"d": drawn, **look})

    def path(self, points: Sequence[tuple[float, float]], *, closed: bool = False, **look: str) -> None:
        """Draws a line through points; an area if it is closed."""
        drawn = "L".join(f"{_number(x)} {_number(y)}" for x, y in points)
        self._add("path", {}, {"d": f"M{drawn}{'Z' if closed else ''}", "fill": "none", **look})

    def text(
        self, at: tuple[float, float], text: str, *, size: int = _SIZE, anchor: str = "start", weight: str = "normal"
    ) -> None:
        """Writes one line; `at` is the left end of its base line, or its middle or right end with another anchor."""
        look = {"font-size": str(size), "text-anchor": anchor, "font-weight": weight, "fill": INK}
        self._add("text", {"x": at[0], "y": at[1]}, look).text = plain(text)

    def marker(self, at: tuple[float, float], kind: int, colour: str) -> None:
        """Draws one of four small shapes: circle, square, triangle, diamond."""
        x, y = at
        around = {
            1: ((-4, -4), (4, -4), (4, 4), (-4, 4)),
            2: ((-5, 4), (0, -5), (5, 4)),
            3: ((-5.5, 0), (0, -5.5), (5.5, 0), (0, 5.5)),
        }.get(kind % 4)
        if around is None:
            self._add("circle", {"cx": x, "cy": y, "r": 4}, {"fill": colour, "stroke": "#ffffff"})
        else:
            self.path([(x + right, y + down) for right, down in around], closed=True, fill=colour, stroke="#ffffff")

    def hatching(self, kind: int, colour: str) -> str:
        """Returns the fill of one of six hatchings: white lines on a colour, or the plain colour."""
        strokes = _HATCHINGS[kind % len(_HATCHINGS)]
        if strokes is None:
            return colour
        # Pages hold several pictures, and names are shared within a page: the name says all that the pattern is.
        name = f"hatching-{kind % len(_HATCHINGS)}-{colour.lstrip('#')}"
        if name not in {pattern.get("id") for pattern in self._definitions}:
            look = {"id": name, "width": "8", "height": "8", "patternUnits": "userSpaceOnUse"}
            pattern = etree.SubElement(self._definitions, "pattern", look)
            etree.SubElement(pattern, "rect", {"width": "8", "height": "8", "fill": colour})
            etree.SubElement(pattern, "path", {"d": strokes, "stroke": "#ffffff", "stroke-width": "1.6", "fill": "none"})
        return f"url(#{name})"

    def finished(self, alternative: str, table: Table) -> Picture:
        """Returns the picture; its alternative is also in the SVG, for whoever gets the file alone."""
        alternative = plain(alternative)
        name = f"picture-{hashlib.sha256(etree.tostring(self._root) + alternative.encode()).hexdigest()[:12]}"
        self._root.set("aria-labelledby", name)
        description = etree.Element("title", {"id": name})
        description.text = alternative
        self._root.insert(0, description)
        if len(self._definitions):
            self._root.insert(1, self._definitions)
        return Picture(etree.tostring(self._root, encoding="unicode"), alternative, table)

    def _add(self, name: str, numbers: dict[str, float], look: dict[str, str]) -> etree._Element:
        attributes = {key: _number(value) for key, value in numbers.items()}
        return etree.SubElement(self._root, name, attributes | {key.replace("_", "-"): value for key, value in look.items()})


def fitting(text: str, width: float, size: int = _SIZE) -> str:
    """Returns the text, cut with an ellipsis where it would be wider than the width."""
    text = plain(text)
    room = max(1, int(width / (_CHARACTER * size)))
    return text if len(text) <= room else f"{text[: room - 1].rstrip()}…"


def width_of(text: str, size: int = _SIZE) -> float:
    """Returns about how wide a text is."""
    return len(text) * _CHARACTER * size


def ticks(low: float, high: float, most: int) -> list[float]:
    """Returns round values from at or below `low` to at or above `high`, `most` + 1 or fewer of them as a rule."""
    span = high - low
    rough = span / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next((power * factor for factor in (1, 2, 5) if power * factor >= rough), power * 10)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [number * step for number in range(first, last + 1)]


def _number(value: float) -> str:
    """Returns a coordinate to a tenth of a pixel, so that pictures stay small."""
    return f"{round(value, 1) + 0.0:g}"


# Paths in a square of 8 by 8 that continue in the next one. The first kind is the plain colour.
_HATCHINGS = (
    None,
    "M-2 2L2 -2M0 8L8 0M6 10L10 6",
    "M0 4L8 4",
    "M-2 6L2 10M0 0L8 8M6 -2L10 2",
    "M4 0L4 8",
    "M0 8L8 0M0 0L8 8",
)
