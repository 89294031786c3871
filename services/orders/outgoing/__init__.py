"""Builds the contract events of the order book. Knows no Kafka and no HTTP."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby, zip_longest

from services.orders.domain.copies import Change, Copy
from services.orders.domain.decisions import Decision
from services.orders.domain.invoices.invoice import Invoice
from services.orders.domain.open_order import News, OpenOrder
from services.orders.domain.placing import PlacedLine, PlacedOrder
from services.orders.domain.proposals import Proposal
from services.orders.domain.switching import AddedLine, OrderingSwitch
from services.orders.outgoing.fitting import that_fit
from shared.contracts.decisions import DecidedOffer, LinesDecided
from shared.contracts.invoices import (
    InvoicedCopy,
    InvoiceMatched,
    InvoiceQueried,
    InvoiceRejected,
    MatchedInvoiceLine,
)
from shared.contracts.orders import (
    CancellationRequested,
    CancelledLine,
    CopyProgress,
    LineProgressed,
    LinesAdded,
    OrderedCopy,
    OrderedLine,
    OrderingSwitchChanged,
    OrderPlaced,
    SourcingRuleChanged,
)
from shared.contracts.waiting import ProposalChanged
from shared.invoicing.matching import LineMatch, Matching
from shared.sourcing.rules import SourcingRule
from shared.sourcing.switches.life import switch_event
from shared.sourcing.switches.store import Entered
from shared.sourcing.trials import rule_event

# Both keep an event far below a Kafka record's size, however large the invoice or the order.
_COPIES_PER_EVENT = 1_000
_BYTES_OF_QUERIES = 500_000


def order_placed(order: PlacedOrder) -> OrderPlaced:
    """Returns the event of a placed order, with everything that suppliers, places and the catalogue need."""
    return OrderPlaced(
        council=order.council,
        order_id=order.order_id,
        order_number=order.order_number,
        placed_at=order.placed_at,
        rush=order.rush,
        lines=tuple(_line(line) for line in order.lines),
    )


def lines_added(order: OpenOrder, added: Sequence[AddedLine]) -> LinesAdded:
    """Returns the event of lines that were added to an order at once, each in place of another."""
    first = added[0]
    return LinesAdded(
        council=order.council,
        order_id=order.order_id,
        order_number=order.order_number,
        placed_at=first.placed_at,
        rush=order.rush,
        lines=tuple(line.ordered for line in added),
        added_at=first.added_at,
        reason=first.reason,
    )


def rule_changed(rule: SourcingRule) -> SourcingRuleChanged:
    """Returns the event of a rule that is new or was ended."""
    return rule_event(SourcingRuleChanged, rule)


def proposal_changed(proposal: Proposal, *, titles: int, settled_at: datetime | None) -> ProposalChanged:
    """Returns the event of a proposal that waits for a decision, or was settled."""
    return ProposalChanged(
        council=proposal.council,
        proposal_id=proposal.proposal_id,
        supplier_id=proposal.supplier_id,
        selection_number=proposal.selection_number,
        titles=titles,
        firm=proposal.firm,
        received_at=proposal.received_at,
        settled_at=settled_at,
    )


def switch_changed(switch: OrderingSwitch, entered: Entered) -> OrderingSwitchChanged:
    """Returns the event of a switch that came to its state."""
    return switch_event(OrderingSwitchChanged, switch, entered, open_copies=switch.open_copies.value)


def _line(line: PlacedLine) -> OrderedLine:
    return OrderedLine(
        line_key=line.line_key,
        line_number=line.asked.line_number,
        supplier_id=line.supplier_id,
        isbn=line.isbn,
        title=line.asked.title,
        author=line.asked.author,
        material=line.asked.material,
        unit_price=line.asked.unit_price,
        quote_reference=line.quote_reference,
        supplier_references=line.supplier_references,
        trial=line.trial,
        copies=tuple(
            OrderedCopy(
                copy_id=copy.copy_id,
                copy_number=copy.copy_number,
                branch=copy.branch,
                fund=copy.asked.fund,
                sequence=copy.asked.sequence,
                shelfmark=copy.asked.shelfmark,
                servicing=copy.asked.servicing,
                item=copy.asked.item,
                deliver_to=copy.deliver_to,
                deliver_to_asked=copy.deliver_to_asked,
                route_trial=copy.route_trial,
            )
            for copy in line.copies
        ),
    )


def lines_progressed(
    order: OpenOrder, changes: Iterable[Change], news: News, *, cause: str, at: datetime
) -> list[LineProgressed]:
    """Returns one event per line whose copies have news, that asks a person something else, or has other news."""
    moved = [change for change in changes if change.is_news]
    moved.sort(key=lambda change: (change.after.line_key, change.after.copy_number))
    by_line = {key: tuple(group) for key, group in groupby(moved, key=lambda change: change.after.line_key)}
    asked = {key for key, line in order.lines.items() if news.attention.get(key, line.attention) != line.attention}
    return [
        LineProgressed(
            council=order.council,
            order_id=order.order_id,
            order_number=order.order_number,
            line_key=line_key,
            supplier_id=order.lines[line_key].supplier_id,
            isbn=order.lines[line_key].isbn,
            progressed_at=at,
            substitute_isbn=order.lines[line_key].substitute_isbn,
            copies=tuple(_progress(change, cause) for change in by_line.get(line_key, ())),
            attention=news.attention.get(line_key),
        )
        for line_key in sorted({*by_line, *news.announced, *asked})
    ]


def _progress(change: Change, cause: str) -> CopyProgress:
    return CopyProgress(
        copy_id=change.after.copy_id,
        copy_number=change.after.copy_number,
        branch=change.after.branch,
        from_state=change.before.state,
        to_state=change.after.state,
        cause=cause,
        reason=change.target.reason,
        expected_on=change.after.expected_on,
        barcode=change.after.barcode,
        promised_on=change.after.promised_on,
        sequence=change.after.sequence,
        rotation_plan=change.after.goes_on,
    )


def cancellation_requested(
    order: OpenOrder, copies: Sequence[Copy], *, reason: str, at: datetime, still_wanted: bool
) -> CancellationRequested:
    """Returns the event of a request to cancel copies, for each line's supplier. `still_wanted`: another one supplies them."""
    by_line = groupby(sorted(copies, key=lambda copy: copy.line_key), key=lambda copy: copy.line_key)
    return CancellationRequested(
        council=order.council,
        order_id=order.order_id,
        order_number=order.order_number,
        requested_at=at,
        reason=reason,
        lines=tuple(
            CancelledLine(line_key=key, supplier_id=order.lines[key].supplier_id, copy_ids=tuple(copy.copy_id for copy in group))
            for key, group in by_line
        ),
        still_wanted=still_wanted,
    )


