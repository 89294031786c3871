"""Chooses the copies of a line that are charged, or whose charge is given back: those named, else by the stated order.

Unnamed charges go to copies despatched or received and not charged yet, lowest number first; only then to others.
Unnamed credits go to a charge of the same amount, then to one large enough, lowest number first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from services.orders.domain.invoices.book import GIVEN_UP, SUPPLIED, BookedCopy, BookedLine
from services.orders.domain.invoices.invoice import Document
from shared.contracts.invoices import InvoicedLine, InvoiceQuery, QueryCode
from shared.contracts.suppliers import CopyReference

# A copy per place among the line's costs; none where no copy may be charged for it.
Slots = list[BookedCopy | None]


@dataclass
class Choice:
    """What was chosen for one line, and the questions that came up. `taken` is shared by all lines of an invoice."""

    line: InvoicedLine
    taken: set[UUID]
    slots: Slots = field(default_factory=list)
    queries: list[InvoiceQuery] = field(default_factory=list)
    _passed_over: list[int] = field(default_factory=list)

    @property
    def place(self) -> int:
        """The next place for a copy that is not named."""
        return self._passed_over[0] if self._passed_over else len(self.slots)

    def take(self, copy: BookedCopy) -> None:
        """Choose a copy that is named, for the next place."""
        self.taken.add(copy.copy_id)
        self.slots.append(copy)

    def fill(self, copy: BookedCopy) -> None:
        """Choose a copy that is not named, for a place passed over or the next one."""
        self.take(copy)
        if self._passed_over:
            self.slots[self._passed_over.pop(0)] = self.slots.pop()

    def pass_over(self) -> None:
        """Keep the next place for a copy that is not named."""
        self._passed_over.append(len(self.slots))
        self.slots.append(None)

    def ask(self, code: QueryCode, text: str) -> None:
        """Ask a person about the line."""
        self.queries.append(InvoiceQuery(code=code, text=text, line_number=self.line.line_number))

    def leave(self, code: QueryCode, text: str) -> None:
        """Leave the next place without a copy, and say why."""
        self.slots.append(None)
        self.ask(code, text)


def choose_to_charge(booked: BookedLine, line: InvoicedLine, taken: set[UUID]) -> Choice:
    """The copies that a line of an invoice charges: each uncharged until now, and chosen at most once in an invoice."""
    choice = Choice(line, taken)
    unnamed = _named(booked, choice, _charge_named)
    free = sorted((copy for copy in booked.copies if _is_free(copy, taken)), key=_rank)
    for copy in free[: max(unnamed, 0)]:
        choice.fill(copy)
    if unnamed > len(free):
        _ask_for_more(booked, choice, free=len(free))
    chosen = [copy for copy in choice.slots if copy is not None and copy.state not in SUPPLIED]
    if chosen:
        told = ", ".join(f"copy {copy.copy_number} is {copy.state}" for copy in chosen)
        choice.ask(QueryCode.NOT_SUPPLIED, f"charged, but neither despatched nor received: {told}")
    return choice


def choose_to_credit(booked: BookedLine, line: InvoicedLine, taken: set[UUID], document: Document) -> Choice:
    """The copies whose charge a line of a credit note gives back, wholly or in part; never more than was charged."""
    choice = Choice(line, taken)

    def is_creditable(copy: BookedCopy) -> bool:
        charge = copy.charge
        if charge is None or copy.copy_id in taken or charge.currency != document.currency:
            return False
        return document.credits_invoice in (None, charge.invoice_number)

    def credit(copies: Sequence[BookedCopy], place: int) -> BookedCopy | None:
        candidates = [copy for copy in copies if is_creditable(copy)]
        return _to_credit(choice, candidates, document, amount=line.costs[place].total if place < len(line.costs) else 0)

    def credit_named(copies: Sequence[BookedCopy], choice: Choice) -> None:
        copy = credit(copies, len(choice.slots))
        if copy:
            choice.take(copy)
        else:
            choice.slots.append(None)

    unnamed = _named(booked, choice, credit_named)
    for _ in range(min(unnamed, len(line.costs))):
        copy = credit(booked.copies, choice.place)
        if copy is None:
            break
        choice.fill(copy)
    return choice


def _named(booked: BookedLine, choice: Choice, choose: Callable[[Sequence[BookedCopy], Choice], None]) -> int:
    """Choose for each reference to a copy; returns how many places are left for copies that are not named."""
    line, unnamed = choice.line, choice.line.quantity
    if len(line.copies) > line.quantity:
        choice.ask(QueryCode.AMBIGUOUS, f"{len(line.copies)} copies are named for a quantity of {line.quantity}")
        return 0
    for reference in line.copies:
        meant = booked.meant_by(reference)
        if meant:
            choose(meant, choice)
        elif reference.copy_number is not None or reference.branch is not None:
            choice.leave(QueryCode.AMBIGUOUS, f"the ordered line has no copy {_words(reference)}")
        else:
            # A barcode the supplier has just stuck on tells nothing about which copy it is.
            choice.pass_over()
            continue
        unnamed -= 1
    return unnamed


def _charge_named(copies: Sequence[BookedCopy], choice: Choice) -> None:
    free = sorted((copy for copy in copies if _is_free(copy, choice.taken)), key=_rank)
    if free:
        choice.take(free[0])
        return
    first = copies[0]
    where = f"invoice {first.charge.invoice_number}" if first.charge else "this invoice"
    choice.leave(QueryCode.INVOICED_BEFORE, f"copy {first.copy_number} was charged before, on {where}")


def _ask_for_more(booked: BookedLine, choice: Choice, *, free: int) -> None:
    numbers = sorted({copy.charge.invoice_number for copy in booked.copies if copy.charge})
    if free == 0 and numbers and not any(choice.slots):
        choice.ask(QueryCode.INVOICED_BEFORE, f"all copies of the line were charged before, on {', '.join(numbers)}")
        return
    open_copies = sum(slot is not None for slot in choice.slots)
    choice.ask(QueryCode.TOO_MANY, f"{choice.line.quantity} copies are charged; {open_copies} of the line are not charged yet")


def _to_credit(choice: Choice, candidates: list[BookedCopy], document: Document, *, amount: int) -> BookedCopy | None:
    """The copy, among those with a charge, of which an amount is given back; none with a question when none has so much."""
    enough = [copy for copy in candidates if copy.charge and copy.charge.balance >= amount]
    exact = [copy for copy in enough if copy.charge and copy.charge.balance == amount]
    if enough:
        return (exact or enough)[0]
    if candidates:
        choice.ask(QueryCode.NOTHING_TO_CREDIT, "more is given back than was charged for the copy")
        return None
    of_invoice = f" on invoice {document.credits_invoice}" if document.credits_invoice else ""
    choice.ask(QueryCode.NOTHING_TO_CREDIT, f"no copy of the line was charged{of_invoice}, or it was given back before")
    return None


def _is_free(copy: BookedCopy, taken: set[UUID]) -> bool:
    return copy.charge is None and copy.copy_id not in taken


def _rank(copy: BookedCopy) -> tuple[bool, bool, int]:
    return copy.state not in SUPPLIED, copy.state in GIVEN_UP, copy.copy_number


def _words(reference: CopyReference) -> str:
    if reference.copy_number is not None:
        return f"number {reference.copy_number}"
    return f"for branch {reference.branch}"
