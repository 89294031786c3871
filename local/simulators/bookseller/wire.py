"""Reads ORDERS, ORDCHG and OSTENQ as the bookseller understands them. Pure. Strict where a real bookseller would be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from local.simulators.bookseller.dialect import ALBION, Dialect
from shared.formats import edifact, editeur
from shared.formats.edifact import Interchange, Message
from shared.formats.editeur import Change, Enquiry, Line, Orders
from shared.values import with_check_digit

_FINAL = "20"


@dataclass(frozen=True, slots=True)
class WireCopy:
    """One copy wanted, or no longer wanted."""

    number: int
    branch: str
    servicing: tuple[str, ...] = ()
    shelfmark: str = ""
    sequence: str = ""
    rotation_plan: str = ""


@dataclass(frozen=True, slots=True)
class WireLine:
    """One LIN. `action`, `substitute` (PIA+3) and whether it `cancels` copies (QTY+85) are those of an ORDCHG.

    `claim` is what an OSTENQ claims: "short", "damaged", or "" where it only asks.
    """

    position: int
    key: str
    isbn: str
    copies: tuple[WireCopy, ...]
    price: Decimal | None = None
    action: str = ""
    substitute: str = ""
    cancels: bool = False
    claim: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """How NAD+DP names a branch or hub: its GLN under agency 9, the buyer's code under 92, or our number for it under 91."""

    id: str
    agency: str


@dataclass(frozen=True, slots=True)
class WireOrder:
    """One ORDERS, ORDCHG or OSTENQ. `places` gives each place of delivery by the buyer's code.

    `unpacked_at` is the code of the one place that unpacks everything, where the lines name their branches as final destinations
    (LOC+20). Empty: each branch unpacks its own.
    """

    kind: str
    reference: str
    buyer: str
    buyer_agency: str
    number: str
    lines: tuple[WireLine, ...]
    places: Mapping[str, Place]
    unpacked_at: str = ""


@dataclass(frozen=True, slots=True)
class Delivered:
    """An interchange as received: sender, reference, whether it is a test, and its orders."""

    sender: str
    sender_qualifier: str
    reference: str
    test: bool
    orders: tuple[WireOrder, ...]


def read_interchanges(body: bytes, dialect: Dialect = ALBION) -> list[Delivered]:
    """Returns all interchanges of a file."""
    return [_delivered(interchange, dialect) for interchange in edifact.read(body).interchanges]


def _delivered(interchange: Interchange, dialect: Dialect) -> Delivered:
    read = ((_read(message), message.type) for message in interchange.messages)
    orders = tuple(_order(order, kind, interchange, dialect) for order, kind in read if order is not None)
    return Delivered(interchange.sender, interchange.sender_qualifier, interchange.control_reference, interchange.test, orders)


def _read(message: Message) -> Orders | Change | Enquiry | None:
    """Returns a message that the bookseller acts on, else None; its findings are ignored."""
    read = editeur.read_message(message, [])
    return read if isinstance(read, Orders | Change | Enquiry) else None


def _order(order: Orders | Change | Enquiry, kind: str, interchange: Interchange, dialect: Dialect) -> WireOrder:
    buyer, places = order.party("BY"), _places(order)
    go_on = any(split.qualifier == _FINAL for line in order.lines for split in line.splits)
    return WireOrder(
        kind=kind,
        reference=interchange.control_reference,
        buyer=buyer.id if buyer is not None else interchange.sender,
        buyer_agency=buyer.agency if buyer is not None else "9",
        number=order.reference("ON") or order.document.number,
        lines=tuple(_line(line, dialect) for line in order.lines),
        places=places,
        unpacked_at=next(iter(places), "") if go_on else "",
    )


def _places(order: Orders | Change | Enquiry) -> dict[str, Place]:
    """Returns NAD+DP by branch code; the code of a branch named by GLN is in its RFF+API."""
    places: dict[str, Place] = {}
    for party in order.parties:
        if party.qualifier == "DP":
            code = next((known.number for known in party.references if known.qualifier == "API"), party.id)
            places[code] = Place(party.id, party.agency)
    return places


def _line(line: Line, dialect: Dialect) -> WireLine:
    copies = [
        WireCopy(
            copy.number,
            copy.first("LLO"),
            copy.all("LVC"),
            copy.first("LSM") or copy.first("LCL"),
            copy.first(dialect.sequence),
            copy.first("LRP"),
        )
        for copy in line.copies
        if copy.number is not None
    ]
    wanted = line.quantity("21") or 0
    if not copies:
        copies = [WireCopy(number, "") for number in range(1, int(wanted) + 1)]
    position = int(line.number) if line.number.isdigit() else 0
    isbn = line.articles[0].value if line.articles else ""
    return WireLine(
        position,
        line.reference(dialect.line_reference),
        isbn,
        tuple(copies),
        line.price("AAE", "AAB"),
        action=line.action,
        substitute=next((number.value for number in line.substitutes), ""),
        cancels=line.quantity("85") is not None,
        claim=_claim(line),
    )


def _claim(line: Line) -> str:
    """Returns what a line of an OSTENQ claims: it names the despatch that copies were in, and says what is wrong in words."""
    if not line.reference("DQ"):
        return ""
    return "damaged" if any("damaged" in remark.text for remark in line.remarks) else "short"


def sscc(serial: str) -> str:
    """Returns an SSCC of 18 digits: extension 0, the 16 given digits, check digit."""
    return with_check_digit("0" + serial)
