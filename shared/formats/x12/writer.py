"""Writes X12 ship notices exactly, with correct counts, control numbers and HL numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

from shared.formats.x12.model import Carriage, Interchange, Item, Level, Order, Party, ShipNotice

_ELEMENT, _COMPONENT, _TERMINATOR, _REPETITION = "*", ">", "~", "^"
_VERSIONS = ("003060", "004010", "005010")

Row = tuple[str, ...]


def write(interchange: Interchange) -> bytes:
    """Returns the bytes of an interchange with one group, one segment per line, in UTF-8.

    Raises ValueError for an unknown version, a control number without one to nine digits, names too long for ISA, a missing
    moment, a top level that is not a shipment, and text that holds a separator: X12 cannot escape one.
    """
    _check(interchange)
    control = interchange.control_number.zfill(9)
    prepared = _prepared(interchange)
    day = prepared.strftime(_day_format(interchange))
    names = (interchange.sender, interchange.recipient)
    rows: list[Row] = [("GS", "SH", *names, day, prepared.strftime("%H%M"), "1", "X", interchange.version)]
    for number, notice in enumerate(interchange.notices, start=1):
        rows += _transaction(notice, f"{number:04}", _day_format(interchange))
    rows += [("GE", str(len(interchange.notices)), "1"), ("IEA", "1", control)]
    return (_isa(interchange, control, prepared) + "".join(_line(row) for row in rows)).encode()


def _check(interchange: Interchange) -> None:
    control = interchange.control_number
    if interchange.version not in _VERSIONS:
        raise ValueError(f"unknown version {interchange.version!r}")
    if not control.isascii() or not control.isdigit() or len(control) > 9:
        raise ValueError(f"control number {control!r} does not have one to nine digits")
    for name in (interchange.sender, interchange.recipient):
        if not name or len(name) > 15 or not name.isascii():
            raise ValueError(f"{name!r} is not a name of 1 to 15 ASCII characters")
    for qualifier in (interchange.sender_qualifier, interchange.recipient_qualifier):
        if len(qualifier) != 2 or not qualifier.isascii():
            raise ValueError(f"{qualifier!r} is not a qualifier of two characters")


def _prepared(interchange: Interchange) -> datetime:
    if interchange.prepared is None:
        raise ValueError("an interchange needs the moment it was prepared")
    return interchange.prepared.astimezone(UTC)


def _day_format(interchange: Interchange) -> str:
    return "%y%m%d" if interchange.version < "004" else "%Y%m%d"


def _isa(interchange: Interchange, control: str, prepared: datetime) -> str:
    """Returns ISA, whose positions are fixed; ISA11 and ISA16 name separators."""
    row = (
        *("ISA", "00", " " * 10, "00", " " * 10),
        *(interchange.sender_qualifier, interchange.sender.ljust(15)),
        *(interchange.recipient_qualifier, interchange.recipient.ljust(15)),
        *(prepared.strftime("%y%m%d"), prepared.strftime("%H%M")),
    )
    repetition = _REPETITION if interchange.version >= "00402" else "U"
    usage = "T" if interchange.test else "P"
    tail = (repetition, interchange.version[:5], control, "0", usage, _COMPONENT)
    return _ELEMENT.join((*(_checked("ISA", text) for text in row), *tail)) + _TERMINATOR + "\n"


def _line(row: Row) -> str:
    """Returns one segment, without empty elements at its end."""
    return _ELEMENT.join(_checked(row[0], text) for text in row).rstrip(_ELEMENT) + _TERMINATOR + "\n"


def _checked(tag: str, text: str) -> str:
    for mark in text:
        if mark in (_ELEMENT, _COMPONENT, _TERMINATOR, _REPETITION) or not mark.isprintable():
            raise ValueError(f"{tag}: X12 cannot hold {mark!r} in {text!r}")
    return text


def _transaction(notice: ShipNotice, control: str, day_format: str) -> list[Row]:
    issued = notice.issued
    if issued is None:
        raise ValueError(f"notice {notice.number!r} needs the moment it was issued")
    if any(level.kind != "S" for level in notice.levels):
        raise ValueError(f"notice {notice.number!r} has a top level that is not a shipment")
    issued = issued.astimezone(UTC)
    moment = (issued.strftime(day_format), issued.strftime("%H%M%S"))
    rows: list[Row] = [("ST", "856", control), ("BSN", notice.purpose, notice.number, *moment, notice.structure)]
    rows += _context(Level("", notice.references, notice.dates, notice.parties), day_format)
    numbered = list(_numbered(notice.levels))
    for number, parent, level in numbered:
        rows.append(("HL", str(number), str(parent or ""), level.kind, "1" if level.children else "0"))
        rows += _level(level, day_format)
    shipped = sum(level.item.quantity or 0 for _, _, level in numbered if level.item is not None)
    rows.append(("CTT", str(len(numbered)), str(shipped)))
    rows.append(("SE", str(len(rows) + 1), control))
    return rows


def _numbered(levels: tuple[Level, ...]) -> Iterator[tuple[int, int, Level]]:
    """Yields levels in the order of the message, each with its number and its parent's number, 0 at the top."""
    waiting = [(0, level) for level in reversed(levels)]
    number = 0
    while waiting:
        parent, level = waiting.pop()
        number += 1
        yield number, parent, level
        waiting += [(number, child) for child in reversed(level.children)]


def _level(level: Level, day_format: str) -> Iterator[Row]:
    if level.item is not None:
        yield from _item(level.item)
    if level.order != Order():
        yield _order(level.order, day_format)
    yield from _carriage(level.carriage)
    yield from _context(level, day_format)


def _item(item: Item) -> Iterator[Row]:
    yield ("LIN", item.line, *(text for one in item.ids for text in (one.type, one.value)))
    if item.quantity is not None or item.unit or item.ordered is not None:
        ordered = ("", str(item.ordered), item.unit) if item.ordered is not None else ()
        yield ("SN1", item.line, _count(item.quantity), item.unit, *ordered)
    if item.description:
        yield ("PID", "F", "", "", "", item.description)


def _order(order: Order, day_format: str) -> Row:
    return ("PRF", order.number, order.release, "", _day(order.day, day_format), order.line)


def _carriage(carriage: Carriage) -> Iterator[Row]:
    weight = ("G", _count(carriage.weight), carriage.weight_unit) if carriage.weight is not None or carriage.weight_unit else ()
    if carriage.packaging or carriage.packages is not None or weight:
        yield ("TD1", carriage.packaging, _count(carriage.packages), "", "", "", *weight)
    carrier = (carriage.carrier_type, carriage.carrier, carriage.mode, carriage.routing)
    if any(carrier):
        yield ("TD5", "", *carrier)


def _context(level: Level, day_format: str) -> Iterator[Row]:
    """Yields what any level may have: references, dates, marks and parties."""
    yield from (("REF", one.type, one.value, one.text) for one in level.references)
    yield from (("DTM", one.qualifier, _day(one.day, day_format)) for one in level.dates)
    yield from (("MAN", mark.type, mark.number) for mark in level.marks)
    for party in level.parties:
        yield from _party(party)


def _party(party: Party) -> Iterator[Row]:
    yield ("N1", party.role, party.name, party.id_type, party.id)
    yield from (("N3", line) for line in party.street)
    if party.city or party.region or party.postcode or party.country:
        yield ("N4", party.city, party.region, party.postcode, party.country)


def _day(day: date | None, day_format: str) -> str:
    return day.strftime(day_format) if day is not None else ""


def _count(count: int | Decimal | None) -> str:
    return f"{count:f}" if isinstance(count, Decimal) else str(count) if count is not None else ""
