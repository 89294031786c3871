"""Writes the parts that all of the bookseller's messages share: parties, references, book numbers, the interchange. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from local.simulators.bookseller.chance import digits
from local.simulators.bookseller.dialect import Dialect
from local.simulators.bookseller.options import Options
from local.simulators.bookseller.wire import WireCopy, WireOrder
from shared.formats import edifact
from shared.formats.editeur import Copy, LibraryMessage, Mark, Number, Numbers, Party, Reference, to_message

_GLN = "14"
_ASSOCIATIONS = {"ORDRSP": "EAN005", "DESADV": "EAN007", "INVOIC": "EAN008", "QUOTES": "EAN002", "OSTRPT": "EAN008"}
_SEGMENT = re.compile(rb"(?:\?.|[^?'])*'", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Letter:
    """The recipient of an answer (as UNB names it), and the reference and date of the answer."""

    options: Options
    order: WireOrder
    buyer_id: str
    buyer_qualifier: str
    reference: str
    at: datetime

    @property
    def dialect(self) -> Dialect:
        """The dialect in which it is written."""
        return self.options.dialect


def parties(letter: Letter) -> tuple[Party, ...]:
    """Returns the buyer, as the order names it, and the supplier."""
    order = letter.order
    return Party("BY", order.buyer, order.buyer_agency), Party("SU", letter.options.own_gln, "9")


def heading_references(letter: Letter) -> tuple[Reference, ...]:
    """Returns the order number for the whole message, for a dialect whose lines have no room for it."""
    return (Reference("ON", letter.order.number),) if letter.dialect.line_reference == "ON" else ()


def line_references(dialect: Dialect, order_number: str, key: str) -> tuple[Reference, ...]:
    """Returns RFF of a line: ON order number and LI line key, or ON line key alone in some dialects; an empty key is left out."""
    if dialect.line_reference == "ON":
        return (Reference("ON", key),) if key else ()
    return (Reference("ON", order_number), *((Reference("LI", key),) if key else ()))


def article(dialect: Dialect, isbn: str) -> tuple[str, str, tuple[Numbers, ...]]:
    """Returns number, qualifier and further numbers of a book: named in LIN, or in PIA+5, as the dialect does."""
    if dialect.item == "LIN":
        return isbn, "EN", ()
    return "", "", (Numbers("5", (Number(isbn, "EN"),)),)


def barcode_of(letter: Letter, line_key: str, copy: WireCopy) -> str:
    """Returns the barcode that the bookseller puts on a copy: 14 digits."""
    order = letter.order
    return "3" + digits(13, letter.options.seed, order.buyer, order.number, line_key, copy.number)


def named_copy(letter: Letter, line_key: str, copy: WireCopy, *, barcode: bool) -> Copy:
    """Returns the GIR of one copy: its number, branch, collection, plan and, once it is ready for the shelf, barcode."""
    known = ((copy.branch, "LLO"), (copy.sequence, letter.dialect.sequence), (copy.rotation_plan, "LRP"))
    marks = [Mark(value, code) for value, code in known if value]
    if barcode:
        marks.insert(0, Mark(barcode_of(letter, line_key, copy), letter.dialect.barcode))
    return Copy(f"{copy.number:03d}", tuple(marks))


def interchange(letter: Letter, message: LibraryMessage) -> bytes:
    """Returns the message in an interchange, as the bookseller sends it."""
    dialect = letter.dialect
    written = to_message(message)
    association = _ASSOCIATIONS.get(written.type, "") if dialect.association else ""
    body = edifact.write(
        edifact.OutboundInterchange(
            sender=letter.options.own_gln if dialect.qualifier == _GLN else dialect.code,
            sender_qualifier=dialect.qualifier,
            recipient=letter.buyer_id,
            recipient_qualifier=letter.buyer_qualifier,
            control_reference=letter.reference,
            prepared=letter.at,
            messages=[to_message(message, association=association)],
            charset=dialect.charset,
            application_reference=written.type,
            advice=dialect.advice,
        )
    )
    return _SEGMENT.sub(rb"\g<0>\r\n", body) if dialect.line_breaks else body