def lines_decided(
    order: OpenOrder, decided: Iterable[tuple[str, str]], offers: Sequence[DecidedOffer], *, at: datetime
) -> list[LinesDecided]:
    """Returns the events of what a person decided about lines, one per decision. `decided`: words and key of each line.

    `offers`: the answers among them to offers of suppliers.
    """
    by_words = groupby(sorted(decided), key=lambda pair: pair[0])
    keys = [(decision, tuple(key for _, key in together)) for decision, together in by_words]
    return [
        LinesDecided(
            council=order.council,
            order_id=order.order_id,
            order_number=order.order_number,
            decided_at=at,
            decision=decision,
            line_keys=line_keys,
            offers=tuple(offer for offer in offers if offer.line_key in line_keys),
        )
        for decision, line_keys in keys
    ]


def decided_offer(decision: Decision, line: OrderedLine) -> DecidedOffer:
    """Returns a council's answer to an offer. `line`: the line as it is since, with the copies that the answer concerns.

    Raises ValueError for a decision that nobody has answered.
    """
    if decision.answer is None:
        raise ValueError(f"decision {decision.decision_id} is {decision.state}: it has no answer")
    offer = decision.offer
    decided = DecidedOffer(
        decision_id=decision.decision_id,
        supplier_id=decision.supplier_id,
        kind=offer.kind,
        answer=decision.answer,
        then=decision.then,
        ordered_isbn=decision.ordered_isbn,
        isbn=offer.isbn,
        price=offer.price,
        line=line,
        asked_to_cancel=decision.asked_to_cancel,
    )
    if not decided.brings_another_book:
        return decided
    return decided.model_copy(update={"line": line.model_copy(update={"isbn": offer.isbn, "title": "", "author": ""})})


