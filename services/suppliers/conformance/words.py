"""Describes each fact in plain words. Knows the meanings of codes; decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from services.suppliers.contract import (
    AcknowledgementFact,
    DespatchFact,
    Fact,
    InvoiceFact,
    Kind,
    LineAnswer,
    OpenLinesFact,
    ResponseFact,
    SelectionFact,
)
from shared.contracts.invoices import InvoicedLine
from shared.contracts.stated import SupplierReferences
from shared.contracts.suppliers import CopyReference, LineAction
from shared.formats.editeur import codes
from shared.money import amount_in_words
from shared.records import Change, Record
from shared.records.brief import brief_of
from shared.wording import counted

_ACTIONS = {
    LineAction.ACCEPTED: "accepted",
    LineAction.CHANGED: "accepted with changes",
    LineAction.CANCELLED: "cancelled",
    LineAction.NOT_FOUND: "not found",
    LineAction.UNCHANGED: "unchanged",
}


@dataclass(frozen=True, slots=True)
class Description:
    """A fact in words: as a whole, and line by line."""

    kind: Kind
    text: str
    lines: tuple[str, ...] = ()


def describe(fact: Fact) -> Description:
    """Returns the fact in words."""
    match fact:
        case ResponseFact():
            return Description(Kind.RESPONSE, _response(fact), tuple(_answer(line, fact.order_number) for line in fact.lines))
        case DespatchFact():
            return _despatch(fact)
        case Record():
            return Description(Kind.RECORD, _record(fact))
        case InvoiceFact():
            return _invoice(fact)
        case SelectionFact():
            return _selection(fact)
        case OpenLinesFact():
            return _open_lines(fact)
        case AcknowledgementFact():
            verdict = "could be read" if fact.accepted else f"could not be read: {fact.text or 'no reason given'}"
            return Description(Kind.ACKNOWLEDGEMENT, f"our message {fact.reference} {verdict}")


def _record(fact: Record) -> str:
    if fact.change is Change.WITHDRAWN:
        return f"withdraws the record of {fact.isbn}"
    brief = brief_of(fact.description)
    by = f" by {brief.author}" if brief.author else ""
    return f"record of {fact.isbn}: {brief.title or 'without a title'}{by}"


def _response(fact: ResponseFact) -> str:
    order = f" of order {fact.order_number}" if fact.order_number else ""
    reference = f" (the supplier's reference {fact.supplier_reference})" if fact.supplier_reference else ""
    if fact.account_stopped:
        return f"refuses all lines{order}{reference}, because the account is stopped"
    return f"answers {counted(len(fact.lines), 'line')}{order}{reference}"


def _answer(line: LineAnswer, order_number: str | None) -> str:
    parts = [*_quantities(line), *_verdict(line)]
    if line.copies:
        parts.append(f"about {_copies(line.copies)}")
    if line.substitute_isbn:
        parts.append(f"substitute {line.substitute_isbn}")
    parts += [f"price {price.in_words()}" for price in line.prices]
    parts += _called(line.supplier_references)
    if line.note:
        parts.append(f"note {line.note!r}")
    return f"{_line(line.line_key, line.order_number or order_number, line.isbn)}: {'; '.join(parts) or 'no answer'}"


def _quantities(line: LineAnswer) -> list[str]:
    counts = line.quantities
    until = f" until {line.available_on}" if line.available_on else ""
    parts = [
        f"{counted(counts.accepted, 'copy')} accepted" if counts.accepted else "",
        f"{counted(counts.back_ordered, 'copy')} back ordered{until}" if counts.back_ordered else "",
        f"{counted(counts.cancelled, 'copy')} cancelled" if counts.cancelled else "",
    ]
    answered = ", ".join(filter(None, parts))
    if answered:
        return [f"{answered} (of {counts.ordered} ordered)" if counts.ordered is not None else answered]
    ordered = [f"{counts.ordered} ordered"] if counts.ordered is not None else []
    return [*ordered, f"expected {line.available_on}"] if line.available_on else ordered


def _verdict(line: LineAnswer) -> Iterator[str]:
    if line.action is not None:
        yield _ACTIONS[line.action]
    if line.status_code:
        yield f"status {line.status_code} ({codes.STATUSES.get(line.status_code, 'unknown code')})"
    if line.availability_code:
        meaning = codes.AVAILABILITIES.get(line.availability_code, "unknown code")
        yield f"availability {line.availability_code} ({meaning})"


def _despatch(fact: DespatchFact) -> Description:
    copies = sum(line.quantity for parcel in fact.parcels for line in parcel.lines)
    when = f", expected {fact.expected_on}" if fact.expected_on else ""
    text = (
        f"despatch {fact.despatch_number} to {fact.deliver_to or 'an unnamed place'}: "
        f"{counted(copies, 'copy')} in {counted(len(fact.parcels), 'parcel')}{when}"
    )
    lines = tuple(
        f"parcel {parcel.parcel_id}: {counted(line.quantity, 'copy')} of {_line(line.line_key, line.order_number, line.isbn)}"
        + "".join(f", {called}" for called in _called(line.supplier_references))
        + (f": {_copies(line.copies)}" if line.copies else "")
        for parcel in fact.parcels
        for line in parcel.lines
    )
    return Description(Kind.DESPATCH, text, lines)


def _invoice(fact: InvoiceFact) -> Description:
    what = "credit note" if fact.credit else "invoice"
    corrects = f" (for invoice {fact.credits_invoice})" if fact.credits_invoice else ""
    verb = "credits" if fact.credit else "charges"
    text = f"{what} {fact.invoice_number}{corrects} {verb} {amount_in_words(fact.total, fact.currency)} to {_buyer(fact.buyer)}"
    charges = (f"{charge.description}: {amount_in_words(charge.total, fact.currency)}" for charge in fact.charges)
    return Description(Kind.INVOICE, text, (*(_charge(line, fact.currency) for line in fact.lines), *charges))


def _charge(line: InvoicedLine, currency: str) -> str:
    title = [repr(line.title)] if line.title else []
    named = ", ".join([_line(line.line_key, line.order_number, line.isbn), *title, *_called(line.supplier_references)])
    if not line.costs:
        return f"{named}: {counted(line.quantity, 'copy')}, amounts cannot be divided by copy"
    total = amount_in_words(sum(cost.total for cost in line.costs), currency)
    return f"{named}: {counted(line.quantity, 'copy')} for {total} in total"


def _selection(fact: SelectionFact) -> Description:
    firm = "firm " if fact.firm else ""
    text = f"{firm}selection {fact.selection_number} for {_buyer(fact.buyer)}: {counted(len(fact.lines), 'title')}"
    lines = tuple(
        f"{line.reference or 'without reference'}: {counted(line.quantity, 'copy')} of {line.isbn or 'no ISBN'}"
        + (f", {line.title}" if line.title else "")
        for line in fact.lines
    )
    return Description(Kind.SELECTION, text, lines)


def _open_lines(fact: OpenLinesFact) -> Description:
    text = f"reports {counted(len(fact.lines), 'open line')} for {_buyer(fact.buyer)}"
    lines = tuple(
        _line(line.line_key, line.order_number, line.isbn)
        + (f": {counted(line.quantity, 'copy')} to come" if line.quantity is not None else ": open")
        for line in fact.lines
    )
    return Description(Kind.OPEN_LINES, text, lines)


def _buyer(buyer: str) -> str:
    return buyer or "an unnamed buyer"


def _line(line_key: str | None, order_number: str | None, isbn: str) -> str:
    if line_key:
        return f"line {line_key} (ISBN {isbn or 'not given'})"
    if order_number:
        return f"ISBN {isbn or 'not given'} of order {order_number}"
    return f"ISBN {isbn or 'not given'} without line key or order number"


def _called(references: SupplierReferences | None) -> list[str]:
    return [references.in_words()] if references is not None else []


def _copies(copies: Sequence[CopyReference]) -> str:
    return ", ".join(" ".join(_copy(copy)) or "a copy" for copy in copies)


def _copy(copy: CopyReference) -> Iterable[str]:
    if copy.copy_number is not None:
        yield f"copy {copy.copy_number}"
    if copy.branch:
        yield f"for {copy.branch}"
    if copy.barcode:
        yield f"with barcode {copy.barcode}"
    if copy.item is not None:
        stated = copy.item.model_dump(exclude_defaults=True).items()
        yield f"({', '.join(f'{_plain(name)} {_listed(value)}' for name, value in stated)})"


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _listed(value: object) -> str:
    return " ".join(value) if isinstance(value, tuple) else str(value)
