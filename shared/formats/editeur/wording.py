"""Texts and codes: descriptions of a title (IMD), and remarks about a line or message (FTX)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from shared.findings import Finding, Severity
from shared.formats.edifact import Segment
from shared.formats.editeur import codes
from shared.formats.editeur.fields import text, texts
from shared.formats.editeur.layout import Layout
from shared.formats.editeur.odd import Odd, odd
from shared.formats.editeur.texts import continues, cut, joined

IMD_WIDTH, IMD_PIECES = 35, 2
FTX_WIDTH, FTX_PIECES = 70, 5


@dataclass(frozen=True, slots=True)
class Description:
    """IMD: one description of the title (7081 code). `pieces` are as the sender cut them, over repeated segments."""

    kind: str = text(0)
    code: str = text(1, known=codes.DESCRIPTIONS)
    value: str = text(2, 0)
    list: str = text(2, 1)
    agency: str = text(2, 2)
    pieces: tuple[str, ...] = texts(2, 3, IMD_PIECES)

    @classmethod
    def of(cls, code: str, text: str) -> Description:
        """Returns free text under EDItEUR's code, cut to fit the segment."""
        return cls("L", code, pieces=cut(text, IMD_WIDTH))

    @property
    def text(self) -> str:
        """The pieces joined."""
        return joined(self.pieces, IMD_WIDTH)


def merged_descriptions(values: list[Description]) -> list[Description]:
    """Joins repeated IMD whose text continues from one to the next. A second subject stays a second subject."""
    runs: list[list[Description]] = []
    for value in values:
        if runs and _goes_on(runs[-1][-1], value):
            runs[-1].append(value)
        else:
            runs.append([value])
    return [replace(run[0], pieces=tuple(piece for value in run for piece in value.pieces)) for run in runs]


def _goes_on(before: Description, after: Description) -> bool:
    if not before.pieces or not after.pieces or replace(before, pieces=after.pieces) != after:
        return False
    return continues(before.pieces[-1], after.pieces[0], IMD_WIDTH)


def _cut_description(value: Description) -> Iterator[Description]:
    for start in range(0, max(len(value.pieces), 1), IMD_PIECES):
        yield replace(value, pieces=value.pieces[start : start + IMD_PIECES])


@dataclass(frozen=True, slots=True)
class Remark:
    """FTX: a code of a list (8B, 12B...), free text, or both. `subject` is GEN for the message, LIN for a line."""

    subject: str = text(0)
    code: str = text(2, 0)
    list: str = text(2, 1)
    agency: str = text(2, 2)
    lines: tuple[str, ...] = texts(3, 0, FTX_PIECES)
    function: str = text(1)
    language: str = text(4)

    @classmethod
    def coded(cls, subject: str, code: str, list: str) -> Remark:
        """Returns a code of one of EDItEUR's lists (agency 28)."""
        return cls(subject, code, list, "28")

    @property
    def text(self) -> str:
        """The lines of free text joined."""
        return joined(self.lines, FTX_WIDTH)


def remarks(subject: str, text: str) -> tuple[Remark, ...]:
    """Returns free text as one or more remarks, as many as it needs."""
    pieces = cut(text, FTX_WIDTH)
    return tuple(Remark(subject, lines=pieces[start : start + FTX_PIECES]) for start in range(0, len(pieces), FTX_PIECES))


def _check_remark(remark: Remark, segment: Segment) -> Iterable[Finding]:
    """Yields a finding when a list or code is unknown or superseded."""
    code, name = remark.code.strip(), remark.list.strip()
    if not code:
        return
    known, old = codes.LISTS.get(name, {}), codes.OLD_LISTS.get(name, {})
    if name and name not in codes.LISTS:
        yield odd(Odd.UNKNOWN_LIST, f"code {code!r} is of the unknown list {name!r}", segment)
    elif code in old:
        yield odd(Odd.OLD_CODE, f"code {code!r} of list {name!r} is superseded", segment, Severity.INFO)
    elif name and code not in known:
        yield odd(Odd.UNKNOWN_CODE, f"code {code!r} is not in list {name!r}", segment)
    elif not name:
        yield odd(Odd.UNKNOWN_LIST, f"code {code!r} names no list", segment, Severity.INFO)


DESCRIPTION = Layout(Description, "IMD", merge=merged_descriptions, cut=_cut_description)
REMARK = Layout(Remark, "FTX", check=_check_remark)
