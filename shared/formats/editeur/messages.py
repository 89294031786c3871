"""The messages of the library set as values, one class for each message and its lines."""

# ruff: noqa: RUF009 - the calls declare fields, they are dataclasses.field itself
from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from shared.formats.editeur.articles import SERIALS, Serials
from shared.formats.editeur.fields import At, decimal, many, one, text, whereabouts
from shared.formats.editeur.layout import Layout
from shared.formats.editeur.parts import SUMMARY, SUMMARY_WITHOUT_UNS, Heading, Line, Summary
from shared.formats.editeur.segments import CONTROL, MARKING, MEASURE, STATUS, Control, Marking, Measure, Status
from shared.formats.editeur.verdicts import Acknowledgement, Objections


@dataclass(frozen=True, slots=True)
class OrderLine(Line):
    """One title ordered: QTY 21, GIR per copy, RFF LI."""


ORDER_LINE = Layout(OrderLine, "LIN")


@dataclass(frozen=True, slots=True)
class Orders(Heading):
    """ORDERS: BGM 220, 224 rush, 22V in answer to a quotation."""

    lines: tuple[OrderLine, ...] = many(ORDER_LINE)
    summary: Summary = one(SUMMARY, implied=SUMMARY_WITHOUT_UNS)


@dataclass(frozen=True, slots=True)
class ResponseLine(Line):
    """The answer about one ordered line: action, QTY 21 12 83 85, DTM 44, FTX 12B and 8B, PIA 3, GIR with barcodes."""

    @property
    def status(self) -> str:
        """The first value of list 12B or of its predecessor 1B, or ""."""
        return next(iter(self.coded("12B", "1B")), "")

    @property
    def availability(self) -> str:
        """The first value of list 8B or of its shorter form 7B, or ""."""
        return next(iter(self.coded("8B", "7B")), "")


RESPONSE_LINE = Layout(ResponseLine, "LIN")


@dataclass(frozen=True, slots=True)
class Response(Heading):
    """ORDRSP: BGM 231, or 23C with data of single copies (item load)."""

    lines: tuple[ResponseLine, ...] = many(RESPONSE_LINE)
    summary: Summary = one(SUMMARY, implied=SUMMARY_WITHOUT_UNS)


@dataclass(frozen=True, slots=True)
class ChangeLine(Line):
    """A line to change: action 2 cancels, 3 changes; QTY 21 copies that remain, QTY 85 copies cancelled."""


CHANGE_LINE = Layout(ChangeLine, "LIN")


@dataclass(frozen=True, slots=True)
class Change(Heading):
    """ORDCHG: BGM 230."""

    lines: tuple[ChangeLine, ...] = many(CHANGE_LINE)
    summary: Summary = one(SUMMARY, implied=SUMMARY_WITHOUT_UNS)


@dataclass(frozen=True, slots=True)
class EnquiryLine(Line):
    """A line that the buyer asks about; `statuses` (STS) say what is asked."""

    statuses: tuple[Status, ...] = many(STATUS)


ENQUIRY_LINE = Layout(EnquiryLine, "LIN")


@dataclass(frozen=True, slots=True)
class Enquiry(Heading):
    """OSTENQ: the lines that the buyer asks about. BGM repeats the order's code, 220 or 224."""

    lines: tuple[EnquiryLine, ...] = many(ENQUIRY_LINE)
    summary: Summary = one(SUMMARY, implied=SUMMARY_WITHOUT_UNS)


@dataclass(frozen=True, slots=True)
class ReportLine(ResponseLine):
    """The state of an open line, given as in an order response and by `statuses` (STS)."""

    statuses: tuple[Status, ...] = many(STATUS)


REPORT_LINE = Layout(ReportLine, "LIN")


@dataclass(frozen=True, slots=True)
class Report(Heading):
    """OSTRPT: open lines and their states."""

    lines: tuple[ReportLine, ...] = many(REPORT_LINE)
    summary: Summary = one(SUMMARY, implied=SUMMARY_WITHOUT_UNS)


@dataclass(frozen=True, slots=True)
class QuoteLine(Line):
    """One title quoted or selected: QTY 1, GIR per copy, PRI AAE, RFF QLI."""


QUOTE_LINE = Layout(QuoteLine, "LIN")


@dataclass(frozen=True, slots=True)
class Quotes(Heading):
    """QUOTES: BGM 310, 31C with copies, 31S and 31T selection lists, 31F firm order."""

    lines: tuple[QuoteLine, ...] = many(QUOTE_LINE)
    summary: Summary = one(SUMMARY, implied=SUMMARY_WITHOUT_UNS)


