"""Reads ORDRSP: what a bookseller says about an order's lines. Pure and tolerant; knows no order."""

from __future__ import annotations

from services.suppliers.contract import LineAnswer, ResponseFact
from services.suppliers.national.codes import (
    ACTIONS,
    AVAILABILITIES,
    AVAILABILITY_LISTS,
    STATUS_LISTS,
    STATUSES,
    Odd,
    odd,
)
from services.suppliers.national.segments import (
    Findings,
    References,
    Segments,
    blocks,
    body_of,
    copies_of,
    count_of,
    isbn_of,
    moment_of,
    references_of,
    substitute_of,
)
from shared.contracts.suppliers import Quantities
from shared.findings import Severity
from shared.formats.edifact import Message, Segment

_NOT_ACCEPTED = "27"
_FUNCTIONS = frozenset({"", "4", "5", "7", "9", "27", "29", "43"})
_QUANTITIES = {"21": "ordered", "12": "accepted", "83": "back_ordered", "85": "cancelled"}


def read_response(message: Message, findings: Findings) -> ResponseFact:
    """One ORDRSP (BGM 231, or 23C with copy data) as a fact; what is odd goes to `findings`."""
    header, lines = blocks(body_of(message.segments), "LIN")
    references = references_of(header)
    start = next((segment for segment in header if segment.tag == "BGM"), Segment("BGM"))
    return ResponseFact(
        order_number=references.order_number,
        supplier_reference=start.get(1).strip(),
        responded_at=moment_of(header, "137", findings),
        lines=tuple(_answer(line, references, findings) for line in lines),
        account_stopped=_account_stopped(start, header, findings),
    )


def _account_stopped(start: Segment, header: Segments, findings: Findings) -> bool:
    """BGM function 27 with list 9B value ACS refuses the whole order."""
    function = start.get(2)
    if function not in _FUNCTIONS:
        findings.append(odd(Odd.UNKNOWN_FUNCTION, f"BGM function {function!r}", start))
    stopped = any(segment.tag == "FTX" and segment.get(2, 0) == "ACS" and segment.get(2, 1) in ("9B", "") for segment in header)
    if function == _NOT_ACCEPTED and not stopped:
        findings.append(odd(Odd.NOT_ACCEPTED, "the message refuses the order without a reason we know", start, Severity.ERROR))
    if stopped and function != _NOT_ACCEPTED:
        findings.append(odd(Odd.NOT_ACCEPTED, f"account stopped, yet BGM function is {function!r}, not 27", start))
    return stopped and function == _NOT_ACCEPTED


def _answer(line: Segments, header: References, findings: Findings) -> LineAnswer:
    references = references_of(line)
    order_number = references.order_number or header.order_number
    if references.line_key is None and order_number is None:
        findings.append(odd(Odd.NO_REFERENCE, "the line carries neither line key nor order number", line[0]))
    available = moment_of(line, "44", findings)
    words = _Words(line, findings)
    action = line[0].get(1)
    if action and action not in ACTIONS:
        findings.append(odd(Odd.UNKNOWN_ACTION, f"LIN action {action!r}", line[0]))
    return LineAnswer(
        line_key=references.line_key,
        order_number=order_number,
        isbn=isbn_of(line, findings),
        action=ACTIONS.get(action),
        status_code=words.status,
        availability_code=words.availability,
        quantities=_quantities(line, findings),
        available_on=available.date() if available else None,
        substitute_isbn=substitute_of(line),
        copies=copies_of(line, findings),
        note="; ".join(words.notes),
    )


class _Words:
    """What the FTX segments of one line say: status (12B), availability (8B) and free text."""

    def __init__(self, line: Segments, findings: Findings) -> None:
        self.status: str | None = None
        self.availability: str | None = None
        self.notes: list[str] = []
        self._findings = findings
        for segment in line:
            if segment.tag == "FTX":
                self._take(segment)

    def _take(self, segment: Segment) -> None:
        code, codes = segment.get(2, 0).strip(), segment.get(2, 1)
        text = " ".join(part.strip() for part in (segment.elements[3] if len(segment.elements) > 3 else ()) if part.strip())
        if text:
            self.notes.append(text)
        if not code:
            return
        if codes in STATUS_LISTS:
            self._flag(segment, Odd.UNKNOWN_STATUS, code, known=code in STATUSES and codes == "12B")
            self.status = self._first(segment, self.status, code)
        elif codes in AVAILABILITY_LISTS:
            self._flag(segment, Odd.UNKNOWN_AVAILABILITY, code, known=code in AVAILABILITIES)
            self.availability = self._first(segment, self.availability, code)
        else:
            self._flag(segment, Odd.UNKNOWN_LIST, code, known=False)
            self.notes.append(f"{code} ({codes})" if codes else code)

    def _flag(self, segment: Segment, what: Odd, code: str, *, known: bool) -> None:
        if not known:
            self._findings.append(odd(what, f"{code!r} of list {segment.get(2, 1)!r}", segment))

    def _first(self, segment: Segment, before: str | None, code: str) -> str:
        if before is not None and before != code:
            self._findings.append(odd(Odd.REPEATED_CODE, f"{code!r} after {before!r}; the first stands", segment))
            self.notes.append(code)
        return before or code


def _quantities(line: Segments, findings: Findings) -> Quantities:
    """Each of QTY 21, 12, 83 and 85; QTY 11 belongs to a LOC and is none of them."""
    counts: dict[str, int] = {}
    for segment in line:
        name = _QUANTITIES.get(segment.get(0)) if segment.tag == "QTY" else None
        count = count_of(segment, findings) if name else None
        if name is None or count is None:
            continue
        if counts.get(name, count) != count:
            findings.append(odd(Odd.REPEATED_CODE, f"a second QTY+{segment.get(0)}; the first stands", segment))
        counts.setdefault(name, count)
    parts = [counts[name] for name in ("accepted", "back_ordered", "cancelled") if name in counts]
    if "ordered" in counts and parts and sum(parts) != counts["ordered"]:
        text = f"{counts['ordered']} ordered, but the answer's parts are {sum(parts)}"
        findings.append(odd(Odd.QUANTITIES_DISAGREE, text, line[0]))
    return Quantities(**counts)
