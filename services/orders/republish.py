"""`python -m services.orders.republish [--council ISIL] [--since DAY]`: publishes orders, invoices, what both mean for funds,
proposals, sourcing rules and switches again, as they are now.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import chain, groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders import outgoing
from services.orders.domain.commitments import commitment_of
from services.orders.domain.decisions import Decision
from services.orders.domain.invoices.invoice import InvoiceState
from services.orders.outgoing.spend import SpendingOrder, charged_again, committed_again
from services.orders.store import restating
from services.orders.store.copy_rows import to_copy
from services.orders.store.history import REJECTED, REQUESTED
from services.orders.store.ordered import ordered_line
from services.orders.store.proposals import settled_after
from services.orders.store.restating import InvoiceRows, OrderRows
from services.orders.store.switches import SWITCHES
from services.orders.usecases.restating import routes_again
from shared.contracts.decisions import DecidedOffer, LinesDecided
from shared.contracts.invoices import Cost, InvoicedCopy, MatchedInvoiceLine
from shared.contracts.orders import (
    CancellationRequested,
    CancelledLine,
    CopyProgress,
    CopyState,
    LineProgressed,
    LinesAdded,
    OrderedLine,
    OrderPlaced,
    StateReached,
)
from shared.contracts.spend import SpendCommitted, SpendInvoiced
from shared.dead_letter_news import dead_letter_chapter
from shared.republish import PAGE, Chapter, Owner, Page, Statement, Wanted, command
from shared.sourcing.chapters import change_chapter, rule_chapter, switch_chapter
from shared.sourcing.rules import Strand
from shared.sourcing.store import rules_after

_CAUSE = "republish"


async def _orders(connection: AsyncConnection, wanted: Wanted, after: UUID | None) -> Page:
    found = await restating.orders_after(connection, wanted.council, wanted.since, after=after, limit=PAGE)
    return Page.of(found, chain.from_iterable(map(_order, found)), lambda rows: rows.order.order_id)


async def _invoices(connection: AsyncConnection, wanted: Wanted, after: UUID | None) -> Page:
    found = await restating.invoices_after(connection, wanted.council, wanted.since, after=after, limit=PAGE)
    return Page.of(found, chain.from_iterable(map(_invoice, found)), lambda rows: rows.invoice.invoice_id)


async def _proposals(connection: AsyncConnection, wanted: Wanted, after: UUID | None) -> Page:
    found = await settled_after(connection, wanted.council, after=after, limit=PAGE)
    lately = [
        (proposal, titles, settled_at)
        for proposal, titles, settled_at in found
        if wanted.since is None or (settled_at or proposal.received_at) >= wanted.since
    ]
    events = (outgoing.proposal_changed(proposal, titles=titles, settled_at=at) for proposal, titles, at in lately)
    return Page.of(found, map(Statement, events), lambda last: last[0].proposal_id)


OWNER = Owner(
    [
        Chapter("order", _orders),
        Chapter("invoice", _invoices),
        Chapter("proposal", _proposals),
        rule_chapter("sourcing rule", partial(rules_after, strand=Strand.ORDERING), outgoing.rule_changed),
        switch_chapter(SWITCHES, outgoing.switch_changed),
        change_chapter(Strand.ORDERING),
        dead_letter_chapter(lambda: "orders"),
    ],
    restating.councils,
)


def _order(rows: OrderRows) -> Iterator[Statement]:
    order = rows.order
    yield Statement(_placed(rows), version=1, at=order.placed_at)
    for added, version in _added(rows):
        yield Statement(added, version, added.added_at)
    for requested in _cancellations(rows):
        yield Statement(requested, order.version, requested.requested_at)
    for decided in _decisions(rows):
        yield Statement(decided, order.version, decided.decided_at)
    for line in rows.lines:
        for event, version in _progress(rows, line):
            yield Statement(event, version, event.progressed_at)
    for rerouted, version in routes_again(rows):
        yield Statement(rerouted, version, rerouted.changed_at)
    for committed in _commitments(rows):
        yield Statement(committed, order.version, order.placed_at)


def _commitments(rows: OrderRows) -> list[SpendCommitted]:
    order = rows.order
    commitments = [commitment_of(to_copy(copy)) for copies in rows.copies.values() for copy in copies]
    of = SpendingOrder(order.council, order.order_id, order.order_number)
    return committed_again(of, filter(None, commitments), cause=_CAUSE, at=order.placed_at)


def _placed(rows: OrderRows) -> OrderPlaced:
    order = rows.order
    lines = tuple(_at_first(rows, line) for line in rows.lines if line.added_at is None)
    return OrderPlaced(
        council=order.council,
        order_id=order.order_id,
        order_number=order.order_number,
        placed_at=order.placed_at,
        rush=order.rush,
        lines=lines,
    )


def _at_first(rows: OrderRows, line: Row[Any]) -> OrderedLine:
    return ordered_line(line, rows.copies.get(line.line_key, ()), at_first=True)


def _added(rows: OrderRows) -> Iterator[tuple[LinesAdded, int]]:
    """Yields the lines that were added to the order later, those of one change together, each with its version."""
    order = rows.order
    later = sorted((line for line in rows.lines if line.added_at is not None), key=_addition)
    for (version, at, reason), together in groupby(later, key=_addition):
        lines = tuple(_at_first(rows, line) for line in together)
        event = LinesAdded(
            council=order.council,
            order_id=order.order_id,
            order_number=order.order_number,
            placed_at=order.placed_at,
            rush=order.rush,
            lines=lines,
            added_at=at,
            reason=reason,
        )
        yield event, version


def _addition(line: Row[Any]) -> tuple[int, Any, str]:
    return line.added_version, line.added_at, line.added_reason


def _cancellations(rows: OrderRows) -> Iterator[CancellationRequested]:
    """Yields each line's last request to cancel copies: those for which no answer is there yet."""
    suppliers = {line.line_key: line.supplier_id for line in rows.lines}
    entries = sorted(rows.cancellations, key=lambda entry: (entry.at, entry.line_key))
    for at, together in groupby(entries, key=lambda entry: entry.at):
        of_request = list(together)
        yield CancellationRequested(
            council=rows.order.council,
            order_id=rows.order.order_id,
            order_number=rows.order.order_number,
            requested_at=at,
            reason=of_request[0].reason.removeprefix(REQUESTED),
            lines=tuple(
                CancelledLine(
                    line_key=entry.line_key,
                    supplier_id=suppliers[entry.line_key],
                    copy_ids=tuple(copy.copy_id for copy in rows.copies.get(entry.line_key, ()) if copy.cancel_requested),
                )
                for entry in of_request
            ),
        )


