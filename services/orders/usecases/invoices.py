"""Invoices and credit notes: matched with the order book when they arrive, when goods arrive, and when a person decides.

Matching and deciding hold the lock of the account (council and supplier), so that no copy is charged twice. News of ordered lines
takes it before it looks for invoices that wait, so that an invoice either sees the news or is found by it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders import outgoing
from services.orders.domain.invoices import invoice as life
from services.orders.domain.invoices.invoice import Invoice, InvoiceState, fingerprint_of
from services.orders.domain.invoices.ledger import entries_of
from services.orders.domain.invoices.numbers import standing_of
from services.orders.domain.invoices.spending import spent_by, stated_by
from services.orders.outgoing.spend import spend_invoiced
from services.orders.store import charging
from services.orders.store import invoices as invoice_store
from services.orders.store.accounts import Account, accounts_of, lock_accounts
from services.orders.store.history import REJECTED, add_steps
from shared.acts.noting import note_act
from shared.bus import publish
from shared.clock import Clock
from shared.contracts.base import Event
from shared.contracts.invoices import InvoiceQuery, InvoiceReceived, QueryCode
from shared.errors import DomainError, Kind, no_such
from shared.history import Step
from shared.ids import new_id
from shared.invoicing.document import Document, document_of
from shared.invoicing.matching import Matching, Terms, match
from shared.messaging.envelope import Envelope
from shared.messaging.errors import Poison
from shared.money import amount_in_words
from shared.wording import counted

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

    A queried invoice whose number comes again with other content gets that content: `numbers` has the rule.
    """
    if event.council is None:
        raise Poison(f"invoice {event.invoice_number} of {event.supplier_id} names no council")
    account, document, at = Account(event.council, event.supplier_id), document_of(event), clock.now()
    await lock_accounts(connection, [account])
    new = Invoice(new_id(), account.council, event.message_id, fingerprint_of(event), document)
    standing = standing_of(new, await invoice_store.with_number(connection, account, document))
    if standing.repeats is not None:
        note = Step(f"the same document arrived again, in message {event.message_id}: not counted")
        await add_steps(connection, standing.repeats.invoice_id, [note], cause=envelope.type, at=at)
        return
    if standing.corrects is not None:
        before = await invoice_store.load_invoice(connection, standing.corrects.invoice_id)
        read, step = life.corrected(before, new), Step(_replaced_in_words(before, new))
    else:
        await invoice_store.add_invoice(connection, new, at=at)
        read, step = new, Step(f"received in message {event.message_id}", None, InvoiceState.RECEIVED)
    await add_steps(connection, read.invoice_id, [step], cause=envelope.type, at=at)
    await _match_with_book(connection, read, cause=envelope.type, clock=clock, terms=terms, reused=standing.reused)


def _replaced_in_words(before: Invoice, new: Invoice) -> str:
    """Returns the step of a queried invoice whose content is replaced; both contents stay visible in the history."""
    if new.fingerprint == before.fingerprint:
        return "read again, with the same content"
    contents = f"{_content_in_words(new)} replaces {_content_in_words(before)}"
    if new.message_id == before.message_id:
        return f"read again, with other content: {contents}"
    return f"corrected by message {new.message_id}: {contents} of message {before.message_id}"


def _content_in_words(of: Invoice) -> str:
    document = of.document
    lines = f"{amount_in_words(document.total, document.currency)} for {counted(len(document.lines), 'line')}"
    return f"{lines}, dated {document.invoiced_on}"


async def rematch_waiting(
    connection: AsyncConnection, line_keys: Collection[str], *, cause: str, clock: Clock, terms: Terms
) -> None:
    """Matches again the queried invoices about these lines, of which there is news: goods, their barcodes, or a substitute."""
    accounts = await accounts_of(connection, line_keys)
    await lock_accounts(connection, accounts)
    for invoice_id in await invoice_store.waiting_for(connection, accounts, line_keys):
        await _match_again(connection, invoice_id, cause=cause, clock=clock, terms=terms)


async def _match_again(connection: AsyncConnection, invoice_id: UUID, *, cause: str, clock: Clock, terms: Terms) -> None:
    before = await invoice_store.load_invoice(connection, invoice_id)
    if life.may_match_again(before):
        await _match_with_book(connection, before, cause=cause, clock=clock, terms=terms)


async def accept_invoice(connection: AsyncConnection, decision: InvoiceDecision, *, clock: Clock, terms: Terms) -> None:
    """Makes a queried invoice count as the supplier wrote it, in spite of its queries.

    Charges or credits the copies that it can. Keeps every other cost as a charge without a copy, so that the entries always
    add up to the total. Raises DomainError: no such invoice (404), stale version (412), not queried (409).
    """
    before = await _to_decide(connection, decision)
    after = life.accepted(before)
    await _note(connection, before, after)
    account = Account(before.council, before.document.supplier_id)
    matching = match(before.document, await charging.load_book(connection, account, before.document), terms)
    step, at = Step(f"accepted: {decision.reason}", before.state, after.state), clock.now()
    spent = await _keep(connection, after, matching, step, cause=_ACCEPTANCE, at=at)
    await publish(connection, outgoing.invoice_matched(after, matching, at=at), clock, version=after.version)
    await publish(connection, spent, clock)
    await _rematch_others(connection, after, matching, cause=_ACCEPTANCE, clock=clock, terms=terms)


async def _note(connection: AsyncConnection, before: Invoice, after: Invoice) -> None:
    await note_act(connection, before={"state": before.state}, after={"state": after.state})


