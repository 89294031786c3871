"""Turns an LMS's habits into what the standard says, before an order is read. Pure: segments in, segments and findings out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from services.lms.dialects.profile import Reading
from services.lms.dialects.quirks import Quirk
from services.lms.dialects.reading.codes import Odd, odd
from shared.findings import Finding
from shared.formats.edifact import Message, Segment

_PRICE = re.compile(r"[A-Z]{3}\s*([0-9][0-9.,]*)")
_CODE = re.compile("[A-Z]{3}")
_TEXT, _CODED = 3, 2
_Repair = Callable[[Segment, list[Finding]], Segment]


def repaired(message: Message, reading: Reading, findings: list[Finding]) -> Message:
    """Returns the message with what the profile's quirks mean written as the standard has it."""
    repairs = [(tag, repair) for quirk, tag, repair in _REPAIRS if quirk in reading.quirks]
    wanted = {tag for tag, _ in repairs}
    if wanted.isdisjoint(segment.tag for segment in message.segments):
        return message
    return replace(message, segments=tuple(_all_repaired(message.segments, repairs, findings)))


def _all_repaired(segments: Iterable[Segment], repairs: list[tuple[str, _Repair]], findings: list[Finding]) -> Iterator[Segment]:
    for segment in segments:
        for tag, repair in repairs:
            segment = repair(segment, findings) if segment.tag == tag else segment
        yield segment


def _price(segment: Segment, _: list[Finding]) -> Segment:
    """Takes the currency code out of PRI. The line's currency is in CUX."""
    amount = _PRICE.fullmatch(segment.get(0, 1).strip())
    if amount is None:
        return segment
    first = segment.elements[0]
    return replace(segment, elements=((first[0], amount[1], *first[2:]), *segment.elements[1:]))


def _text(segment: Segment, _: list[Finding]) -> Segment:
    """Moves the text of FTX to where texts belong, where the code has no list and there is no text."""
    coded, listed = segment.get(_CODED, 0), segment.get(_CODED, 1)
    if not coded.strip() or listed.strip() or segment.get(_TEXT):
        return segment
    return replace(segment, elements=(*segment.elements[:_CODED], ("",), (coded,)))


def _copy(segment: Segment, findings: list[Finding]) -> Segment:
    """Joins values of GIR that contained a plus or colon without a release character; what follows the last code was cut."""
    joined = list(_rejoined(segment.elements[1:]))
    cut = [value for value, *code in joined if value and not any(code)]
    if joined == list(segment.elements[1:]) and not cut:
        return segment
    if cut:
        text = f"{cut[-1]!r} about a copy was cut by an apostrophe; write it as ?' or leave it out"
        findings.append(odd(Odd.CUT_VALUE, text, segment))
    else:
        findings.append(odd(Odd.NO_RELEASE, "values about a copy have no release characters; they were joined again", segment))
    return replace(segment, elements=(*segment.elements[:1], *joined))


def _rejoined(elements: tuple[tuple[str, ...], ...]) -> Iterator[tuple[str, ...]]:
    """Yields value and code of each mark: a part without a code belongs to the value of the next part with one."""
    held: list[str] = []
    for element in elements:
        if len(element) > 1 and _CODE.fullmatch(element[-1].strip()):
            yield "+".join([*held, ":".join(element[:-1])]), element[-1]
            held = []
        elif not held and len(element) > 1 and _CODE.fullmatch(element[1].strip()):
            yield element
        else:
            held.append(":".join(element))
    if any(held):
        yield ("+".join(held),)


_REPAIRS: tuple[tuple[Quirk, str, _Repair], ...] = (
    (Quirk.CURRENCY_IN_PRICE, "PRI", _price),
    (Quirk.TEXT_AS_CODE, "FTX", _text),
    (Quirk.UNESCAPED_COPY_DATA, "GIR", _copy),
)
