"""Invoices and credit notes: matched with the order book when they arrive, when goods arrive, and when a person decides.

Matching and deciding hold the lock of the account (council and supplier), so that no copy is charged twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders import outgoing
from services.orders.domain.invoices import invoice as life
from services.orders.domain.invoices.invoice import Invoice, InvoiceState, document_of, fingerprint_of
from services.orders.domain.invoices.ledger import entries_of
from services.orders.domain.invoices.matching import Matching, Terms, match
from services.orders.store import charging
from services.orders.store import invoices as invoice_store
from services.orders.store.charging import Account
from services.orders.store.history import Step, add_steps
from services.orders.store.invoices import EarlierInvoice
from shared.bus import publish
from shared.clock import Clock
from shared.contracts.base import Event
from shared.contracts.invoices import InvoiceQuery, InvoiceReceived, QueryCode
from shared.errors import DomainError, Kind, no_such
from shared.ids import new_id
from shared.messaging.envelope import Envelope
from shared.messaging.errors import Poison

# People read a history; the invoice itself has all its queries.
_MOST_LISTED = 20
_ACCEPTANCE = "api.invoice.acceptance"


@dataclass(frozen=True, slots=True)
class InvoiceDecision:
    """A person's decision about a queried invoice; `expected_version` is the version that the person read."""

    invoice_id: UUID
    council: str
    expected_version: int
    reason: str


async def receive_invoice(
    connection: AsyncConnection, event: InvoiceReceived, envelope: Envelope, *, clock: Clock, terms: Terms
) -> None:
    """Keeps an invoice, and matches or queries it. The same document again is only noted in the history of the first.

    If the message of a queried invoice is read again, after somebody fixed the reader, the new reading replaces the old one.
    """
    if event.council is None:
        raise Poison(f"invoice {event.invoice_number} of {event.supplier_id} names no council")
    account, document, at = Account(event.council, event.supplier_id), document_of(event), clock.now()
    await charging.lock_orders(connection, account, document)
    await charging.lock_account(connection, account)
    earlier = await invoice_store.with_number(connection, account, document)
    fingerprint = fingerprint_of(event)
    reread = next((known for known in earlier if _is_reread(known, event)), None)
    same = next((known for known in earlier if known.fingerprint == fingerprint), None)
    if reread is not None:
        before = await invoice_store.load_invoice(connection, reread.invoice_id)
        changed = before.fingerprint != fingerprint
        read = replace(before, document=document, fingerprint=fingerprint, queries=() if changed else before.queries)
        step = Step(f"read again, with {'other' if changed else 'the same'} content")
    elif same is not None:
        note = Step(f"the same document arrived again, in message {event.message_id}: not counted")
        await add_steps(connection, same.invoice_id, [note], cause=envelope.type, at=at)
        return
    else:
        read = Invoice(new_id(), account.council, event.message_id, fingerprint, document)
        await invoice_store.add_invoice(connection, read, at=at)
        step = Step(f"received in message {event.message_id}", None, InvoiceState.RECEIVED)
    await add_steps(connection, read.invoice_id, [step], cause=envelope.type, at=at)
    reused = bool(earlier) and earlier[0].invoice_id != read.invoice_id
    await _match_with_book(connection, read, cause=envelope.type, clock=clock, terms=terms, reused=reused)


def _is_reread(known: EarlierInvoice, event: InvoiceReceived) -> bool:
    return known.state is InvoiceState.QUERIED and known.message_id == event.message_id


async def rematch_waiting(
    connection: AsyncConnection, line_keys: Iterable[str], *, cause: str, clock: Clock, terms: Terms
) -> None:
    """Matches again the invoices that were queried only because copies of these lines had not been despatched."""
    waiting = await invoice_store.waiting_for(connection, line_keys)
    for invoice_id, account in sorted(waiting.items(), key=lambda item: (item[1].supplier_id, item[0])):
        await charging.lock_account(connection, account)
        before = await invoice_store.load_invoice(connection, invoice_id)
        if life.waits_for(before, QueryCode.NOT_SUPPLIED):
            await _match_with_book(connection, before, cause=cause, clock=clock, terms=terms)


async def accept_invoice(connection: AsyncConnection, decision: InvoiceDecision, *, clock: Clock, terms: Terms) -> None:
    """Makes a queried invoice count as the supplier wrote it, in spite of its queries.

    Charges or credits the copies that it can. Keeps every other cost as a charge without a copy, so that the entries always
    add up to the total. Raises DomainError: no such invoice (404), stale version (412), not queried (409).
    """
    before = await _to_decide(connection, decision)
    after = life.accepted(before)
    account = Account(before.council, before.document.supplier_id)
    matching = match(before.document, await charging.load_book(connection, account, before.document), terms)
    step = Step(f"accepted: {decision.reason}", before.state, after.state)
    await _keep(connection, after, matching, step, cause=_ACCEPTANCE, at=clock.now())
    await publish(connection, outgoing.invoice_matched(after, matching, at=clock.now()), clock, version=after.version)
    await _rematch_credits(connection, after, cause=_ACCEPTANCE, clock=clock, terms=terms)


