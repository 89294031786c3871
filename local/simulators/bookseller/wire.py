"""Orders and changes as the bookseller understands them, read from EDIFACT. Pure; strict where a bookseller would be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stdnum import ean

from shared.formats import edifact, library
from shared.formats.edifact import Interchange, Message
from shared.formats.library import Change, Line, Orders


@dataclass(frozen=True, slots=True)
class WireCopy:
    """One copy wanted, or no longer wanted."""

    number: int
    branch: str


@dataclass(frozen=True, slots=True)
class WireLine:
    """One LIN."""

    position: int
    key: str
    isbn: str
    copies: tuple[WireCopy, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """How NAD+DP names a branch: its GLN under agency 9, or the buyer's code under 92."""

    id: str
    agency: str


@dataclass(frozen=True, slots=True)
class WireOrder:
    """One ORDERS or ORDCHG. `places` says by the buyer's branch codes where each branch is."""

    kind: str
    reference: str
    buyer: str
    number: str
    lines: tuple[WireLine, ...]
    places: Mapping[str, Place]


@dataclass(frozen=True, slots=True)
class Delivered:
    """An interchange as it came: who sent it under which reference, whether it is a test, and what it holds."""

    sender: str
    reference: str
    test: bool
    orders: tuple[WireOrder, ...]


def read_interchanges(body: bytes) -> list[Delivered]:
    """All interchanges of a file."""
    return [_delivered(interchange) for interchange in edifact.read(body).interchanges]


def _delivered(interchange: Interchange) -> Delivered:
    orders = tuple(
        _order(order, message.type, interchange) for message in interchange.messages if (order := _read(message)) is not None
    )
    return Delivered(interchange.sender, interchange.control_reference, interchange.test, orders)


def _read(message: Message) -> Orders | Change | None:
    """What the bookseller acts on; findings are not sent back."""
    read = library.read_message(message, [])
    return read if isinstance(read, Orders | Change) else None


def _order(order: Orders | Change, kind: str, interchange: Interchange) -> WireOrder:
    buyer = order.party("BY")
    return WireOrder(
        kind=kind,
        reference=interchange.control_reference,
        buyer=buyer.id if buyer is not None else interchange.sender,
        number=order.reference("ON") or order.document.number,
        lines=tuple(_line(line) for line in order.lines),
        places=_places(order),
    )


def _places(order: Orders | Change) -> dict[str, Place]:
    """NAD+DP by branch code; the code of one named by GLN stands in its RFF+API."""
    places: dict[str, Place] = {}
    for party in order.parties:
        if party.qualifier == "DP":
            code = next((known.number for known in party.references if known.qualifier == "API"), party.id)
            places[code] = Place(party.id, party.agency)
    return places


def _line(line: Line) -> WireLine:
    copies = [WireCopy(copy.number, copy.first("LLO")) for copy in line.copies if copy.number is not None]
    wanted = line.quantity("21") or 0
    if not copies:
        copies = [WireCopy(number, "") for number in range(1, int(wanted) + 1)]
    position = int(line.number) if line.number.isdigit() else 0
    return WireLine(position, line.reference("LI"), line.item, tuple(copies))


def sscc(serial: str) -> str:
    """An SSCC of 18 digits: extension 0, 16 given digits, check digit."""
    body = "0" + serial
    return body + str(ean.calc_check_digit(body))
