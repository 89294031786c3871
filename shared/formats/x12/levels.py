"""Reads the segments of one hierarchical level (HL) of an 856. Each function reads one kind of segment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from shared.findings import Finding
from shared.formats.x12.cutter import Segment
from shared.formats.x12.fields import count_in, day_in, decimal_in
from shared.formats.x12.model import Carriage, Date, Identifier, Item, Level, Mark, Order, Party, Reference


@dataclass(slots=True)
class LevelInMaking:
    """A mutable twin of `Level`. `lin`: whether its LIN has been read."""

    kind: str
    depth: int
    references: list[Reference] = field(default_factory=list)
    dates: list[Date] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    order: Order = field(default_factory=Order)
    carriage: Carriage = field(default_factory=Carriage)
    item: Item | None = None
    lin: bool = False
    children: list[LevelInMaking] = field(default_factory=list)

    def finish(self) -> Level:
        """Returns the finished level with the levels below it."""
        return Level(
            kind=self.kind,
            references=tuple(self.references),
            dates=tuple(self.dates),
            parties=tuple(self.parties),
            marks=tuple(self.marks),
            order=self.order,
            carriage=self.carriage,
            item=self.item,
            children=tuple(child.finish() for child in self.children),
        )


def _ref(level: LevelInMaking, segment: Segment, _: list[Finding]) -> None:
    if segment.get(1) or segment.get(2):
        level.references.append(Reference(segment.get(1), segment.get(2), segment.get(3)))


def _dtm(level: LevelInMaking, segment: Segment, findings: list[Finding]) -> None:
    """Reads DTM02, or DTM06 where DTM02 is empty and DTM05 names a format."""
    day = day_in(segment, 2 if segment.get(2) else 6, findings)
    if day is not None:
        level.dates.append(Date(segment.get(1), day))


def _n1(level: LevelInMaking, segment: Segment, _: list[Finding]) -> None:
    level.parties.append(Party(segment.get(1), segment.get(2), segment.get(3), segment.get(4)))


def _n3(level: LevelInMaking, segment: Segment, _: list[Finding]) -> None:
    if level.parties:
        party = level.parties[-1]
        lines = tuple(line for line in segment.elements if line)
        level.parties[-1] = replace(party, street=party.street + lines)


def _n4(level: LevelInMaking, segment: Segment, _: list[Finding]) -> None:
    if level.parties:
        city, region, postcode, country = (segment.get(number) for number in (1, 2, 3, 4))
        level.parties[-1] = replace(level.parties[-1], city=city, region=region, postcode=postcode, country=country)


def _man(level: LevelInMaking, segment: Segment, _: list[Finding]) -> None:
    """Reads MAN01 and MAN02, and the second pair in MAN04 and MAN05."""
    for number in (1, 4):
        if segment.get(number + 1):
            level.marks.append(Mark(segment.get(number), segment.get(number + 1)))


def _prf(level: LevelInMaking, segment: Segment, findings: list[Finding]) -> None:
    level.order = Order(segment.get(1), segment.get(2), day_in(segment, 4, findings), segment.get(5))


def _td1(level: LevelInMaking, segment: Segment, findings: list[Finding]) -> None:
    level.carriage = replace(
        level.carriage,
        packaging=segment.get(1),
        packages=count_in(segment, 2, findings),
        weight=decimal_in(segment, 7, findings),
        weight_unit=segment.get(8),
    )


def _td5(level: LevelInMaking, segment: Segment, _: list[Finding]) -> None:
    kind, carrier, mode, routing = (segment.get(number) for number in (2, 3, 4, 5))
    level.carriage = replace(level.carriage, carrier_type=kind, carrier=carrier, mode=mode, routing=routing)


def _lin(level: LevelInMaking, segment: Segment, _: list[Finding]) -> None:
    pairs = [(segment.get(number), segment.get(number + 1)) for number in range(2, len(segment.elements) + 1, 2)]
    ids = tuple(Identifier(kind, value) for kind, value in pairs if value)
    level.item = replace(level.item or Item(), line=segment.get(1), ids=ids)
    level.lin = True


def _sn1(level: LevelInMaking, segment: Segment, findings: list[Finding]) -> None:
    item = level.item or Item(line=segment.get(1))
    level.item = replace(
        item,
        quantity=count_in(segment, 2, findings),
        unit=segment.get(3),
        ordered=count_in(segment, 5, findings),
    )


def _pid(level: LevelInMaking, segment: Segment, _: list[Finding]) -> None:
    if level.item is not None:
        text = " ".join(part for part in (level.item.description, segment.get(5)) if part)
        level.item = replace(level.item, description=text)


READERS: Mapping[str, Callable[[LevelInMaking, Segment, list[Finding]], None]] = {
    "REF": _ref,
    "DTM": _dtm,
    "N1": _n1,
    "N3": _n3,
    "N4": _n4,
    "MAN": _man,
    "PRF": _prf,
    "TD1": _td1,
    "TD5": _td5,
    "LIN": _lin,
    "SN1": _sn1,
    "PID": _pid,
}
