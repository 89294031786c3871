"""Reads a library ship notice, item by item, tolerantly; whatever is wrong or odd becomes a finding."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from shared.findings import Finding, Severity
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
    """The notice, None when the bytes hold none, and what was wrong or odd, in the order of the file."""

    notice: ShipNotice | None
    findings: tuple[Finding, ...]


def read(raw: bytes) -> Reading:
    """The ship notice in `raw`, in whatever namespace. Never raises for content; what stands before broken XML is kept.

    A finding's `segment` is the line of the file it is about; findings about MARC records in it have marc's codes.
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
    """What has been read of one document."""

    root: Element | None = None
    header: ShipNotice | None = None
    items: list[Item] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def take(self, element: Element) -> None:
        """The next part: the root first."""
        if self.root is None:
            self.root = element
            if element.name != "LibraryShipNotice":
                self._odd(Code.NOT_SHIP_NOTICE, f"the root is {element.name!r}", element, Severity.ERROR)
        elif self.root.name != "LibraryShipNotice":
            return
        elif element.name == "Header":
            self.header = _header(Fields(element, self.findings))
        elif element.name == "ItemDetail":
            self.items.append(read_item(Fields(element, self.findings)))
        else:
            self._check(Fields(element, self.findings))

    def finish(self) -> Reading:
        """The notice as far as it was read."""
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
        if lines is not None and lines != len(self.items):
            self._odd(Code.SUMMARY_DIFFERS, f"NumberOfLines is {lines}, {len(self.items)} were read", summary.element)
        if units is not None and units != shipped:
            self._odd(Code.SUMMARY_DIFFERS, f"UnitsShipped is {units}, the items add up to {shipped}", summary.element)

    def _odd(self, code: Code, text: str, element: Element, severity: Severity = Severity.WARNING) -> None:
        self.findings.append(Finding(code, text, severity, element.line))


def _header(header: Fields) -> ShipNotice:
    issued = header.words("IssueDateTime")
    moment = moment_of(issued)
    if issued and moment is None:
        header.odd(Code.INVALID_DATE, f"IssueDateTime {issued!r} is no date")
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
