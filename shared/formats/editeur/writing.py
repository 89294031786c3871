"""Writes the messages of the library set exactly as their values state; UNS and the number of lines follow from the lines."""

from __future__ import annotations

from shared.formats.edifact import OutboundMessage, Segment
from shared.formats.editeur.messages import LAYOUTS, TYPES, Despatch, LibraryMessage
from shared.formats.editeur.tree import write_tree
from shared.formats.editeur.verdicts import Acknowledgement, Objections

_NAMES = {kind: name for name, kind in TYPES.items()}


def to_message(value: LibraryMessage, *, association: str = "") -> OutboundMessage:
    """Returns the message in D.96A (CONTRL in its own version D.3). `association` is UNH 0057, such as EAN008."""
    name = _NAMES[type(value)]
    segments = write_tree(LAYOUTS[type(value)], value)
    if isinstance(value, Acknowledgement):
        return OutboundMessage(name, segments, release="3", association=association)
    if isinstance(value, Objections):
        return OutboundMessage(name, segments, association=association)
    lines = len(value.all_lines if isinstance(value, Despatch) else value.lines)
    segments.insert(_summary(segments), Segment.of("CNT", ("2", str(lines))))
    return OutboundMessage(name, segments, association=association)


def _summary(segments: list[Segment]) -> int:
    """Returns the index of the summary's first segment: after UNS, else before the trailing CNT."""
    section = next((index for index, segment in enumerate(segments) if segment.tag == "UNS"), None)
    if section is not None:
        return section + 1
    return next((index for index, segment in enumerate(segments) if segment.tag == "CNT"), len(segments))