async def reject_invoice(connection: AsyncConnection, decision: InvoiceDecision, *, clock: Clock) -> None:
    """Rejects a queried invoice: it never counts. Raises DomainError as `accept_invoice` does."""
    before = await _to_decide(connection, decision)
    after = life.rejected(before)
    at = clock.now()
    await invoice_store.change_invoice(connection, after)
    step = Step(f"rejected: {decision.reason}", before.state, after.state)
    await add_steps(connection, after.invoice_id, [step], cause="api.invoice.rejection", at=at)
    await publish(connection, [outgoing.invoice_rejected(after, reason=decision.reason, at=at)], clock, version=after.version)


async def _to_decide(connection: AsyncConnection, decision: InvoiceDecision) -> Invoice:
    account = await invoice_store.account_of(connection, decision.invoice_id, decision.council)
    if account is None:
        raise no_such("invoice")
    await charging.lock_account(connection, account)
    found = await invoice_store.load_invoice(connection, decision.invoice_id)
    if found.version != decision.expected_version:
        text = "The invoice changed since you read it; read it again, then decide."
        raise DomainError("invoice-changed", text, Kind.STALE)
    return found


async def _match_with_book(
    connection: AsyncConnection, before: Invoice, *, cause: str, clock: Clock, terms: Terms, reused: bool = False
) -> None:
    """Matches an invoice with the order book and writes the result; changes nothing if its queries are the same as before."""
    account = Account(before.council, before.document.supplier_id)
    matching = match(before.document, await charging.load_book(connection, account, before.document), terms)
    queries = (*_reuse(before, reused), *matching.queries)
    if queries and queries == before.queries:
        return
    after = life.after_matching(before, queries)
    step = Step(_in_words(queries), before.state, after.state)
    await _keep(connection, after, matching, step, cause=cause, at=clock.now())
    counts = after.state is InvoiceState.MATCHED
    facts: Sequence[Event] = (
        outgoing.invoice_matched(after, matching, at=clock.now()) if counts else [outgoing.invoice_queried(after, at=clock.now())]
    )
    await publish(connection, facts, clock, version=after.version)
    if counts:
        await _rematch_credits(connection, after, cause=cause, clock=clock, terms=terms)


async def _rematch_credits(connection: AsyncConnection, counted: Invoice, *, cause: str, clock: Clock, terms: Terms) -> None:
    """Matches again the credit notes that arrived before the invoice they credit: nothing keeps the two in order."""
    if counted.document.credit:
        return
    account = Account(counted.council, counted.document.supplier_id)
    for invoice_id in await invoice_store.credits_waiting(connection, account, counted.document.invoice_number):
        before = await invoice_store.load_invoice(connection, invoice_id)
        if life.waits_for(before, QueryCode.NOTHING_TO_CREDIT):
            await _match_with_book(connection, before, cause=cause, clock=clock, terms=terms)


def _in_words(queries: Sequence[InvoiceQuery]) -> str:
    listed = [f"{query.code}: {query.text}" for query in queries[:_MOST_LISTED]]
    listed += [f"and {len(queries) - _MOST_LISTED} more"] if len(queries) > _MOST_LISTED else []
    return "; ".join(listed) or "every cost has its copy"


def _reuse(of: Invoice, reused: bool) -> list[InvoiceQuery]:
    text = f"number {of.document.invoice_number} was used before for a document with other content"
    return [InvoiceQuery(code=QueryCode.NUMBER_REUSED, text=text)] if reused else []


async def _keep(connection: AsyncConnection, after: Invoice, matching: Matching, step: Step, *, cause: str, at: datetime) -> None:
    await invoice_store.change_invoice(connection, after)
    await invoice_store.write_lines(connection, after.invoice_id, matching)
    await add_steps(connection, after.invoice_id, [step], cause=cause, at=at)
    if after.state is not InvoiceState.MATCHED:
        return
    entries = entries_of(after.document, matching)
    await charging.add_entries(connection, after, entries, cause=cause, at=at)
    note = Step(f"charges were given back by credit note {after.document.invoice_number}")
    for invoice_id in await charging.credited_by(connection, entries):
        await add_steps(connection, invoice_id, [note], cause=cause, at=at)
