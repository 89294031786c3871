"""The invoice: its states from received to matched or rejected.

    received -> matched | queried
    queried  -> queried | matched | rejected

Matched and rejected are final: a credit note, which is an invoice of its own, gives back what a matched invoice charged.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from shared.contracts.invoices import InvoiceQuery, InvoiceReceived, QueryCode
from shared.errors import DomainError, Kind
from shared.invoicing.document import Document


class InvoiceState(StrEnum):
    """State of an invoice."""

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
class Invoice:
    """One invoice or credit note. `version` grows with every decision; `fingerprint` recognises a repetition by its content.

    `replaced` are the earlier messages whose content that of `message_id` corrected.
    """

    invoice_id: UUID
    council: str
    message_id: UUID
    fingerprint: bytes
    document: Document
    state: InvoiceState = InvoiceState.RECEIVED
    version: int = 0
    queries: tuple[InvoiceQuery, ...] = ()
    replaced: tuple[UUID, ...] = ()


def fingerprint_of(event: InvoiceReceived) -> bytes:
    """Returns a digest of the supplier's content: two documents with the same digest are one document sent twice."""
    # Doubts are left out, for they are ours: a corrected reader has other doubts about the same invoice. Charges are left out
    # where there are none, so that the digest of a document that arrived before they were read stays the same.
    # Taxes are always left out: they repeat the amounts of the lines, and earlier readers did not read them.
    left_out = {"message_id", "doubts", "taxes"} | (set() if event.charges else {"charges"})
    return hashlib.sha256(event.model_dump_json(exclude=left_out).encode()).digest()


def corrected(before: Invoice, new: Invoice) -> Invoice:
    """Returns a queried invoice with the content of a new reading or document; its queries go if the content differs."""
    replaced = before.replaced if new.message_id == before.message_id else (*before.replaced, before.message_id)
    queries = before.queries if new.fingerprint == before.fingerprint else ()
    return replace(
        before,
        message_id=new.message_id,
        document=new.document,
        fingerprint=new.fingerprint,
        queries=queries,
        replaced=replaced,
    )


def after_matching(invoice: Invoice, queries: Sequence[InvoiceQuery]) -> Invoice:
    """Returns the invoice after it was compared with the order book: matched if there are no queries, else queried."""
    state = InvoiceState.QUERIED if queries else InvoiceState.MATCHED
    return replace(_moved(invoice, state), queries=tuple(queries))


def accepted(invoice: Invoice) -> Invoice:
    """Returns the invoice after a person accepted it in spite of its queries. Raises DomainError (409) unless it is queried."""
    return _moved(_still_queried(invoice), InvoiceState.MATCHED)


def rejected(invoice: Invoice) -> Invoice:
    """Returns the invoice after a person rejected it. Raises DomainError (409) unless it is queried."""
    return _moved(_still_queried(invoice), InvoiceState.REJECTED)


def may_match_again(invoice: Invoice) -> bool:
    """Whether news of the order book can settle a queried invoice. A number that was used before is for a person to decide."""
    reused = any(query.code is QueryCode.NUMBER_REUSED for query in invoice.queries)
    return invoice.state is InvoiceState.QUERIED and not reused


def _still_queried(invoice: Invoice) -> Invoice:
    if invoice.state is not InvoiceState.QUERIED:
        raise DomainError("invoice-settled", f"The invoice is {invoice.state}; only a queried one can be decided.", Kind.CONFLICT)
    return invoice


def _moved(invoice: Invoice, state: InvoiceState) -> Invoice:
    assert state in _NEXT[invoice.state], f"no way from {invoice.state} to {state}"
    return replace(invoice, state=state, version=invoice.version + 1)
