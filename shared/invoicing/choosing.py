"""Chooses the copies that the lines of an invoice charge or credit: by the rule of `shared.which_copy`, ranked as below.

All lines of a document about one ordered line choose together, whatever their order. Charges go to copies despatched or received
and not charged yet, only then to others, lowest number first. Credits go to copies that are damaged, then missing, then cancelled
or refused, and to a received copy last; among these to a charge of the same amount, else to one large enough. A copy with
another barcode than the named one comes after all of these: the invoice may have overtaken the news of the copy it is for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from shared.contracts.invoices import InvoicedLine, InvoiceQuery, QueryCode
from shared.contracts.orders import GIVEN_UP, SUPPLIED, CopyState
from shared.contracts.suppliers import CopyReference
from shared.invoicing.book import BookedCopy, BookedLine
from shared.invoicing.document import Document
from shared.which_copy import ANY_COPY, Rank, Wanted, choose, meant, objection
from shared.wording import counted

# The copy for each of the line's costs, in the same order; none where no copy may be charged.
Slots = list[BookedCopy | None]

_MOST_LIKELY_CREDITED = (CopyState.DAMAGED, CopyState.MISSING, CopyState.CANCELLED, CopyState.REFUSED)
_LEAST_LIKELY_CREDITED = (CopyState.DESPATCHED, CopyState.AT_HUB, CopyState.RECEIVED)
# More than any likelihood below, and less than `LAST_RESORT`.
_OTHER_BARCODE = 50


@dataclass
class Choice:
    """The copies chosen for one line of an invoice, and its queries."""

    line: InvoicedLine
    slots: Slots = field(default_factory=list)
    queries: list[InvoiceQuery] = field(default_factory=list)

    def references(self) -> list[CopyReference]:
        """Returns a reference for each copy of the line, `ANY_COPY` for those it does not name. None where it names too many."""
        named, quantity = self.line.copies, self.line.quantity
        return [] if len(named) > quantity else [*named, *[ANY_COPY] * (quantity - len(named))]

    def ask(self, code: QueryCode, text: str) -> None:
        """Adds a query about the line."""
        self.queries.append(InvoiceQuery(code=code, text=text, line_number=self.line.line_number))


def choose_to_charge(booked: BookedLine, lines: Sequence[InvoicedLine]) -> list[Choice]:
    """Chooses the copies that the lines of an invoice charge: each without a charge so far, and chosen once per invoice."""
    choices = _chosen(booked, lines, lambda _, __: _rank_to_charge)
    taken = {copy.copy_id for choice in choices for copy in choice.slots if copy}
    for choice in choices:
        for reference, copy in zip(choice.references(), choice.slots, strict=True):
            if copy is None and reference != ANY_COPY:
                _ask_about(choice, reference, booked)
        missing = sum(copy is None for copy, named in zip(choice.slots, choice.references(), strict=True) if named == ANY_COPY)
        if missing:
            _ask_for_more(booked, choice, free=sum(_is_free(copy) and copy.copy_id not in taken for copy in booked.copies))
        unsupplied = [copy for copy in choice.slots if copy is not None and copy.state not in SUPPLIED]
        if unsupplied:
            states = ", ".join(f"copy {copy.copy_number} is {copy.state}" for copy in unsupplied)
            choice.ask(QueryCode.NOT_SUPPLIED, f"charged, but neither despatched nor received: {states}")
        given_up = [copy for copy in choice.slots if copy is not None and copy.given_up_as and copy.state in SUPPLIED]
        if given_up:
            states = ", ".join(f"copy {copy.copy_number} was {copy.given_up_as} before it was despatched" for copy in given_up)
            choice.ask(QueryCode.TOO_MANY, f"charged, but {states}")
    return choices


def choose_to_credit(booked: BookedLine, lines: Sequence[InvoicedLine], document: Document) -> list[Choice]:
    """Chooses the copies that the lines of a credit note credit, in full or in part; never more than was charged."""

    def rank_of(line: InvoicedLine, place: int) -> Callable[[BookedCopy], Rank | None]:
        amount = line.costs[place].total if place < len(line.costs) else 0
        return partial(_rank_to_credit, document=document, amount=amount)

    choices = _chosen(booked, lines, rank_of)
    taken = {copy.copy_id for choice in choices for copy in choice.slots if copy}
    for choice in choices:
        for copy in choice.slots[: len(choice.line.costs)]:
            if copy is None:
                left = [each for each in booked.copies if _is_creditable(each, document) and each.copy_id not in taken]
                _ask_about_credit(choice, document, is_too_small=bool(left))
                break
    return choices


def _chosen(
    booked: BookedLine,
    lines: Sequence[InvoicedLine],
    rank_of: Callable[[InvoicedLine, int], Callable[[BookedCopy], Rank | None]],
) -> list[Choice]:
    """Chooses for all lines together, and asks about references that contradict the order."""
    choices = [Choice(line) for line in lines]
    wanted = [
        Wanted(
            partial(_rank_by_barcode, rank_of(choice.line, place), reference), reference, _group(choice.line, place, reference)
        )
        for choice in choices
        for place, reference in enumerate(choice.references())
    ]
    found = iter(choose(wanted, booked.copies))
    for choice in choices:
        choice.slots = [next(found) for _ in choice.references()]
        if len(choice.line.copies) > choice.line.quantity:
            text = f"the line names {counted(len(choice.line.copies), 'copy')} for a quantity of {choice.line.quantity}"
            choice.ask(QueryCode.AMBIGUOUS, text)
        objections = (objection(reference, booked.copies) for reference in choice.line.copies)
        for text in dict.fromkeys(text for text in objections if text):
            choice.ask(QueryCode.AMBIGUOUS, text)
    return choices


def _rank_by_barcode(rank: Callable[[BookedCopy], Rank | None], reference: CopyReference, copy: BookedCopy) -> Rank | None:
    ranked = rank(copy)
    if ranked is None or not reference.barcode or copy.barcode in (None, reference.barcode):
        return ranked
    likelihood, turn = ranked
    return likelihood + _OTHER_BARCODE, turn


def _group(line: InvoicedLine, place: int, reference: CopyReference) -> tuple[int, bool]:
    """Groups wanted copies by what ranks them. The largest amount chooses first: the fewest charges are large enough for it."""
    return -line.costs[place].total if place < len(line.costs) else 0, not reference.barcode


def _rank_to_charge(copy: BookedCopy) -> Rank | None:
    if not _is_free(copy):
        return None
    return 2 if copy.state in GIVEN_UP else 1 if copy.state not in SUPPLIED else 0, copy.copy_number


def _is_free(copy: BookedCopy) -> bool:
    return copy.charge is None


def _is_creditable(copy: BookedCopy, document: Document) -> bool:
    charge = copy.charge
    if charge is None or charge.currency != document.currency:
        return False
    return document.credits_invoice in (None, charge.invoice_number)


def _rank_to_credit(copy: BookedCopy, *, document: Document, amount: int) -> Rank | None:
    if not _is_creditable(copy, document) or copy.charge is None or copy.charge.balance < amount:
        return None
    states = (*_MOST_LIKELY_CREDITED, None, *_LEAST_LIKELY_CREDITED)
    place = states.index(copy.state if copy.state in states else None)
    return 2 * place + (copy.charge.balance != amount), copy.copy_number


def _ask_about(choice: Choice, reference: CopyReference, booked: BookedLine) -> None:
    """Asks about a named copy that cannot be charged because all it can mean were charged before."""
    for first in meant(reference, booked.copies)[:1]:
        where = f"invoice {first.charge.invoice_number}" if first.charge else "this invoice"
        choice.ask(QueryCode.INVOICED_BEFORE, f"copy {first.copy_number} was charged before, on {where}")


def _ask_for_more(booked: BookedLine, choice: Choice, *, free: int) -> None:
    numbers = sorted({copy.charge.invoice_number for copy in booked.copies if copy.charge})
    if free == 0 and numbers and not any(choice.slots):
        choice.ask(QueryCode.INVOICED_BEFORE, f"all copies of the line were charged before, on {', '.join(numbers)}")
        return
    left = sum(slot is not None for slot in choice.slots)
    text = f"{charged_in_words(choice.line.quantity)}; {left} of the line {'is' if left == 1 else 'are'} not charged yet"
    choice.ask(QueryCode.TOO_MANY, text)


def _ask_about_credit(choice: Choice, document: Document, *, is_too_small: bool) -> None:
    if is_too_small:
        choice.ask(QueryCode.NOTHING_TO_CREDIT, "more is credited than was charged for the copy")
        return
    of_invoice = f" on invoice {document.credits_invoice}" if document.credits_invoice else ""
    choice.ask(QueryCode.NOTHING_TO_CREDIT, f"no copy of the line was charged{of_invoice}, or its charge was credited before")


def charged_in_words(quantity: int) -> str:
    """Returns the words for a number of charged copies: `1 copy is charged`, `3 copies are charged`."""
    return f"{counted(quantity, 'copy')} {'is' if quantity == 1 else 'are'} charged"
