"""Reads an EDItX LibraryShipNotice item by item. Tolerant: everything wrong or unusual becomes a finding."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from shared.findings import Finding, FindingList, Severity
from shared.formats.editx import codes
from shared.formats.editx.codes import Code
from shared.formats.editx.fields import Fields
from shared.formats.editx.items import read_item
from shared.formats.editx.model import Identifier, Item, Party, ShipNotice
from shared.formats.moments import moment_of
from shared.formats.xml import Element, Refused, records

_PARTS = frozenset({"Header", "ItemDetail", "Summary"})


@dataclass(frozen=True, slots=True)
class Reading:
    """The notice (None when the bytes hold none), and findings about what is wrong or unusual, in the order of the file."""

    notice: ShipNotice | None
    findings: tuple[Finding, ...]


def read(raw: bytes) -> Reading:
    """Reads the ship notice in `raw`, in any namespace. Never raises for content; what is before broken XML is kept.

    A finding's `segment` is the line of the file that it is about. Findings about embedded MARC records have the codes of `marc`.
    """
    parts = _Parts()
    try:
        for element in records([raw.lstrip()], _PARTS, {}):
            parts.take(element)
    except Refused as refused:
        code = Code.REFUSED if refused.dangerous else Code.NOT_XML
        parts.findings.append(Finding(code, str(refused), Severity.ERROR, refused.line))
    return parts.finish()


@dataclass(slots=True)
class _Parts:
    """The parts of one document read so far."""

    root: Element | None = None
    header: ShipNotice | None = None
    items: list[Item] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=FindingList)

    def take(self, element: Element) -> None:
        """Takes the next part: the root first."""
        if self.root is None:
            self.root = element
            if element.name != "LibraryShipNotice":
                text = f"the root is {element.name!r}, not 'LibraryShipNotice'"
                self._odd(Code.NOT_SHIP_NOTICE, text, element, Severity.ERROR)
        elif self.root.name != "LibraryShipNotice":
            return
        elif element.name == "Header":
            self.header = _header(Fields(element, self.findings))
        elif element.name == "ItemDetail":
            self.items.append(read_item(Fields(element, self.findings)))
        else:
            self._check(Fields(element, self.findings))

    def finish(self) -> Reading:
        """Returns the notice as far as it was read."""
        if self.root is None or self.root.name != "LibraryShipNotice":
            return Reading(None, tuple(self.findings))
        notice = replace(self.header or ShipNotice(""), items=tuple(self.items))
        if not notice.number:
            self._odd(Code.NO_NUMBER, "the notice has no ShipNoticeNumber", self.root, Severity.ERROR)
        if not notice.items:
            self._odd(Code.NO_ITEMS, "the notice has no ItemDetail", self.root, Severity.ERROR)
        return Reading(notice, tuple(self.findings))

    def _check(self, summary: Fields) -> None:
        lines, units = summary.quantity("NumberOfLines"), summary.quantity("UnitsShipped")
        shipped = sum(item.quantity or 0 for item in self.items)
        if lines is not None:
            text = f"NumberOfLines is {lines}, but the number of items is {len(self.items)}"
            summary.counted(Code.SUMMARY_DIFFERS, text, lines, len(self.items))
        if units is not None:
            text = f"UnitsShipped is {units}, but the items add up to {shipped}"
            summary.counted(Code.SUMMARY_DIFFERS, text, units, shipped)

    def _odd(self, code: Code, text: str, element: Element, severity: Severity) -> None:
        self.findings.append(Finding(code, text, severity, element.line))


def _header(header: Fields) -> ShipNotice:
    issued = header.words("IssueDateTime")
    moment = moment_of(issued)
    if issued and moment is None:
        header.odd(Code.INVALID_DATE, f"IssueDateTime {issued!r} is not a date")
    dates = _dates(header)
    return ShipNotice(
        number=header.words("ShipNoticeNumber"),
        issued=moment,
        purpose=header.words("PurposeCode"),
        shipped=dates.get(codes.DATE_SHIPPED),
        expected=dates.get(codes.DATE_EXPECTED),
        buyer=_party(header, "BuyerParty"),
        seller=_party(header, "SellerParty"),
        references=header.references(),
    )


def _dates(header: Fields) -> dict[str, date]:
    found: dict[str, date] = {}
    for coded in header.all("DateCoded"):
        day = coded.day("Date")
        if day is not None:
            found.setdefault(codes.date_qualifier(coded.words("DateQualifierCode")), day)
    return found


def _party(header: Fields, name: str) -> Party:
    party = next(header.all(name), None)
    if party is None:
        return Party()
    ids = tuple(
        Identifier(codes.party_id_type(one.words("PartyIDType")), one.words("Identifier"))
        for one in party.all("PartyID")
        if one.words("Identifier")
    )
    return Party(ids, party.words("PartyName", "NameLine"))
