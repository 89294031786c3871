"""A council answers a supplier's offer: it accepts, or declines and says what becomes of the copies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders import outgoing
from services.orders.domain.answering import Abilities, Given, Outcome, outcome_of, wanted_copies
from services.orders.domain.copies import Copy
from services.orders.domain.decisions import Decision
from services.orders.domain.open_order import News, OpenOrder
from services.orders.domain.switching import OPEN, IfCancelled
from services.orders.domain.twice import OrderWarning
from services.orders.store import copies as copy_store
from services.orders.store import suppliers
from services.orders.store.accounts import hold_accounts
from services.orders.store.copies import Entry
from services.orders.store.history import OFFER_ANSWERED
from services.orders.store.ordered import ordered_line, ordered_rows
from services.orders.usecases.cancelling import ask_to_cancel
from services.orders.usecases.changing import OpenOrders
from services.orders.usecases.invoices import rematch_waiting
from services.orders.usecases.placing import open_titles
from shared.acts.noting import note_act
from shared.clock import Clock
from shared.contracts.decisions import AfterDecline, Answer, DecidedOffer, OfferKind
from shared.contracts.orders import CopyState
from shared.errors import DomainError, Kind, no_such
from shared.invoicing.matching import Terms


@dataclass(frozen=True, slots=True)
class AnswerOffer:
    """A council's answer to an offer; `expected_version` is the version of the order that it read. `then`: where it declines."""

    order_id: UUID
    decision_id: UUID
    council: str
    expected_version: int
    answer: Answer
    then: AfterDecline | None
    reason: str
    by: str


async def answer_offer(connection: AsyncConnection, wanted: AnswerOffer, *, clock: Clock, terms: Terms) -> None:
    """Answers an offer. The supplier is told where it takes answers; else the line asks a person to tell it.

    Copies that the supplier refused with its offer are ordered again where they are wanted. Accepted, the line is of the other
    book, or has the other price, and invoices that waited are matched again.

    Raises DomainError: no such order or decision (404); stale version (412); a decision that is not open, an offer that cannot be
    accepted any more, or copies of which none can be cancelled or ordered again (409).
    """
    if wanted.answer is Answer.ACCEPTED:
        # Invoices may be matched again: their account's lock is taken alone, after the order's and before it is shared.
        await copy_store.hold_orders(connection, [wanted.order_id])
        await hold_accounts(connection, (), changed=(), charged=[wanted.order_id])
    order = await copy_store.lock_order(connection, wanted.order_id, wanted.council)
    if order is None:
        raise no_such("order")
    decision = order.decisions.get(wanted.decision_id)
    if decision is None:
        raise no_such("decision")
    if order.version - 1 != wanted.expected_version:
        raise DomainError("stale-version", "The order changed since you read it; read it again, then decide.", Kind.STALE)
    if refusal := _refusal(order, decision, wanted, clock):
        raise refusal
    closed = await suppliers.names_without_cancellations(connection, {decision.supplier_id})
    can = Abilities(await suppliers.takes_offer_answers(connection, decision.supplier_id), not closed)
    given = Given(wanted.answer, wanted.then, wanted.reason, clock.now(), wanted.by)
    outcome = outcome_of(order, decision, given, can)
    await _carry_out(connection, order, outcome, clock)
    await _note(connection, decision, wanted)
    if wanted.answer is Answer.ACCEPTED:
        await rematch_waiting(connection, {decision.line_key}, cause=OFFER_ANSWERED, clock=clock, terms=terms)


async def _note(connection: AsyncConnection, decision: Decision, wanted: AnswerOffer) -> None:
    offer = decision.offer
    before = {"state": decision.state, "isbn": decision.ordered_isbn, "price": decision.ordered_price}
    answer = {"state": wanted.answer, "line_key": decision.line_key, "offer": offer.kind, "then": wanted.then}
    taken = {"isbn": offer.isbn, "price": offer.price} if wanted.answer is Answer.ACCEPTED else {}
    await note_act(connection, before=before, after={**answer, **taken})


