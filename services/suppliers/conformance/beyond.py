"""Finds what other services would query, hold or set aside of what the exchange applies, by the rules they share. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from uuid import NAMESPACE_URL, uuid5

from services.suppliers.contract import SelectionFact
from services.suppliers.domain.buyers import MatchedInvoice
from services.suppliers.domain.known_lines import KnownLine
from services.suppliers.domain.matching import MatchedAdvice, MatchedAnswer
from services.suppliers.domain.part_events import Origin, invoice_received
from services.suppliers.domain.plan import Plan
from shared.contracts.invoices import InvoicedLine
from shared.contracts.orders import CopyState
from shared.contracts.suppliers import CopyReference
from shared.formats.editeur.codes import STATUSES
from shared.invoicing.book import Book, BookedCopy, BookedLine, Charge
from shared.invoicing.document import Document, document_of
from shared.invoicing.matching import DEFAULT_TERMS, match
from shared.values import InvalidValue, isbn13_or_text, to_article_number
from shared.which_copy import ANY_COPY, Marks, objection

# More than any copy costs, in minor units: a credit note is checked as if its copies had been charged enough.
_CHARGED_BEFORE = 10**12


def troubles_beyond(plan: Plan, origin: Origin, *, assumed: bool) -> Iterator[str]:
    """Yields why a part of the plan would be stopped after the exchange applied it.

    `assumed`: the ordered lines are taken from the file itself, so that their copies prove nothing.
    """
    for response in plan.responses:
        yield from _of_answers(response.answers, assumed=assumed)
    for despatch in plan.despatches:
        yield from _of_goods(despatch.advice, assumed=assumed)
    for selection in plan.selections:
        yield from _of_selection(selection.fact)
    for invoice in plan.invoices:
        yield from _of_invoice(invoice, origin, assumed=assumed)


def _of_answers(answers: Iterable[MatchedAnswer], *, assumed: bool) -> Iterator[str]:
    """The order book holds copies with a status that it does not know, and asks about copies that were not ordered."""
    for matched in answers:
        code = matched.answer.status_code
        if code and code not in STATUSES:
            yield f"status {code!r} is not in list 12B: the copies would be held until a person decides"
        if not assumed:
            yield from _objections(matched.line, matched.answer.copies)


def _of_goods(advice: Iterable[MatchedAdvice], *, assumed: bool) -> Iterator[str]:
    """Delivery reports goods of another title, and more goods than were ordered."""
    copies: Counter[str] = Counter()
    lines: dict[str, KnownLine] = {}
    for matched in advice:
        line, isbn = matched.line, isbn13_or_text(matched.advised.isbn.strip())
        if isbn and isbn not in line.isbns:
            yield f"line {line.line_key} was ordered as {line.ordered.isbn}: {isbn} would be reported as a wrong item"
        copies[line.line_key] += max(matched.advised.quantity, len(matched.advised.copies))
        lines[line.line_key] = line
        if not assumed:
            yield from _objections(line, matched.advised.copies)
    for key, count in copies.items():
        ordered = len(lines[key].ordered.copies)
        if not assumed and count > ordered:
            yield f"{count} copies of line {key} are advised, {ordered} ordered: the rest would be reported as surplus"


def _objections(line: KnownLine, references: Iterable[CopyReference]) -> Iterator[str]:
    copies = _booked(line).copies
    yield from (f"line {line.line_key}: {text}" for reference in references if (text := objection(reference, copies)))


def _of_selection(fact: SelectionFact) -> Iterator[str]:
    """The council cannot order a line whose article number is none."""
    for line in fact.lines:
        try:
            to_article_number(line.isbn)
        except InvalidValue as error:
            yield f"{line.reference or 'a line'} could not be ordered as it is: {error}"


def _of_invoice(invoice: MatchedInvoice, origin: Origin, *, assumed: bool) -> Iterator[str]:
    """The order book compares an invoice with what was ordered, here as if all goods had been received."""
    document = document_of(invoice_received(invoice, origin))
    lines = {line.line_key: line for line in invoice.known}.values()
    booked = [_fitted(line, document) if assumed else _booked(line) for line in lines]
    if document.credit:
        booked = [_charged(line, document) for line in booked]
    for query in match(document, Book(tuple(booked)), DEFAULT_TERMS).queries:
        line = f"line {query.line_number}: " if query.line_number else ""
        yield f"would be queried: {line}{query.text}"


def _booked(line: KnownLine) -> BookedLine:
    """Returns an ordered line as the order book has it when all its goods were received."""
    ordered = line.ordered
    marks = (Marks(copy.copy_number, copy.branch.code, copy.fund, copy.sequence) for copy in ordered.copies)
    copies = tuple(_received(line.line_key, each) for each in marks)
    return BookedLine(line.line_key, line.order_id, line.order_number, ordered.isbn, ordered.unit_price, copies)


def _fitted(line: KnownLine, document: Document) -> BookedLine:
    """Returns an assumed line with the copies that the document is about, and as many."""
    wanted = [reference for each in document.lines if each.line_key == line.line_key for reference in _references(each)]
    numbers = {reference.copy_number for reference in wanted}
    free = (number for number in range(1, len(wanted) + len(numbers) + 1) if number not in numbers)
    marks = [
        Marks(reference.copy_number or next(free), reference.branch or "", reference.fund or "", reference.sequence or "")
        for reference in wanted
    ]
    copies = {each.copy_number: _received(line.line_key, each) for each in marks}
    return replace(_booked(line), copies=tuple(copies.values()))


def _received(line_key: str, marks: Marks) -> BookedCopy:
    copy_id = uuid5(NAMESPACE_URL, f"{line_key}/{marks.copy_number}")
    state, fund, sequence = CopyState.RECEIVED, marks.fund, marks.sequence
    return BookedCopy(copy_id, marks.copy_number, marks.branch, state, fund=fund, sequence=sequence)


def _references(line: InvoicedLine) -> Sequence[CopyReference]:
    return (*line.copies, *[ANY_COPY] * (line.quantity - len(line.copies)))


def _charged(line: BookedLine, document: Document) -> BookedLine:
    """Returns the line as if an earlier invoice had charged its copies: a credit note gives back what was charged."""
    entry, number = uuid5(NAMESPACE_URL, line.line_key), document.credits_invoice or ""
    charge = Charge(entry, entry, number, document.currency, _CHARGED_BEFORE)
    return replace(line, copies=tuple(replace(copy, charge=charge) for copy in line.copies))
