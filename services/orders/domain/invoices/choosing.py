"""Chooses the copies that an invoice's line charges or credits: copies that the line names, else in the order below.

Unnamed charges go to copies despatched or received and not charged yet, lowest number first; only then to others.
Unnamed credits go to a charge of the same amount, else to one large enough, lowest number first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from services.orders.domain.invoices.book import GIVEN_UP, SUPPLIED, BookedCopy, BookedLine
from services.orders.domain.invoices.invoice import Document
from shared.contracts.invoices import InvoicedLine, InvoiceQuery, QueryCode
from shared.contracts.suppliers import CopyReference
from shared.wording import counted

# The copy for each of the line's costs, in the same order; none where no copy may be charged.
Slots = list[BookedCopy | None]


@dataclass
class Choice:
    """The copies chosen for one line, and its queries. `taken`: copies chosen so far, shared by all lines of an invoice."""

    line: InvoicedLine
    taken: set[UUID]
    slots: Slots = field(default_factory=list)
    queries: list[InvoiceQuery] = field(default_factory=list)
    _passed_over: list[int] = field(default_factory=list)

    @property
    def place(self) -> int:
        """Returns the next place for a copy that is not named."""
        return self._passed_over[0] if self._passed_over else len(self.slots)

    def take(self, copy: BookedCopy) -> None:
        """Chooses a named copy for the next place."""
        self.taken.add(copy.copy_id)
        self.slots.append(copy)

    def fill(self, copy: BookedCopy) -> None:
        """Chooses an unnamed copy for the first place that was passed over, else for the next one."""
        self.take(copy)
        if self._passed_over:
            self.slots[self._passed_over.pop(0)] = self.slots.pop()

    def pass_over(self) -> None:
        """Keeps the next place for a copy that is not named."""
        self._passed_over.append(len(self.slots))
        self.slots.append(None)

    def ask(self, code: QueryCode, text: str) -> None:
        """Adds a query about the line."""
        self.queries.append(InvoiceQuery(code=code, text=text, line_number=self.line.line_number))

    def leave(self, code: QueryCode, text: str) -> None:
        """Leaves the next place without a copy, and adds the query that says why."""
        self.slots.append(None)
        self.ask(code, text)


def choose_to_charge(booked: BookedLine, line: InvoicedLine, taken: set[UUID]) -> Choice:
    """Chooses the copies that an invoice's line charges: each without a charge so far, and chosen once per invoice."""
    choice = Choice(line, taken)
    unnamed = _named(booked, choice, _charge_named)
    free = sorted((copy for copy in booked.copies if _is_free(copy, taken)), key=_rank)
    for copy in free[: max(unnamed, 0)]:
        choice.fill(copy)
    if unnamed > len(free):
        _ask_for_more(booked, choice, free=len(free))
    chosen = [copy for copy in choice.slots if copy is not None and copy.state not in SUPPLIED]
    if chosen:
        states = ", ".join(f"copy {copy.copy_number} is {copy.state}" for copy in chosen)
        choice.ask(QueryCode.NOT_SUPPLIED, f"charged, but neither despatched nor received: {states}")
    return choice


def choose_to_credit(booked: BookedLine, line: InvoicedLine, taken: set[UUID], document: Document) -> Choice:
    """Chooses the copies that a credit note's line credits, in full or in part; never more than was charged."""
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
    """Chooses a copy for each reference; returns how many places are left for copies that are not named."""
    line, unnamed = choice.line, choice.line.quantity
    if len(line.copies) > line.quantity:
        text = f"the line names {counted(len(line.copies), 'copy')} for a quantity of {line.quantity}"
        choice.ask(QueryCode.AMBIGUOUS, text)
        return 0
    for reference in line.copies:
        meant = booked.meant_by(reference)
        if meant:
            choose(meant, choice)
        elif reference.copy_number is not None or reference.branch is not None:
            choice.leave(QueryCode.AMBIGUOUS, f"the ordered line has no copy {_words(reference)}")
        else:
            # A new barcode, which the supplier has just stuck on, does not show which copy it is.
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
    left = sum(slot is not None for slot in choice.slots)
    text = f"{charged_in_words(choice.line.quantity)}; {left} of the line {'is' if left == 1 else 'are'} not charged yet"
    choice.ask(QueryCode.TOO_MANY, text)


def _to_credit(choice: Choice, candidates: list[BookedCopy], document: Document, *, amount: int) -> BookedCopy | None:
    """Returns the charged copy whose charge an amount is credited to; none, with a query, when no charge is large enough."""
    enough = [copy for copy in candidates if copy.charge and copy.charge.balance >= amount]
    exact = [copy for copy in enough if copy.charge and copy.charge.balance == amount]
    if enough:
        return (exact or enough)[0]
    if candidates:
        choice.ask(QueryCode.NOTHING_TO_CREDIT, "more is credited than was charged for the copy")
        return None
    of_invoice = f" on invoice {document.credits_invoice}" if document.credits_invoice else ""
    choice.ask(QueryCode.NOTHING_TO_CREDIT, f"no copy of the line was charged{of_invoice}, or its charge was credited before")
    return None


def charged_in_words(quantity: int) -> str:
    """Returns the words for a number of charged copies: `1 copy is charged`, `3 copies are charged`."""
    return f"{counted(quantity, 'copy')} {'is' if quantity == 1 else 'are'} charged"


def _is_free(copy: BookedCopy, taken: set[UUID]) -> bool:
    return copy.charge is None and copy.copy_id not in taken


def _rank(copy: BookedCopy) -> tuple[bool, bool, int]:
    return copy.state not in SUPPLIED, copy.state in GIVEN_UP, copy.copy_number


def _words(reference: CopyReference) -> str:
    if reference.copy_number is not None:
        return f"number {reference.copy_number}"
    return f"for branch {reference.branch}"
