"""Reports the open lines of a council as OSTRPT, with the mistakes of records kept by hand. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from local.simulators.bookseller.chance import share
from local.simulators.bookseller.held import HeldLine
from local.simulators.bookseller.options import Options
from local.simulators.bookseller.post import Letter, article, interchange, line_references, named_copy, parties
from shared.formats.editeur import Date, Document, Quantity, Remark, Report, ReportLine


class Slip(StrEnum):
    """The mistake in a line of the report, or that the line is missing."""

    FORGOTTEN = "forgotten"
    WRONG_QUANTITY = "wrong_quantity"
    LONG_DONE = "long_done"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the report with its mistake, if any; a forgotten line is not in the report."""

    line: HeldLine
    slip: Slip | None = None


def entries(options: Options, buyer: str, lines: Sequence[HeldLine]) -> list[Entry]:
    """Returns all open lines, and the closed lines that are mistaken for open ones."""
    chosen = ((line, _slip(options, buyer, line)) for line in lines)
    return [Entry(line, slip) for line, slip in chosen if line.waiting or slip is Slip.LONG_DONE]


def _slip(options: Options, buyer: str, line: HeldLine) -> Slip | None:
    """Returns the mistake in a line, if any. The subject of every decision is (seed, buyer, order number, line, book)."""
    proportions = options.proportions
    point = share(options.seed, buyer, line.order_number, line.position, line.isbn, "slip")
    if not line.waiting:
        return Slip.LONG_DONE if point < proportions.long_done else None
    if point < proportions.forgotten:
        return Slip.FORGOTTEN
    return Slip.WRONG_QUANTITY if point < proportions.forgotten + proportions.wrong_quantity else None


def report(letter: Letter, listed: Sequence[Entry]) -> bytes:
    """Writes OSTRPT 347."""
    named = (entry for entry in listed if entry.slip is not Slip.FORGOTTEN)
    message = Report(
        document=Document("347", letter.reference, "9"),
        dates=(Date.minute("137", letter.at),),
        parties=parties(letter),
        lines=tuple(_line(letter, position, entry) for position, entry in enumerate(named, start=1)),
    )
    return interchange(letter, message)


def _line(letter: Letter, position: int, entry: Entry) -> ReportLine:
    line, dialect = entry.line, letter.dialect
    name, kind, numbers = article(dialect, line.isbn)
    status = (Remark.coded("LIN", *dialect.status(line.status)),) if line.status else ()
    return ReportLine(
        str(position),
        item=name,
        item_type=kind,
        numbers=numbers,
        quantities=tuple(_quantities(entry)),
        # When other copies of the line were sent, the open ones are named to show which they are.
        copies=tuple(named_copy(letter, line.key, copy, barcode=False) for copy in line.waiting) if line.sent else (),
        remarks=status,
        references=line_references(dialect, line.order_number, line.key),
    )


def _quantities(entry: Entry) -> Iterator[Quantity]:
    """Yields the quantities ordered (21), sent (12), still to be sent (83) and cancelled (85)."""
    line = entry.line
    to_come, sent = len(line.waiting), line.sent
    if entry.slip is Slip.LONG_DONE:
        to_come, sent = line.sent, 0
    if entry.slip is Slip.WRONG_QUANTITY:
        to_come += 1
    counted = (("21", line.ordered), ("12", sent), ("83", to_come), ("85", line.cancelled))
    yield from (Quantity(kind, Decimal(count)) for kind, count in counted if count)