def invoice_matched(invoice: Invoice, matching: Matching, *, at: datetime) -> list[InvoiceMatched]:
    """Returns the events of a matched invoice, one per _COPIES_PER_EVENT copies or charges.

    Costs of lines for which no copy was found are only in the total.
    """
    return matched_again(invoice, [line for matched in matching.lines for line in _matched_line(matched)], at=at)


def matched_again(invoice: Invoice, lines: Sequence[MatchedInvoiceLine], *, at: datetime) -> list[InvoiceMatched]:
    """Returns the events of an invoice that was matched with these copies, as they were when it was."""
    document = invoice.document
    starts = range(0, len(document.charges), _COPIES_PER_EVENT)
    charges = (document.charges[start : start + _COPIES_PER_EVENT] for start in starts)
    parts = list(zip_longest(_in_parts(lines), charges)) or [(None, None)]
    return [
        InvoiceMatched(
            council=invoice.council,
            supplier_id=document.supplier_id,
            invoice_id=invoice.invoice_id,
            invoice_number=document.invoice_number,
            credit=document.credit,
            invoiced_on=document.invoiced_on,
            currency=document.currency,
            total=document.total,
            matched_at=at,
            part=part,
            parts=len(parts),
            lines=tuple(line for line in fitting or () if line.copies),
            charges=charged or (),
        )
        for part, (fitting, charged) in enumerate(parts, start=1)
    ]


def _in_parts(lines: Sequence[MatchedInvoiceLine]) -> Iterator[Sequence[MatchedInvoiceLine]]:
    part: list[MatchedInvoiceLine] = []
    room = _COPIES_PER_EVENT
    for line in lines:
        copies = line.copies
        while len(copies) > room:
            yield [*part, line.model_copy(update={"copies": copies[:room]})]
            part, copies, room = [], copies[room:], _COPIES_PER_EVENT
        part.append(line.model_copy(update={"copies": copies}))
        room -= len(copies)
    if part:
        yield part


def _matched_line(matched: LineMatch) -> Iterable[MatchedInvoiceLine]:
    if matched.found and matched.shares:
        yield MatchedInvoiceLine(
            line_number=matched.line.line_number,
            line_key=matched.found.line.line_key,
            order_id=matched.found.line.order_id,
            copies=tuple(InvoicedCopy(copy_id=share.copy.copy_id, cost=share.cost) for share in matched.shares),
        )


def invoice_queried(invoice: Invoice, *, at: datetime) -> InvoiceQueried:
    """Returns the event of a queried invoice; nothing of it counts yet. Lists the first queries where there are very many."""
    document = invoice.document
    listed = that_fit(invoice.queries, _BYTES_OF_QUERIES)
    return InvoiceQueried(
        council=invoice.council,
        supplier_id=document.supplier_id,
        invoice_id=invoice.invoice_id,
        invoice_number=document.invoice_number,
        credit=document.credit,
        invoiced_on=document.invoiced_on,
        currency=document.currency,
        total=document.total,
        queried_at=at,
        queries=listed,
        unlisted=len(invoice.queries) - len(listed),
    )


def invoice_rejected(invoice: Invoice, *, reason: str, at: datetime) -> InvoiceRejected:
    """Returns the event of an invoice that a person rejected."""
    return InvoiceRejected(
        council=invoice.council,
        supplier_id=invoice.document.supplier_id,
        invoice_id=invoice.invoice_id,
        invoice_number=invoice.document.invoice_number,
        rejected_at=at,
        reason=reason,
    )
