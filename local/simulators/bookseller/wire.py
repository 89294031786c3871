"""Orders and changes as the bookseller understands them, read from EDIFACT. Pure; strict where a bookseller would be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from stdnum import ean

from shared.formats import edifact
from shared.formats.edifact import Interchange, Message, Segment


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
    orders = tuple(_order(message, interchange) for message in interchange.messages if message.type in ("ORDERS", "ORDCHG"))
    return Delivered(interchange.sender, interchange.control_reference, interchange.test, orders)


def _order(message: Message, interchange: Interchange) -> WireOrder:
    header, lines = _split(message.segments)
    start = next(_of(header, "BGM"), Segment("BGM"))
    number = next((segment.get(0, 1) for segment in _of(header, "RFF") if segment.get(0) == "ON"), start.get(1))
    buyer = next((segment.get(1) for segment in _of(header, "NAD") if segment.get(0) == "BY"), interchange.sender)
    read_lines = tuple(_line(line) for line in lines)
    return WireOrder(message.type, interchange.control_reference, buyer, number, read_lines, _places(header))


def _places(header: Sequence[Segment]) -> dict[str, Place]:
    """NAD+DP by branch code; the code of one named by GLN stands in the RFF+API that follows it."""
    places: dict[str, Place] = {}
    for segment, following in pairwise([*header, Segment("")]):
        if segment.tag != "NAD" or segment.get(0) != "DP":
            continue
        coded = following.tag == "RFF" and following.get(0) == "API"
        code = following.get(0, 1) if coded else segment.get(1)
        places[code] = Place(segment.get(1), segment.get(1, 2))
    return places


def _split(segments: Sequence[Segment]) -> tuple[list[Segment], list[list[Segment]]]:
    header: list[Segment] = []
    lines: list[list[Segment]] = []
    for segment in segments:
        if segment.tag == "UNS":
            break
        if segment.tag == "LIN":
            lines.append([])
        (lines[-1] if lines else header).append(segment)
    return header, lines


def _of(segments: Sequence[Segment], tag: str) -> Iterator[Segment]:
    return (segment for segment in segments if segment.tag == tag)


def _line(line: Sequence[Segment]) -> WireLine:
    key = next((segment.get(0, 1) for segment in _of(line, "RFF") if segment.get(0) == "LI"), "")
    branches: dict[int, str] = {}
    for segment in _of(line, "GIR"):
        named = next((segment.get(element) for element in range(1, 6) if segment.get(element, 1) == "LLO"), None)
        if segment.get(0).isdigit():
            branches.setdefault(int(segment.get(0)), named or "")
    if not branches:
        wanted = next((segment.get(0, 1) for segment in _of(line, "QTY") if segment.get(0) == "21"), "0")
        branches = dict.fromkeys(range(1, int(wanted) + 1 if wanted.isdigit() else 1), "")
    copies = tuple(WireCopy(number, branch) for number, branch in branches.items())
    position = line[0].get(0)
    return WireLine(int(position) if position.isdigit() else 0, key, line[0].get(2), copies)


def sscc(serial: str) -> str:
    """An SSCC of 18 digits: extension 0, 16 given digits, check digit."""
    body = "0" + serial
    return body + str(ean.calc_check_digit(body))