async def reject_invoice(connection: AsyncConnection, decision: InvoiceDecision, *, clock: Clock) -> None:
    """Rejects a queried invoice: it never counts. Raises DomainError as `accept_invoice` does."""
    before = await _to_decide(connection, decision)
    after = life.rejected(before)
    await _note(connection, before, after)
    at = clock.now()
    await invoice_store.change_invoice(connection, after)
    step = Step(f"{REJECTED}{decision.reason}", before.state, after.state)
    await add_steps(connection, after.invoice_id, [step], cause="api.invoice.rejection", at=at)
    await publish(connection, [outgoing.invoice_rejected(after, reason=decision.reason, at=at)], clock, version=after.version)


async def _to_decide(connection: AsyncConnection, decision: InvoiceDecision) -> Invoice:
    account = await invoice_store.account_of(connection, decision.invoice_id, decision.council)
    if account is None:
        raise no_such("invoice")
    await lock_accounts(connection, [account])
    found = await invoice_store.load_invoice(connection, decision.invoice_id)
    if found.version != decision.expected_version:
        text = "The invoice changed since you read it; read it again, then decide."
        raise DomainError("stale-version", text, Kind.STALE)
    return found


async def _match_with_book(
    connection: AsyncConnection, before: Invoice, *, cause: str, clock: Clock, terms: Terms, reused: bool = False
) -> None:
    """Matches an invoice with the order book and writes the result; changes nothing if its queries are the same as before."""
    account = Account(before.council, before.document.supplier_id)
    matching = match(before.document, await charging.load_book(connection, account, before.document), terms)
    queries = (*_reuse(before, reused), *matching.queries, *await _uncovered(connection, account, before.document))
    if queries and queries == before.queries:
        return
    after = life.after_matching(before, queries)
    step, at = Step(_in_words(queries), before.state, after.state), clock.now()
    spent = await _keep(connection, after, matching, step, cause=cause, at=at)
    counts = after.state is InvoiceState.MATCHED
    facts: Sequence[Event] = (
        outgoing.invoice_matched(after, matching, at=at) if counts else [outgoing.invoice_queried(after, at=at)]
    )
    await publish(connection, facts, clock, version=after.version)
    await publish(connection, spent, clock)
    if counts:
        await _rematch_others(connection, after, matching, cause=cause, clock=clock, terms=terms)


async def _rematch_others(
    connection: AsyncConnection, counted: Invoice, matching: Matching, *, cause: str, clock: Clock, terms: Terms
) -> None:
    """Matches again what waited for a document that now counts: nothing keeps the documents of a supplier in order.

    After an invoice, the credit notes of it; after a credit note, the invoices that charge its copies again.
    """
    account, document = Account(counted.council, counted.document.supplier_id), counted.document
    keys = {line.found.line.line_key for line in matching.lines if line.found}
    if document.credit:
        waiting = await invoice_store.waiting_for(connection, [account], keys, credit=False)
    else:
        waiting = await invoice_store.credits_waiting(connection, account, document.invoice_number, keys)
    for invoice_id in waiting:
        await _match_again(connection, invoice_id, cause=cause, clock=clock, terms=terms)


def _in_words(queries: Sequence[InvoiceQuery]) -> str:
    listed = [f"{query.code}: {query.text}" for query in queries[:_MOST_LISTED]]
    listed += [f"and {len(queries) - _MOST_LISTED} more"] if len(queries) > _MOST_LISTED else []
    return "; ".join(listed) or "every cost has its copy"


def _reuse(of: Invoice, reused: bool) -> list[InvoiceQuery]:
    text = f"number {of.document.invoice_number} was used before for a document with other content"
    return [InvoiceQuery(code=QueryCode.NUMBER_REUSED, text=text)] if reused else []


async def _uncovered(connection: AsyncConnection, account: Account, document: Document) -> list[InvoiceQuery]:
    """Returns a query if a credit note gives back charges for no copy that its invoice, as far as it counts, did not charge."""
    credited = sum(charge.total for charge in document.charges) if document.credit else 0
    if not credited or document.credits_invoice is None:
        return []
    left = await charging.left_to_credit(connection, account, document.credits_invoice)
    if credited <= left:
        return []
    amounts = [amount_in_words(amount, document.currency) for amount in (credited, left)]
    text = f"{amounts[0]} of charges is credited; {amounts[1]} of invoice {document.credits_invoice} can be credited"
    return [InvoiceQuery(code=QueryCode.NOTHING_TO_CREDIT, text=text)]


async def _keep(
    connection: AsyncConnection, after: Invoice, matching: Matching, step: Step, *, cause: str, at: datetime
) -> list[Event]:
    """Writes an invoice and, where it counts, its charges or credits; returns the events of what that spends of funds."""
    await invoice_store.change_invoice(connection, after)
    await invoice_store.write_lines(connection, after.invoice_id, matching)
    await add_steps(connection, after.invoice_id, [step], cause=cause, at=at)
    if after.state is not InvoiceState.MATCHED:
        return []
    entries = entries_of(after.document, matching)
    copies = await charging.copies_to_charge(connection, entries)
    spent = spent_by(entries, copies)
    await charging.add_entries(connection, after, entries, spent, cause=cause, at=at)
    if not after.document.credit:
        await charging.keep_stated(connection, stated_by(matching, copies))
    note = Step(f"charges were given back by credit note {after.document.invoice_number}")
    for invoice_id in await charging.credited_by(connection, entries):
        await add_steps(connection, invoice_id, [note], cause=cause, at=at)
    return spend_invoiced(after, spent, cause=cause, at=at)
