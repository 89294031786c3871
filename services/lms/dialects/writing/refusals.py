"""Tells an LMS that an order was not placed: APERAK with every fault, or ORDRSP with every line not accepted. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from services.lms.dialects.facts import FileOut, LineNames, OrderNotPlaced, Sending
from services.lms.dialects.profile import LmsProfile, OutKind
from services.lms.dialects.writing.envelope import file_of
from services.lms.dialects.writing.naming import Addresses, Naming, addresses_of
from shared.errors import Fault
from shared.formats.editeur import (
    Date,
    Document,
    Objection,
    Objections,
    Quantity,
    Reference,
    Remark,
    Response,
    ResponseLine,
    remarks,
)

_NOT_ACCEPTED = "27"
_CANCELLED, _NO_ACTION = "2", "4"
_REFUSED, _DUPLICATE = "200", "208"
_NUMBER_USED = "duplicate-order-number"
_LINE = "/lines/"
_BECAUSE_OF_OTHERS = "Not ordered, because other parts of the order have faults; correct them and send the order again."


def write_refusal(answer: OrderNotPlaced, profile: LmsProfile, sending: Sending) -> FileOut | None:
    """Returns how the LMS is told that an order was not placed; None where its profile says it is not told by a file."""
    addresses, told = addresses_of(answer.names, profile), profile.writing.refused_orders
    if addresses is None or told is None:
        return None
    writer = _RefusalWriter(answer, Naming(profile), addresses, str(sending.reference))
    message = writer.objections() if told == OutKind.APERAK else writer.response()
    return file_of(OutKind(told), [message], (addresses.sender, addresses.recipient), profile, sending)


class _RefusalWriter:
    """Writes the refusal of one order."""

    def __init__(self, answer: OrderNotPlaced, naming: Naming, addresses: Addresses, number: str) -> None:
        self._answer = answer
        self._naming = naming
        self._number = number
        self._dates = (_day(answer.answered_on),)
        self._order = (Reference("ON", naming.wording.code(answer.names.order_number)),)
        self._parties = naming.parties(addresses)
        # The lines may be those of the first order of this number, which is on order: an LMS must not cancel them.
        self._number_used = any(fault.code == _NUMBER_USED for fault in answer.faults)

    def objections(self) -> Objections:
        """Returns APERAK: each fault in words, with the line it is in."""
        return Objections(
            document=Document("313", self._number, _NOT_ACCEPTED),
            dates=self._dates,
            references=self._order,
            parties=self._parties,
            objections=tuple(map(self._objection, self._answer.faults)),
        )

    def _objection(self, fault: Fault) -> Objection:
        line = _line_of(fault, self._answer)
        references: tuple[Reference, ...] = ()
        if line is not None and line.reference:
            references = (Reference("LI", self._naming.wording.code(line.reference), self._naming.wording.code(line.place)),)
        code = "ORDER" if line is None else "COPY" if "/copies/" in fault.pointer else "LINE"
        return Objection(code, remarks=remarks("AAO", self._in_words(fault)), references=references)

    def response(self) -> Response:
        """Returns ORDRSP: every line is not accepted, each with its own faults in words; or nothing is done about any."""
        by_line: dict[int, list[Fault]] = {}
        general: list[Fault] = []
        for fault in self._answer.faults:
            line = _line_of(fault, self._answer)
            (general if line is None else by_line.setdefault(line.line_number, [])).append(fault)
        lines = self._answer.names.lines
        return Response(
            document=Document("231", self._number, _NOT_ACCEPTED),
            dates=self._dates,
            remarks=tuple(remark for fault in general for remark in remarks("GEN", self._in_words(fault))),
            references=self._order,
            parties=self._parties,
            lines=tuple(
                self._line(place, line, by_line.get(line.line_number, general))
                for place, line in zip(self._naming.places(lines), lines, strict=True)
            ),
        )

    def _line(self, place: str, line: LineNames, faults: list[Fault]) -> ResponseLine:
        item, kind, numbers = self._naming.article(line, "")
        count = Decimal(0 if self._number_used else sum(copies.quantity for copies in line.copies))
        return ResponseLine(
            place,
            _NO_ACTION if self._number_used else _CANCELLED,
            item,
            kind,
            numbers=numbers,
            quantities=(Quantity("21", count), Quantity("85", count)) if count else (),
            remarks=tuple(self._remarks(faults)),
            references=self._naming.references(line, ""),
        )

    def _remarks(self, faults: list[Fault]) -> Iterator[Remark]:
        words = [self._in_words(fault) for fault in faults] or [self._naming.wording.text(_BECAUSE_OF_OTHERS)]
        for text in words:
            yield from remarks("LIN", text)
        yield Remark.coded("LIN", _DUPLICATE if self._number_used else _REFUSED, "12B")

    def _in_words(self, fault: Fault) -> str:
        segment = _segment_of(fault.pointer, self._answer.segments)
        where = f" (segment {segment}, {fault.code})" if segment else f" ({fault.code})"
        return self._naming.wording.text(fault.detail + where)


def _day(day: date) -> Date:
    return Date("137", day.strftime("%Y%m%d"), "102")


def _line_of(fault: Fault, answer: OrderNotPlaced) -> LineNames | None:
    """Returns the line that a fault is in; None where it is about the order as a whole."""
    index = fault.pointer.removeprefix(_LINE).partition("/")[0] if fault.pointer.startswith(_LINE) else ""
    lines = answer.names.lines
    return lines[int(index)] if index.isascii() and index.isdigit() and int(index) < len(lines) else None


def _segment_of(pointer: str, segments: Mapping[str, int]) -> int | None:
    """Returns the number of the segment from which a part of the document was read, or the part around it."""
    while pointer and pointer not in segments:
        pointer = pointer.rpartition("/")[0]
    return segments.get(pointer) if pointer else None
