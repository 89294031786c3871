"""Cuts a file into segments as FOLIO does: with the separators it states, and every byte as Latin-1. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

_DEFAULTS = ":+.? '"


@dataclass
class Segment:
    """One segment; `elements` begins with the tag's."""

    elements: list[list[str]] = field(default_factory=lambda: [[""]])

    @property
    def tag(self) -> str:
        """Its tag."""
        return self.elements[0][0]

    def get(self, element: int, component: int = 0) -> str:
        """Returns a component, counted from the first after the tag; "" where there is none."""
        if element + 1 >= len(self.elements) or component >= len(self.elements[element + 1]):
            return ""
        return self.elements[element + 1][component]


def cut(raw: bytes) -> list[Segment]:
    """Returns the segments of a file; what follows the last terminator is left out."""
    text = raw.decode("iso-8859-1")
    stated = text.startswith("UNA")
    component, element, _, release, _, terminator = list(text[3:9] if stated else _DEFAULTS)
    segments, current, letters = [], Segment(), iter(text[9:] if stated else text)
    for letter in letters:
        if letter == component:
            current.elements[-1].append("")
        elif letter == element:
            current.elements.append([""])
        elif letter == terminator:
            segments.append(current)
            current = Segment()
        elif letter == release:
            current.elements[-1][-1] += next(letters, "")
        elif letter not in "\r\n":
            current.elements[-1][-1] += letter
    return segments