def _decisions(rows: OrderRows) -> Iterator[LinesDecided]:
    for (at, decision), together in groupby(rows.decisions, key=lambda entry: (entry.at, entry.reason)):
        line_keys = tuple(entry.line_key for entry in together)
        yield LinesDecided(
            council=rows.order.council,
            order_id=rows.order.order_id,
            order_number=rows.order.order_number,
            decided_at=at,
            decision=decision,
            line_keys=line_keys,
            offers=tuple(_answered(rows, each) for each in rows.answered if each.decided_at == at and each.line_key in line_keys),
        )


def _answered(rows: OrderRows, decision: Decision) -> DecidedOffer:
    """Returns an answer with the line as it is now: what was accepted later is in it, too."""
    line = next(each for each in rows.lines if each.line_key == decision.line_key)
    copies = [copy for copy in rows.copies.get(line.line_key, ()) if copy.copy_id in decision.offer.copy_ids]
    return outgoing.decided_offer(decision, ordered_line(line, copies))


def _progress(rows: OrderRows, line: Row[Any]) -> Iterator[tuple[LineProgressed, int]]:
    """Yields what was last published about the line's copies and about the line, each with the version it had then."""
    changed = [(_last_change(rows, copy), copy) for copy in rows.copies.get(line.line_key, ())]
    moved = sorted(((change, copy) for change, copy in changed if change), key=lambda pair: (pair[0][:2], pair[1].copy_number))
    for (version, at), together in groupby(moved, key=lambda pair: pair[0][:2]):
        yield _progressed(rows, line, at, [(copy, change[2]) for change, copy in together]), version
    if line.attention_version is not None:
        asking = _progressed(rows, line, line.attention_at, ())
        yield asking.model_copy(update={"attention": line.attention}), line.attention_version