def _refusal(order: OpenOrder, decision: Decision, wanted: AnswerOffer, clock: Clock) -> DomainError | None:
    """Returns why an answer cannot be given; None where it can."""
    if not decision.is_open:
        text = f"The decision is {decision.state}: there is nothing left to answer. Read the order again."
        return DomainError("decision-settled", text, Kind.CONFLICT)
    offer, copies = decision.offer, wanted_copies(order, decision.offer.copy_ids)
    if wanted.answer is Answer.ACCEPTED:
        if offer.kind is OfferKind.SUBSTITUTE and offer.isbn is None:
            text = (
                "The offer names no ISBN, so it cannot be accepted here. Ask the supplier which book it is, or decline the offer."
            )
            return DomainError("offer-without-isbn", text, Kind.CONFLICT)
        if offer.until is not None and clock.today() > offer.until:
            text = f"The offer stood until {offer.until}. Ask the supplier to offer it again, or decline the offer."
            return DomainError("offer-lapsed", text, Kind.CONFLICT)
    if not copies:
        return DomainError(
            "copies-replaced", "Other copies took the place of these: nothing of the offer is wanted.", Kind.CONFLICT
        )
    if wanted.then is AfterDecline.CANCEL and not any(_can_end(copy) for copy in copies):
        text = (
            "None of the copies can be cancelled any more: their goods are on the way or came. Decline and keep them, or accept."
        )
        return DomainError("too-late-to-cancel", text, Kind.CONFLICT)
    return None


def _can_end(copy: Copy) -> bool:
    return copy.state in OPEN or copy.state is CopyState.REFUSED


async def _carry_out(connection: AsyncConnection, order: OpenOrder, outcome: Outcome, clock: Clock) -> None:
    decision, line_key = outcome.decision, outcome.decision.line_key
    offers = [await _published(connection, outcome)]
    orders = OpenOrders(connection, {order.order_id: order})
    changed = outcome.line != order.lines[line_key]
    if changed:
        orders.keep_accepted(outcome.line)
    # What was stated with the offer may have been expected to be paid: the answer says what will be.
    prices = {} if outcome.line.price is None or decision.offer.price is None else {line_key: outcome.line.price}
    news = News(announced={line_key} if changed else (), prices=prices, decisions={decision.decision_id: decision}, offers=offers)
    order = replace(order, lines={**order.lines, line_key: outcome.line})
    entries = [Entry(line_key, outcome.words)]
    await orders.change(order, outcome.changes, entries, cause=OFFER_ANSWERED, clock=clock, news=news)
    await orders.write()
    if outcome.cancelled:
        await _cancel(connection, orders[order.order_id], outcome.cancelled, outcome.words, clock)


async def _published(connection: AsyncConnection, outcome: Outcome) -> DecidedOffer:
    """Returns the answer as it is published, with the line as it is since."""
    decision = outcome.decision
    rows, copies = await ordered_rows(connection, {decision.line_key}, decision.offer.copy_ids)
    line = ordered_line(rows[0], copies)
    return outgoing.decided_offer(decision, line.model_copy(update={"unit_price": outcome.line.price}))


async def warn_of_titles(connection: AsyncConnection, order_id: UUID, decision_id: UUID, council: str) -> list[OrderWarning]:
    """Returns a warning for a substitute of which other orders wait for copies, or for copies of another edition of it."""
    order = await copy_store.lock_order(connection, order_id, council)
    if order is None or (decision := order.decisions.get(decision_id)) is None or decision.offer.isbn is None:
        return []
    isbn, copy_ids = decision.offer.isbn, decision.offer.copy_ids
    branches = {copy.branch for copy in order.copies if copy.copy_id in copy_ids}
    titles = await open_titles(connection, {(council, isbn)})
    return list(titles.warnings_of(council, order.order_number, isbn, branches))


async def _cancel(connection: AsyncConnection, order: OpenOrder, copies: Sequence[Copy], reason: str, clock: Clock) -> None:
    """Asks the supplier to cancel copies of a declined offer. The council does not want them: no switch places them again."""
    rows = (order.switched[copy.copy_id] for copy in copies if copy.copy_id in order.switched)
    unwanted = [replace(row, if_cancelled=IfCancelled.END) for row in rows]
    await ask_to_cancel(connection, order, copies, unwanted, reason=reason, clock=clock, still_wanted=False)
