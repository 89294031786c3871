"""Translates a message from one bookseller's dialect into the EDItEUR library standard, segment by segment. Pure.

The readers after it need to know the standard only. Nothing is lost: what has no translation stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from services.suppliers.national.dialect import CopyCodes, Dialect
from services.suppliers.national.order_numbers import of_the_council
from services.suppliers.national.profile import NationalProfile
from services.suppliers.national.read.codes import CLAIM_LIST, Odd, odd
from services.suppliers.national.read.lines import Findings
from shared.findings import Severity
from shared.formats.edifact import Message, Segment

_STANDARD = CopyCodes()
_CODE = 2
"""FTX: the element of code, list and agency."""
_TEXT = 3
"""FTX: the element of free text."""
_LONGEST_CODE = 3


@dataclass(frozen=True, slots=True)
class Conventions:
    """What a reader must know about a supplier. `places` maps the supplier's delivery accounts to our branch codes."""

    dialect: Dialect = field(default_factory=Dialect)
    places: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, profile: NationalProfile) -> Conventions:
        """Returns the conventions of a profile."""
        return cls(profile.dialect, profile.delivery_places)


def to_standard(message: Message, conventions: Conventions, findings: Findings) -> Message:
    """Returns the same message in the standard's codes.

    Each private code of a remark (FTX) that was translated is an INFO finding; codes of copies (GIR) are translated silently.
    """
    return replace(message, segments=tuple(_translated(message, conventions, findings)))


def _translated(message: Message, conventions: Conventions, findings: Findings) -> Iterator[Segment]:
    in_lines = False
    copy_codes = _copy_codes(conventions.dialect.copies)
    for segment in message.segments:
        in_lines = in_lines or segment.tag == "LIN"
        match segment.tag:
            case "FTX":
                yield _remark(segment, conventions.dialect, findings)
            case "GIR":
                yield _copy(segment, copy_codes)
            case "RFF":
                yield _reference(segment, conventions.dialect, in_lines=in_lines)
            case "NAD":
                yield _place(segment, conventions.places)
            case _:
                yield segment


def _remark(segment: Segment, dialect: Dialect, findings: Findings) -> Segment:
    """Returns FTX with its code in C107 and a private code replaced by the value of list 12B or 8B that it means."""
    segment = _in_place(segment, findings)
    code, name = segment.get(_CODE, 0).strip(), segment.get(_CODE, 1).strip()
    for private, known in ((dialect.statuses, "12B"), (dialect.availabilities, "8B")):
        if code in private and (name == known or name not in _EDITEURS):
            text = f"{code!r} of list {name!r} is the supplier's own code for {private[code]!r} of list {known}"
            findings.append(odd(Odd.PRIVATE_CODE, text, segment, Severity.INFO))
            return _with(segment, _CODE, (private[code], known, "28"))
    if code in dialect.claims and name not in _EDITEURS:
        means = dialect.claims[code]
        text = f"{code!r} of list {name!r} is the supplier's own code for the answer {means.value!r} to a claim"
        findings.append(odd(Odd.PRIVATE_CODE, text, segment, Severity.INFO))
        return _with(segment, _CODE, (means.value, CLAIM_LIST, ""))
    return segment


def _in_place(segment: Segment, findings: Findings) -> Segment:
    """Moves a code of an EDItEUR list from the text (C108) to its own element (C107), where some suppliers misplace it."""
    code, name = segment.get(_TEXT, 0), segment.get(_TEXT, 1).strip()
    if segment.get(_CODE, 0).strip() or name not in _EDITEURS or len(code.strip()) > _LONGEST_CODE:
        return segment
    findings.append(odd(Odd.MISPLACED_CODE, f"{code!r} of list {name!r} is in the element of the text", segment, Severity.INFO))
    return _with(_with(segment, _TEXT, ("",)), _CODE, segment.elements[_TEXT])


_EDITEURS = ("1B", "7B", "8B", "9B", "10B", "12B")
"""EDItEUR's lists. Their values are not private codes, unless the profile maps them to others of the same list."""


def _copy_codes(copies: CopyCodes) -> dict[str, str]:
    """Returns the supplier's GIR codes -> the standard's, where they differ."""
    pairs = ((getattr(copies, name), getattr(_STANDARD, name)) for name in CopyCodes.model_fields)
    return {theirs: ours for theirs, ours in pairs if theirs is not None and theirs != ours}


def _copy(segment: Segment, codes: Mapping[str, str]) -> Segment:
    if not codes:
        return segment
    marks = ((mark[0], codes.get(mark[1], mark[1]), *mark[2:]) if len(mark) > 1 else mark for mark in segment.elements[1:])
    return replace(segment, elements=(*segment.elements[:1], *marks))


def _reference(segment: Segment, dialect: Dialect, *, in_lines: bool) -> Segment:
    qualifier, number = segment.get(0, 0), segment.get(0, 1)
    if qualifier != "ON":
        return segment
    if in_lines and dialect.line_reference == "ON":
        return _with(segment, 0, ("LI", number, *segment.elements[0][2:]))
    return _with(segment, 0, ("ON", of_the_council(number, dialect), *segment.elements[0][2:]))


def _place(segment: Segment, places: Mapping[str, str]) -> Segment:
    """Returns NAD+DP or NAD+ST with the supplier's delivery account replaced by our branch code (agency 92)."""
    branch = places.get(segment.get(1, 0).strip())
    if branch is None or segment.get(0) not in ("DP", "ST"):
        return segment
    return _with(segment, 1, (branch, "", "92"))


def _with(segment: Segment, element: int, components: tuple[str, ...]) -> Segment:
    elements = (*segment.elements[:element], components, *segment.elements[element + 1 :])
    return replace(segment, elements=elements)