def _last_change(rows: OrderRows, copy: Row[Any]) -> tuple[int, Any, str] | None:
    """Returns version, time and reason of a copy's last change; None where there was none."""
    if copy.progressed_at is not None:
        return copy.progress_version, copy.progressed_at, copy.progress_reason
    move = rows.moves.get(copy.copy_id)
    return None if move is None else (rows.order.version, move.at, move.reason)


def _progressed(rows: OrderRows, line: Row[Any], at: Any, copies: Sequence[tuple[Row[Any], str]]) -> LineProgressed:
    return LineProgressed(
        council=rows.order.council,
        order_id=rows.order.order_id,
        order_number=rows.order.order_number,
        line_key=line.line_key,
        supplier_id=line.supplier_id,
        isbn=line.isbn,
        progressed_at=at,
        substitute_isbn=line.substitute_isbn,
        copies=tuple(
            CopyProgress(
                copy_id=copy.copy_id,
                copy_number=copy.copy_number,
                branch=copy.branch_code,
                from_state=CopyState(copy.state),
                to_state=CopyState(copy.state),
                cause=_CAUSE,
                reason=reason,
                expected_on=copy.expected_on,
                barcode=copy.barcode,
                promised_on=copy.promised_on,
                sequence=copy.sequence,
                rotation_plan=to_copy(copy).goes_on,
                reached=_reached(rows, copy),
            )
            for copy, reason in copies
        ),
    )


def _reached(rows: OrderRows, copy: Row[Any]) -> tuple[StateReached, ...]:
    return tuple(StateReached(state=CopyState(move.to_state), at=move.at) for move in rows.reached.get(copy.copy_id, ()))


def _invoice(rows: InvoiceRows) -> Iterator[Statement]:
    invoice, last = rows.invoice, {step.to_state: step for step in rows.steps}
    if (queried := last.get(InvoiceState.QUERIED.value)) is not None:
        yield Statement(
            outgoing.invoice_queried(replace(invoice, queries=rows.asked), at=queried.at), invoice.version, queried.at
        )
    if (matched := last.get(InvoiceState.MATCHED.value)) is not None:
        for event in outgoing.matched_again(invoice, _charged(rows), at=matched.at):
            yield Statement(event, invoice.version, matched.at)
        for spent in _spent(rows, matched.at):
            yield Statement(spent, 0, matched.at)
    if (rejected := last.get(InvoiceState.REJECTED.value)) is not None:
        reason = rejected.reason.removeprefix(REJECTED)
        yield Statement(outgoing.invoice_rejected(invoice, reason=reason, at=rejected.at), invoice.version, rejected.at)


def _spent(rows: InvoiceRows, at: datetime) -> Iterator[SpendInvoiced]:
    """Yields what the invoice spent of funds, order by order."""
    counts = [cost for cost in rows.costs if cost.fund_year is not None]
    by_order = groupby(sorted(counts, key=lambda cost: cost.order_id), key=lambda cost: (cost.order_id, cost.order_number))
    for (order_id, order_number), costs in by_order:
        order = SpendingOrder(rows.invoice.council, order_id, order_number)
        yield from charged_again(order, rows.invoice, costs, cause=_CAUSE, at=at)


def _charged(rows: InvoiceRows) -> list[MatchedInvoiceLine]:
    """Returns the copies that the invoice charges or credits, with positive amounts, as when it was matched."""
    sign = rows.invoice.document.sign
    return [
        MatchedInvoiceLine(
            line_number=number,
            line_key=line_key,
            order_id=order_id,
            copies=tuple(
                InvoicedCopy(
                    copy_id=cost.copy_id,
                    cost=Cost(**{name: sign * getattr(cost, name) for name in Cost.model_fields}),
                )
                for cost in together
            ),
        )
        for (number, line_key, order_id), together in groupby(
            rows.costs, key=lambda cost: (cost.line_number, cost.line_key, cost.order_id)
        )
    ]


if __name__ == "__main__":
    command(OWNER)