@dataclass(frozen=True, slots=True)
class InvoiceLine(Line):
    """One title invoiced: QTY 47, MOA 203, PRI AAA and AAB, RFF LI, TAX, ALC for discount and servicing."""

    @property
    def invoiced(self) -> Decimal | None:
        """The copies invoiced (QTY 47), else delivered (46) or despatched (12): some senders give only these."""
        return self.quantity(*INVOICED)


INVOICED = ("47", "46", "12")
INVOICE_LINE = Layout(InvoiceLine, "LIN")


@dataclass(frozen=True, slots=True)
class Invoice(Heading):
    """INVOIC: BGM 380, or 381 for a credit note."""

    lines: tuple[InvoiceLine, ...] = many(INVOICE_LINE)
    summary: Summary = one(SUMMARY, implied=SUMMARY_WITHOUT_UNS)

    @property
    def credit(self) -> bool:
        """Whether the document credits the buyer (BGM 381)."""
        return self.document.code == "381"

    @property
    def currency(self) -> str:
        """The reference currency (CUX 6345), else the first that an amount names (MOA 6345), or ""."""
        amounts = chain(self.summary.amounts, (amount for line in self.lines for amount in line.amounts))
        stated = chain((each.code for each in self.currencies), (amount.currency for amount in amounts))
        return next(filter(None, stated), "")


@dataclass(frozen=True, slots=True)
class DespatchLine(Line):
    """Copies of one title in a carton: QTY 12, GIR with barcodes, RFF ON and LI."""


DESPATCH_LINE = Layout(DespatchLine, "LIN")


@dataclass(frozen=True, slots=True)
class Package:
    """PAC: packages and their kind, with measures (MEA), printed marks (PCI) and serial numbers (GIN)."""

    count: Decimal | None = decimal(0)
    level: str = text(1, 0)
    related: str = text(1, 1)
    terms: str = text(1, 2)
    type: str = text(2, 0)
    type_list: str = text(2, 1)
    type_agency: str = text(2, 2)
    type_name: str = text(2, 3)
    measures: tuple[Measure, ...] = many(MEASURE)
    markings: tuple[Marking, ...] = many(MARKING)
    serials: tuple[Serials, ...] = many(SERIALS)


PACKAGE = Layout(Package, "PAC")


@dataclass(frozen=True, slots=True)
class Carton:
    """CPS: one level of packing (usually one carton) and the lines in it."""

    number: str = text(0)
    inside: str = text(1)
    level: str = text(2)
    measures: tuple[Measure, ...] = many(MEASURE)
    serials: tuple[Serials, ...] = many(SERIALS)
    packages: tuple[Package, ...] = many(PACKAGE)
    lines: tuple[DespatchLine, ...] = many(DESPATCH_LINE)
    at: At = whereabouts()

    @property
    def carton_numbers(self) -> tuple[str, ...]:
        """All GIN+BJ values as written, usually `00` followed by the SSCC of 18 digits."""
        held = [*self.serials, *(serials for package in self.packages for serials in package.serials)]
        return tuple(each.value for serials in held if serials.qualifier == "BJ" for each in serials.numbers if each.value)


CARTON = Layout(Carton, "CPS")


@dataclass(frozen=True, slots=True)
class Despatch(Heading):
    """DESADV: BGM 351. `lines` are the lines outside any CPS group."""

    lines: tuple[DespatchLine, ...] = many(DESPATCH_LINE)
    cartons: tuple[Carton, ...] = many(CARTON)
    controls: tuple[Control, ...] = many(CONTROL)

    @property
    def all_lines(self) -> tuple[DespatchLine, ...]:
        """All lines: first those outside any carton, then those of each carton."""
        return self.lines + tuple(line for carton in self.cartons for line in carton.lines)


Trade = Orders | Response | Change | Enquiry | Report | Quotes | Invoice | Despatch
LibraryMessage = Trade | Acknowledgement | Objections

LAYOUTS: dict[type, Layout[LibraryMessage]] = {
    kind: Layout(kind, "UNH")
    for kind in (Orders, Response, Change, Enquiry, Report, Quotes, Invoice, Despatch, Acknowledgement, Objections)
}
TYPES: dict[str, type[LibraryMessage]] = {
    "ORDERS": Orders,
    "ORDRSP": Response,
    "ORDCHG": Change,
    "OSTENQ": Enquiry,
    "OSTRPT": Report,
    "QUOTES": Quotes,
    "INVOIC": Invoice,
    "DESADV": Despatch,
    "CONTRL": Acknowledgement,
    "APERAK": Objections,
}
"""UNH 0065 -> the class that the message is read as."""
