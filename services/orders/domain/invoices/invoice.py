"""The invoice: what the supplier's document says, and its life from received to matched or rejected.

    received -> matched | queried
    queried  -> queried | matched | rejected

Matched and rejected are final: what a matched invoice charged is given back by a credit note, which is an invoice of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.contracts.invoices import InvoicedLine, InvoiceQuery, InvoiceReceived, QueryCode
from shared.errors import DomainError, Kind


class InvoiceState(StrEnum):
    """Where an invoice stands."""

    RECEIVED = "received"
    MATCHED = "matched"
    QUERIED = "queried"
    REJECTED = "rejected"


_NEXT: dict[InvoiceState, frozenset[InvoiceState]] = {
    InvoiceState.RECEIVED: frozenset({InvoiceState.MATCHED, InvoiceState.QUERIED}),
    InvoiceState.QUERIED: frozenset({InvoiceState.QUERIED, InvoiceState.MATCHED, InvoiceState.REJECTED}),
    InvoiceState.MATCHED: frozenset(),
    InvoiceState.REJECTED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Document:
    """What the supplier's invoice or credit note says. Amounts are never negative; `credit` says which way they go."""

    supplier_id: str
    invoice_number: str
    credit: bool
    credits_invoice: str | None
    invoiced_on: date
    currency: str
    total: int
    doubts: tuple[str, ...]
    lines: tuple[InvoicedLine, ...]

    @property
    def sign(self) -> int:
        """What the amounts count in the council's favour or against it: 1 for a charge, -1 for a credit."""
        return -1 if self.credit else 1


@dataclass(frozen=True, slots=True)
class Invoice:
    """One invoice or credit note. `version` grows with every decision; the fingerprint tells a repetition by content."""

    invoice_id: UUID
    council: str
    message_id: UUID
    fingerprint: bytes
    document: Document
    state: InvoiceState = InvoiceState.RECEIVED
    version: int = 0
    queries: tuple[InvoiceQuery, ...] = ()


def document_of(event: InvoiceReceived) -> Document:
    """The document an event tells of."""
    return Document(
        supplier_id=event.supplier_id,
        invoice_number=event.invoice_number,
        credit=event.credit,
        credits_invoice=event.credits_invoice,
        invoiced_on=event.invoiced_on,
        currency=event.currency,
        total=event.total,
        doubts=event.doubts,
        lines=event.lines,
    )


def fingerprint_of(event: InvoiceReceived) -> bytes:
    """Digest of all that the supplier said: two documents with the same digest are the same document sent twice."""
    # Doubts are the reader's words about it: a better reader has other doubts of the same invoice.
    return hashlib.sha256(event.model_dump_json(exclude={"message_id", "doubts"}).encode()).digest()


def judged(invoice: Invoice, queries: Sequence[InvoiceQuery]) -> Invoice:
    """The invoice after it was compared with the order book: matched when nothing is questioned."""
    state = InvoiceState.QUERIED if queries else InvoiceState.MATCHED
    return replace(_moved(invoice, state), queries=tuple(queries))


def accepted(invoice: Invoice) -> Invoice:
    """The invoice after a person took it in spite of its queries. Raises DomainError (409) unless it is queried."""
    return _moved(_questioned(invoice), InvoiceState.MATCHED)


def rejected(invoice: Invoice) -> Invoice:
    """The invoice after a person sent it back. Raises DomainError (409) unless it is queried."""
    return _moved(_questioned(invoice), InvoiceState.REJECTED)


def waits_for(invoice: Invoice, code: QueryCode) -> bool:
    """Whether nothing else than this is against a queried invoice, so that the news it lacks would settle it."""
    return invoice.state is InvoiceState.QUERIED and {query.code for query in invoice.queries} == {code}


def _questioned(invoice: Invoice) -> Invoice:
    if invoice.state is not InvoiceState.QUERIED:
        raise DomainError(
            "invoice-settled", f"The invoice is {invoice.state}; only a queried one waits for a decision.", Kind.CONFLICT
        )
    return invoice


def _moved(invoice: Invoice, state: InvoiceState) -> Invoice:
    assert state in _NEXT[invoice.state], f"no way from {invoice.state} to {state}"
    return replace(invoice, state=state, version=invoice.version + 1)
