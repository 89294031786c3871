"""Reads X12 856 ship notices as despatches, carton by carton.

Pure and tolerant. Does not know which places exist.
"""

from __future__ import annotations

from collections.abc import Iterator

from services.suppliers.contract import AdvisedLine, DespatchFact, Kind, Reading
from services.suppliers.national.order_numbers import of_the_council
from services.suppliers.national.read.codes import Odd, odd
from services.suppliers.national.read.goods import AdvisedGoods, Notice, despatches_of, sscc_of
from services.suppliers.national.read.interchanges import Part, joined
from services.suppliers.national.read.lines import Findings, number_of
from services.suppliers.national.read.translation import Conventions
from shared.contracts.suppliers import CopyReference
from shared.findings import Severity
from shared.formats import x12
from shared.formats.x12 import BOOK_NUMBERS, Interchange, ShipNotice, Shipped


def read_x12(body: bytes, conventions: Conventions) -> Reading:
    """Reads the ship notices (ST 856) of one file as despatches. Other transaction sets become findings."""
    reading = x12.read(body)
    return joined([_part(interchange, conventions) for interchange in reading.interchanges], reading.findings)


def _part(interchange: Interchange, conventions: Conventions) -> Part:
    sender, reference = interchange.sender.strip(), interchange.control_number
    part = Part(sender, reference, interchange.test, interchange.first, interchange.last)
    for notice in interchange.notices:
        part.kinds.append(Kind.DESPATCH)
        part.facts += _despatches(notice, conventions, part.findings)
    return part


def _despatches(notice: ShipNotice, conventions: Conventions, findings: Findings) -> Iterator[DespatchFact]:
    number = number_of(notice.number, "despatch", findings, code=Odd.NO_DESPATCH_NUMBER)
    if not number:
        return
    goods = (_goods(shipped, conventions, findings) for shipped in x12.items(notice))
    found = [advised for advised in goods if advised is not None]
    if any(not advised.carton for advised in found):
        findings.append(odd(Odd.NO_SSCC, "some lines are in no carton", severity=Severity.INFO))
    yield from despatches_of(Notice(number, notice.shipped, notice.expected), found, findings)


def _goods(shipped: Shipped, conventions: Conventions, findings: Findings) -> AdvisedGoods | None:
    """Returns the copies of one item level (HL I), with the place and carton of the levels above it; None when it is left out.

    An item needs a book number (LIN) or our line key, and a count (SN1) or barcodes.
    """
    item, barcodes = shipped.item, tuple(code.strip() for code in shipped.barcodes if code.strip())
    isbn = item.isbn or next((number for kind in BOOK_NUMBERS if (number := item.id_of(kind).strip())), "")
    count = item.quantity if item.quantity is not None else len(barcodes)
    line_key = shipped.order_line.strip() or None
    if not (isbn or line_key) or count <= 0:
        code, lacking = (Odd.INVALID_QUANTITY, "has no usable quantity") if count <= 0 else (Odd.NO_ISBN, "names no book")
        findings.append(odd(code, f"line {item.line!r} {lacking}; left out", severity=Severity.ERROR))
        return None
    order_number = of_the_council(shipped.order_number.strip(), conventions.dialect)
    copies = tuple(CopyReference(barcode=barcode) for barcode in barcodes)
    line = AdvisedLine(line_key, order_number or None, isbn, count, copies)
    place = shipped.ship_to.id.strip() if shipped.ship_to is not None else ""
    return AdvisedGoods(conventions.places.get(place, place), _carton(shipped, findings), line)


def _carton(shipped: Shipped, findings: Findings) -> str:
    codes = [code.strip() for code in shipped.packages if code.strip()]
    if len(codes) > 1:
        findings.append(odd(Odd.SEVERAL_SSCC, f"{len(codes)} cartons share lines; all lines are put into {codes[0]}"))
    return sscc_of(codes[0]) if codes else ""
