"""A record as a reader yields it, and a part of a file that could not be read as one."""

from __future__ import annotations

from enum import StrEnum

from shared.findings import Finding
from shared.frozen import dataclass
from shared.records.description import Description
from shared.records.offers import Offer


class Change(StrEnum):
    """What a record does to what its supplier stated before.

    FULL replaces it. PART adds to it: what the record does not state stays. WITHDRAWN takes it back.
    """

    FULL = "full"
    PART = "part"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Remainder:
    """A part of a record that the format's table does not carry, kept as it came: `place` is its tag, `raw` the content."""

    place: str
    raw: str


@dataclass(frozen=True, slots=True)
class CopyData:
    """What a record states about one copy (MARC 21 852, 949, 952): texts as given; `price` with its currency, if stated."""

    branch: str = ""
    shelfmark: str = ""
    barcode: str = ""
    price: str = ""
    fund: str = ""
    item_type: str = ""
    collection: str = ""


_NOTHING = Description()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record of a file or message.

    `isbn` is a valid ISBN-13: the book that it is about. `number` is its 1-based place in the file, `offset` its first byte.
    `reference` is the supplier's own number of the record. `encoding_true`: the text is in the character set that the record
    declares. `findings` say what is wrong or unusual in it.
    """

    isbn: str
    change: Change = Change.FULL
    description: Description = _NOTHING
    offers: tuple[Offer, ...] = ()
    copies: tuple[CopyData, ...] = ()
    remainder: tuple[Remainder, ...] = ()
    reference: str = ""
    number: int = 1
    offset: int = 0
    encoding_true: bool = True
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAside:
    """A part of a file that cannot become a record, with its bytes and the reason: `finding` names code, place and text."""

    number: int
    offset: int
    raw: bytes
    finding: Finding
