"""Reads one ORDERS message as the order book takes it, with the LMS's names for everything. Pure; never raises for content."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydantic import JsonValue

from services.lms.dialects.facts import LineNames, OrderNames, PartyName, ReadOrder
from services.lms.dialects.profile import LmsProfile
from services.lms.dialects.reading.codes import Odd, Wrong
from services.lms.dialects.reading.copies import CopyReader, kept_codes, usual_of
from services.lms.dialects.reading.damage import damages
from services.lms.dialects.reading.lines import LineReader
from services.lms.dialects.reading.notes import Notes
from services.lms.dialects.reading.places import places_of
from services.lms.dialects.reading.repairs import repaired
from services.lms.dialects.reading.texts import clean
from shared.findings import Finding
from shared.formats import editeur
from shared.formats.edifact import Interchange, Message
from shared.formats.editeur import OrderLine, Orders

_RUSH = "224"
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./_-]{0,34}")
"""What the order book takes as an order number."""
_HIGHEST_LINE_NUMBER = 9_999


def read_order(
    interchange: Interchange, message: Message, syntax: Sequence[Finding], profile: LmsProfile
) -> tuple[ReadOrder, list[Finding]]:
    """Returns an order, and the findings about it."""
    notes = Notes()
    places = places_of(message)
    notes.faults += damages(message, places, syntax, profile)
    order = editeur.read_as(Orders, repaired(message, profile.reading, notes.findings), notes.findings)
    copies = CopyReader(profile.reading, usual_of(order, profile.reading), notes)
    reader = LineReader(order, profile.reading, copies, notes)
    numbers = _numbers(order.lines)
    # The reader reports lines that the message begins without; each LIN is one line.
    read = [
        reader.read(index, number, line, place)
        for index, (number, line, place) in enumerate(zip(numbers, order.lines, places.lines, strict=True))
    ]
    notes.segments |= {"": 1, "/order_number": places.heading.get("BGM", 1)}
    names = _names(interchange, message, order, [line for _, line in read])
    _check_number(names.order_number, notes)
    _report_data_not_kept(message, profile, notes)
    document: dict[str, JsonValue] = {"order_number": names.order_number, "lines": [{**line} for line, _ in read]}
    if order.document.code.strip() == _RUSH:
        document["rush"] = True
    return ReadOrder(document, names, tuple(notes.faults), notes.segments), notes.findings


def _numbers(lines: Sequence[OrderLine]) -> list[int]:
    """Returns the LMS's numbers of the lines where the order book can take all of them, else 1, 2, 3 and so on."""
    given = [line.number.strip() for line in lines]
    numbers = [int(each) for each in given if each.isascii() and each.isdigit() and len(each) <= len(str(_HIGHEST_LINE_NUMBER))]
    usable = len(set(numbers)) == len(given) and all(numbers)
    return numbers if usable else list(range(1, len(given) + 1))


def _names(interchange: Interchange, message: Message, order: Orders, lines: Sequence[LineNames]) -> OrderNames:
    buyers = [_party(each.id, each.agency) for each in order.parties if each.qualifier == "BY"]
    suppliers = [_party(each.id, each.agency) for each in order.parties if each.qualifier == "SU"]
    return OrderNames(
        order_number=clean(order.document.number),
        control_reference=clean(interchange.control_reference),
        message_reference=clean(message.reference),
        sender=_party(interchange.sender, interchange.sender_qualifier),
        recipient=_party(interchange.recipient, interchange.recipient_qualifier),
        buyer=buyers[0] if buyers else PartyName(),
        supplier=suppliers[0] if suppliers else PartyName(),
        lines=tuple(lines),
        accounts=tuple(buyers[1:]),
    )


def _party(code: str, qualifier: str) -> PartyName:
    return PartyName(code=clean(code), qualifier=clean(qualifier))


def _check_number(number: str, notes: Notes) -> None:
    if not _NUMBER.fullmatch(number):
        what = f"The order number {number!r} (BGM) cannot be used" if number else "The order has no number (BGM)"
        detail = f"{what}: give it 1 to 35 letters, digits, spaces and ./_-, beginning with a letter or digit."
        notes.fault("/order_number", Wrong.ORDER_NUMBER, detail)


def _report_data_not_kept(message: Message, profile: LmsProfile, notes: Notes) -> None:
    """Adds one finding about the codes of GIR whose values are kept nowhere."""
    kept = kept_codes(profile.reading)
    marks = (mark for segment in message.segments if segment.tag == "GIR" for mark in segment.elements[1:])
    codes = {mark[1].strip() for mark in marks if len(mark) > 1 and mark[0].strip()}
    if unknown := sorted(codes - kept - {""}):
        notes.found(Odd.COPY_DATA, f"data about copies is not kept: GIR {', '.join(unknown)}", message.header)
