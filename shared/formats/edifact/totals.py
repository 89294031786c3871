"""Checks a message's control totals (CNT) against its lines, where the comparison is safe."""

from dataclasses import replace
from decimal import Decimal

from shared.findings import Finding
from shared.formats.counts import miscounted
from shared.formats.edifact.codes import Code
from shared.formats.edifact.model import Segment
from shared.formats.edifact.text import parse_number

_QUANTITY_TOTAL = "1"
_LINE_COUNT = "2"
_ORDERED_SUPPLIED_OR_INVOICED = frozenset({"1", "12", "21", "47"})


def check_totals(segments: tuple[Segment, ...]) -> list[Finding]:
    """Returns findings about CNT+1 (sum of quantities) and CNT+2 (number of lines) of one message.

    The sum is only compared when every line has exactly one quantity, of a kind that can be totalled.
    """
    controls = [segment for segment in segments if segment.tag == "CNT"]
    if not controls:
        return []
    findings: list[Finding] = []
    stated = {control.get(0, 0) for control in controls}
    lines = Decimal([segment.tag for segment in segments].count("LIN"))
    quantity = _sum_of_quantities(segments) if _QUANTITY_TOTAL in stated else None
    for control in controls:
        if control.get(0, 0) == _LINE_COUNT:
            findings += _compared(Code.LINE_COUNT, control, lines, "the number of lines")
        elif control.get(0, 0) == _QUANTITY_TOTAL:
            findings += _compared(Code.QUANTITY_TOTAL, control, quantity, "the sum of quantities")
    return findings


def _compared(code: Code, control: Segment, there: Decimal | None, what: str) -> list[Finding]:
    if there is None:
        return []
    stated = control.get(0, 1)
    found = miscounted(code, f"CNT states {stated!r}, but {what} is {there}", parse_number(stated), there)
    return [replace(found, segment=control.position, offset=control.offset)] if found is not None else []


def _sum_of_quantities(segments: tuple[Segment, ...]) -> Decimal | None:
    """Returns the sum over all lines; None unless each line has one quantity, all of one countable kind and all numbers."""
    lines: list[list[Segment]] = []
    for segment in segments:
        if segment.tag == "LIN":
            lines.append([])
        elif segment.tag == "QTY" and lines:
            lines[-1].append(segment)
    if any(len(line) != 1 for line in lines):
        return None
    quantities = [line[0] for line in lines]
    kinds = {quantity.get(0, 0) for quantity in quantities}
    numbers = [number for quantity in quantities if (number := parse_number(quantity.get(0, 1))) is not None]
    if len(kinds) > 1 or not kinds <= _ORDERED_SUPPLIED_OR_INVOICED or len(numbers) != len(quantities):
        return None
    return sum(numbers, Decimal())
