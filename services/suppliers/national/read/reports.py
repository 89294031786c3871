"""Reads OSTRPT as the lines that are open at a bookseller, and as answers for the codes it gives. Pure and tolerant."""

from __future__ import annotations

from services.suppliers.contract import Fact, LineAnswer, OpenLine, OpenLinesFact, ResponseFact
from services.suppliers.national.read.lines import Findings, buyer_of
from services.suppliers.national.read.responses import answer_of
from shared.contracts.suppliers import LineAction
from shared.formats import editeur
from shared.formats.edifact import Message

_CLOSED_ACTIONS = (LineAction.CANCELLED, LineAction.NOT_FOUND)
_CLOSED_STATUSES = ("2", "800", "900")
"""Prefixes of list 12B values of lines that are closed: refused or cancelled (2..), sent (800), not traced (900)."""


# BGM of a report about one order: it repeats the code of the order, or of our enquiry about it.
_ABOUT_AN_ORDER = frozenset({"220", "224"})


def read_report(message: Message, findings: Findings) -> list[Fact]:
    """Reads one OSTRPT: its open lines, and a response with the lines for which it gives an action, status or availability.

    A report about one order, such as the answer to an enquiry, is no list of what is open: it is a response alone.
    """
    report = editeur.read_as(editeur.Report, message, findings)
    reported = report.date("137")
    at = reported.moment if reported is not None else None
    answers = [answer_of(line, report, findings) for line in report.lines]
    about_one = report.document.code in _ABOUT_AN_ORDER
    opened = tuple(line for answer in answers if (line := _open_line(answer)) is not None)
    facts: list[Fact] = [] if about_one else [OpenLinesFact(buyer_of(report, findings), at, opened)]
    coded = tuple(answer for answer in answers if about_one or _says_something(answer))
    if coded:
        facts.append(
            ResponseFact(
                order_number=report.reference("ON").strip() or None,
                supplier_reference=report.document.number.strip(),
                responded_at=at,
                lines=coded,
            )
        )
    return facts


def _says_something(answer: LineAnswer) -> bool:
    return bool(answer.action or answer.status_code or answer.availability_code or answer.claim)


def _open_line(answer: LineAnswer) -> OpenLine | None:
    """Returns the line as an open line; None when the supplier has closed it."""
    if answer.action in _CLOSED_ACTIONS or (answer.status_code or "").startswith(_CLOSED_STATUSES):
        return None
    waiting = _waiting(answer)
    if waiting is not None and waiting <= 0:
        return None
    return OpenLine(answer.line_key, answer.order_number, answer.isbn, waiting, answer.status_code)


def _waiting(answer: LineAnswer) -> int | None:
    """Returns the copies back ordered (QTY 83), else the copies ordered (QTY 21) less those sent (12) and cancelled (85)."""
    counted = answer.quantities
    if counted.back_ordered is not None:
        return counted.back_ordered
    if counted.ordered is None:
        return None
    return counted.ordered - (counted.accepted or 0) - (counted.cancelled or 0)
