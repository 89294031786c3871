"""HTTP shapes of what lines ask of a person, and of the answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import RowMapping

from services.orders.domain.asking import AskKind, asks_beside
from services.orders.domain.decisions import DecisionState
from services.orders.domain.twice import OrderWarning
from services.orders.schemas.filters import SupplierFilter
from services.orders.store.decisions import to_decision
from shared.contracts import words
from shared.contracts.base import Money, money_or_none
from shared.contracts.decisions import AfterDecline, OfferKind
from shared.contracts.stated import PriceBasis
from shared.http.paging import PageQuery
from shared.http.steps import Reason

# Names what a line asks beside offers, so that it keeps its id while it asks it.
_ASKS = UUID("6a1c5d7e-2f0b-4c0f-9a53-64b2c7f1a8d4")


DecisionId = Annotated[UUID, Field(description="Our id of what is asked: the same while it is asked, and of an offer for ever")]


class AllowedAnswer(StrEnum):
    """An answer that can be given to an offer."""

    ACCEPT = "accept"
    DECLINE = "decline"


class OfferView(BaseModel):
    """What the supplier offers, and instead of what."""

    isbn: words.Isbn | None = Field(description="The substitute; null for a price, and where the supplier names none")
    title: words.BookTitle | None = Field(description="Title of the substitute; null where the catalogue does not know it")
    price: Money | None = Field(description="Price of one copy that is offered; null where none is stated")
    price_basis: PriceBasis | None = Field(description="What that price includes; null where there is no price")
    until: date | None = Field(description="Last day on which it can be accepted; null where the supplier states none")
    ordered_isbn: words.Isbn = Field(description="The article of the line when it was offered")
    ordered_price: Money | None = Field(description="Price of one copy when it was offered; null where the order named none")


class DecisionView(BaseModel):
    """Something that a line asks of a person, and what became of it."""

    decision_id: DecisionId
    order_id: words.OrderId
    order_number: words.OrderNumber
    line_key: words.LineKey
    supplier_id: words.SupplierId
    kind: AskKind = Field(
        description="What is asked: `substitute` and `price` are offers, to accept or decline; `tell_supplier` is settled when "
        "you say that you told it, `switch` when you decide about its copies; `other` with the supplier, by no call"
    )
    state: DecisionState = Field(description="All but `open` are final; only offers have other states than `open`")
    question: str = Field(
        description="What is asked, in words, as in `attention`", examples=["Decide on the substitute that the supplier offers."]
    )
    offer: OfferView | None = Field(description="What the supplier offers; null for what is no offer")
    copy_ids: list[words.CopyId] = Field(description="The copies of an offer; empty for what concerns the line")
    asked_at: datetime | None = Field(description="Since when it is asked; null where that is not known")
    message_id: words.MessageId | None = Field(description="The supplier's message with the offer; null for what is no offer")
    answers: list[AllowedAnswer] = Field(description="The answers that it can be given; an offer is accepted by its last day")
    calls: list[str] = Field(
        description="Paths of the POST calls that settle it; empty where it is settled, or where no call settles it",
        examples=[["/v1/orders/0b0f6f8e-6b0e-4d0c-8f0e-1c4d6a7b9e21/supplier-told"]],
    )
    then: AfterDecline | None = Field(description="What becomes of the copies of a declined offer; null for any other")
    reason: str = Field(description='The reason of the answer; "" for none', examples=["The paperback will do"])
    decided_at: datetime | None = Field(description="When it was answered; null where it was not")
    decided_by: words.Actor = Field(description='Who answered it; "" for nobody')
    supplier_untold: bool = Field(description="Whether a person must still tell the supplier the answer")


class DecisionAnswered(BaseModel):
    """A decision after its answer, and what the council may not have meant."""

    decision: DecisionView = Field(description="The decision as it is now")
    warnings: list[OrderWarning] = Field(
        description="Other orders that wait for copies of an accepted substitute, or of another edition of it"
    )


class Decline(Reason):
    """Why an offer is declined, and what becomes of its copies."""

    then: AfterDecline = Field(
        description="`keep`: its copies stay on order as they were ordered; `cancel`: they are not wanted, and the supplier is "
        "asked to cancel those that it has not refused"
    )


class DecisionQuery(PageQuery):
    """Which decisions about offers to list; a parameter that is left out does not narrow the list."""

    # Each filter is a field of `DecisionFilter` in store/decisions.py, too.

    model_config = ConfigDict(extra="forbid")

    state: DecisionState | None = Field(default=None, description="Only decisions in this state")
    supplier_id: SupplierFilter | None = Field(default=None, description="Only offers of this supplier")
    kind: OfferKind | None = Field(default=None, description="Only offers of this kind")


def decision_view(row: RowMapping) -> DecisionView:
    """Returns a decision about an offer, of a row with the number of its order and the title of the substitute."""
    decision = to_decision(row)
    path = f"/v1/orders/{row.order_id}/decisions/{row.decision_id}"
    answers = _allowed(decision.is_open, decision.offer.kind is OfferKind.PRICE or row.isbn is not None)
    return DecisionView(
        decision_id=row.decision_id,
        order_id=row.order_id,
        order_number=row.order_number,
        line_key=row.line_key,
        supplier_id=row.supplier_id,
        kind=AskKind(row.kind),
        state=decision.state,
        question=" ".join(row.questions),
        offer=_offer(row),
        copy_ids=row.copy_ids,
        asked_at=row.asked_at,
        message_id=row.message_id,
        answers=answers,
        calls=[f"{path}/{answer}" for answer in answers],
        then=decision.then,
        reason=row.reason,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        supplier_untold=row.untold,
    )


def _allowed(is_open: bool, can_be_accepted: bool) -> list[AllowedAnswer]:
    if not is_open:
        return []
    return [AllowedAnswer.ACCEPT, AllowedAnswer.DECLINE] if can_be_accepted else [AllowedAnswer.DECLINE]


def _offer(row: RowMapping) -> OfferView:
    return OfferView(
        isbn=row.isbn,
        title=row.offered_title or None,
        price=money_or_none(row.price_minor, row.price_currency),
        price_basis=row.price_basis,
        until=row.offer_until,
        ordered_isbn=row.ordered_isbn,
        ordered_price=money_or_none(row.ordered_minor, row.ordered_currency),
    )


def line_decisions(order: RowMapping, line: RowMapping, rows: Sequence[RowMapping]) -> list[DecisionView]:
    """Returns the decisions about a line's offers, the oldest first, then what its `attention` asks beside them."""
    asks = asks_beside(line.attention, [to_decision(row) for row in rows])
    beside: dict[str, Any] = {
        "order_id": order.order_id,
        "order_number": order.order_number,
        "line_key": line.line_key,
        "supplier_id": line.supplier_id,
        "state": DecisionState.OPEN,
        "offer": None,
        "copy_ids": [],
        "asked_at": line.attention_at,
        "message_id": None,
        "answers": [],
        "then": None,
        "reason": "",
        "decided_at": None,
        "decided_by": "",
        "supplier_untold": False,
    }
    return [decision_view(row) for row in rows] + [
        DecisionView(
            **beside,
            decision_id=uuid5(_ASKS, f"{line.line_key}/{place}/{ask.kind}"),
            kind=ask.kind,
            question=ask.text,
            calls=list(ask.calls),
        )
        for place, ask in enumerate(asks)
    ]


def isbn_of_copy(copy_id: UUID, line: RowMapping, decisions: Sequence[RowMapping]) -> str:
    """Returns the book that a copy is of: the line's, or the substitute that was accepted for it and not for all copies."""
    accepted = (
        row.isbn
        for row in reversed(decisions)
        if row.kind == OfferKind.SUBSTITUTE and row.state == DecisionState.ACCEPTED and copy_id in row.copy_ids
    )
    isbn: str = next((isbn for isbn in accepted if isbn is not None), line.isbn)
    return isbn


def ordered_isbn(line: RowMapping) -> str:
    """Returns the article that was ordered first, whatever was accepted since."""
    isbn: str = line.ordered_isbn or line.isbn
    return isbn


def ordered_price(line: RowMapping) -> Money | None:
    """Returns the price at which a copy was ordered first, whatever was accepted since."""
    if line.repriced:
        return money_or_none(line.ordered_minor, line.ordered_currency)
    return money_or_none(line.price_minor, line.price_currency)
