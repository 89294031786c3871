"""What a dialect reads from an LMS's file, what it is given to write, and how the LMS names things. Knows no EDIFACT."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, JsonValue

from shared.contracts.delivery import ConsignmentExpected
from shared.contracts.invoices import InvoiceMatched
from shared.contracts.orders import OrderedLine
from shared.contracts.selections import SelectionReceived
from shared.contracts.suppliers import OrderResponded
from shared.errors import Fault
from shared.findings import Finding


class _Kept(BaseModel):
    """Kept as JSON beside the order, and given back exactly."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class PartyName(_Kept):
    """A party as the LMS writes it: the code with its qualifier or agency."""

    code: str = ""
    qualifier: str = ""


class CopyMark(_Kept):
    """One value by which the LMS names a copy, with its code in GIR: both as written."""

    value: str
    code: str


class AskedFor(_Kept):
    """Branch, fund and sequence of copies in the document, by which they are found again among the ordered ones."""

    branch: str = ""
    fund: str = ""
    sequence: str = ""


class CopyNames(_Kept):
    """What the LMS wrote to name one copy, or several that are alike; "" where it wrote nothing.

    `marks` are what it wrote in GIR to name branch, fund, sequence and its own copy, in its order. `asked` is what the document
    has instead: the profile may give another branch, fund and sequence.
    """

    number: str = ""
    branch: str = ""
    fund: str = ""
    sequence: str = ""
    quantity: int = 1
    marks: tuple[CopyMark, ...] = ()
    asked: AskedFor = AskedFor()


class LineNames(_Kept):
    """How the LMS names one line. `line_number` is that in the document; the rest is as the LMS wrote it.

    `place` is its number of the line in the message. `article_in_line` is False where LIN has no number and PIA has.
    """

    line_number: int
    place: str
    reference: str
    article: str
    article_type: str
    copies: tuple[CopyNames, ...] = ()
    article_in_line: bool = True


class OrderNames(_Kept):
    """How the LMS names an order and its parties. Answers repeat all of it byte for byte.

    `sender` and `recipient` are those of the interchange, with the qualifier there. `accounts` are further buyers of the message.
    """

    order_number: str
    control_reference: str
    message_reference: str
    sender: PartyName
    recipient: PartyName
    buyer: PartyName
    supplier: PartyName
    lines: tuple[LineNames, ...]
    accounts: tuple[PartyName, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadOrder:
    """One order of a file. `document` is the order as `POST /v1/orders` takes it.

    `faults` are those that the dialect itself found, by their pointers in `document`; with any, the order must not be placed.
    `segments`: pointers in `document` -> number of the segment in the message (UNH is 1) from which they were read.
    """

    document: Mapping[str, JsonValue]
    names: OrderNames
    faults: tuple[Fault, ...]
    segments: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file of an LMS as read. Reading never raises for bad content.

    `refusal` says why nothing of the file can be trusted (half a file, no interchange, no orders in it); "" where it was read.
    `syntax_error` is then the code of list 0085 for CONTRL, "" where not even the interchange can be named.
    """

    sender: PartyName
    recipient: PartyName
    control_reference: str
    prepared_at: datetime | None
    test: bool
    orders: tuple[ReadOrder, ...]
    findings: tuple[Finding, ...]
    refusal: str = ""
    syntax_error: str = ""


@dataclass(frozen=True, slots=True)
class KnownLine:
    """A line of an order in the order book, with the LMS's names for it; None where the order did not come by this mailbox.

    `barcodes` are those of copies by copy id, as far as they are known; others than its own may be among them. `order_number` is
    needed where the LMS has no names. `elsewhere` are its copies that come from another supplier once its own has
    cancelled them.
    """

    order_id: UUID
    ordered: OrderedLine
    order_names: OrderNames | None
    names: LineNames | None
    barcodes: Mapping[UUID, str] = field(default_factory=dict)
    order_number: str = ""
    elsewhere: Collection[UUID] = ()


@dataclass(frozen=True, slots=True)
class FileTaken:
    """To answer: a file was read, or refused as a whole."""

    file: ReadFile


@dataclass(frozen=True, slots=True)
class OrderNotPlaced:
    """To answer: an order was refused, with all its faults. `segments` are those of `ReadOrder`."""

    names: OrderNames
    faults: tuple[Fault, ...]
    segments: Mapping[str, int]
    answered_on: date


@dataclass(frozen=True, slots=True)
class LinesAnswered:
    """To answer: a supplier answered lines of one order."""

    names: OrderNames
    answer: OrderResponded
    lines: Mapping[str, KnownLine]


@dataclass(frozen=True, slots=True)
class GoodsExpected:
    """To tell: goods are on the way. `lines` by line key."""

    expected: ConsignmentExpected
    lines: Mapping[str, KnownLine]


@dataclass(frozen=True, slots=True)
class InvoiceAccepted:
    """To tell: an invoice or credit note that matches the orders, with all its parts in order. `lines` by line key."""

    parts: tuple[InvoiceMatched, ...]
    lines: Mapping[str, KnownLine]


@dataclass(frozen=True, slots=True)
class TitlesSelected:
    """To tell: a supplier selected titles, which the LMS may order."""

    selection: SelectionReceived


@dataclass(frozen=True, slots=True)
class RecordsChanged:
    """To give: records of MARC 21 of what the council ordered, as a file."""

    content: bytes


Answer = FileTaken | OrderNotPlaced | LinesAnswered | GoodsExpected | InvoiceAccepted | TitlesSelected | RecordsChanged


@dataclass(frozen=True, slots=True)
class Sending:
    """What one file out is written with: its number in the mailbox, without gaps, and when. The rest is the profile's."""

    reference: int
    prepared_at: datetime


@dataclass(frozen=True, slots=True)
class FileOut:
    """A file to give to the LMS: its folder and name as the LMS expects them. `kind` is the message type, such as ORDRSP.

    `withheld`: why the LMS must not have it, and what a person is to do with it instead; "" for a file that is offered.
    """

    folder: str
    name: str
    kind: str
    content: bytes
    withheld: str = ""
