"""What suppliers offer instead of what was ordered, as their answers state it: a substitute, or another price. Pure.

An offer is recognised when it is stated again: by what is offered, and for which copies. Stated again, it changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.orders.domain.copies import Copy
from services.orders.domain.decisions import ANSWERED, OFFERED, WILL_BE_SUPPLIED, Decision, DecisionState, Offer
from services.orders.domain.open_order import Line
from services.orders.domain.statements import ABOUT_PRICES, DECIDE, is_acceptable, price_question
from services.orders.domain.statuses import effect_of
from shared.contracts.base import Money
from shared.contracts.decisions import OfferKind
from shared.contracts.orders import GIVEN_UP
from shared.contracts.stated import PriceBasis, StatedPrice
from shared.contracts.suppliers import LineAction, RespondedLine
from shared.invoicing.matching import Terms
from shared.values import InvalidValue, to_article_number

_ABOUT_SUBSTITUTES = frozenset({WILL_BE_SUPPLIED, OFFERED})
# Stated again, these are nothing new.
_LIVE = ANSWERED | {DecisionState.OPEN}
# With these actions, an answer is no offer, whatever its status.
_FINAL = frozenset({LineAction.CANCELLED, LineAction.NOT_FOUND})


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer about a line, and the copies that it turned out to be about."""

    answer: RespondedLine
    copy_ids: tuple[UUID, ...]


def offers_in(answered: Iterable[Answered], line: Line, copies: Sequence[Copy], terms: Terms) -> list[Offer]:
    """Returns what the answers of one message offer. `copies` are those of the line, as the answers leave them."""
    found = (_offer(each, line, copies, terms) for each in answered)
    return [offer for offer in found if offer is not None and offer.copy_ids]


def withdraws_prices(answers: Iterable[RespondedLine], line: Line, terms: Terms) -> bool:
    """Returns whether the answers of one message state a price of a line, and one that asks nothing: an offer before is gone."""
    stated = [answer for answer in answers if answer.prices and answer.status_code not in ABOUT_PRICES | _ABOUT_SUBSTITUTES]
    price = line.price
    return price is not None and bool(stated) and all(is_acceptable(answer.prices, price, terms) for answer in stated)


def content_of(answer: RespondedLine, line: Line) -> tuple[OfferKind, str | None, Money | None] | None:
    """Returns the content of the offer that an answer can be; None where its status is about no offer."""
    if answer.action in _FINAL:
        return None
    if answer.status_code in _ABOUT_SUBSTITUTES:
        return OfferKind.SUBSTITUTE, _isbn(answer), None
    if answer.status_code in ABOUT_PRICES and (price := _stated(answer, line.price)) is not None:
        return OfferKind.PRICE, None, _money(price, line.price)
    return None


def restated(answer: RespondedLine, line: Line, decisions: Iterable[Decision], copies: Sequence[Copy]) -> Decision | None:
    """Returns the decision about the offer that an answer only states again; None where the answer is news.

    It is news for copies that it names and that the offer was not about, and where it confirms what was accepted.
    """
    content = content_of(answer, line)
    if content is None:
        return None
    named = _named(answer, copies)
    for decision in decisions:
        same = decision.line_key == line.line_key and decision.offer.content == content
        if same and decision.state in _LIVE and named <= set(decision.offer.copy_ids):
            confirms = decision.state is DecisionState.ACCEPTED and answer.status_code == WILL_BE_SUPPLIED
            return None if confirms else decision
    return None


def _named(answer: RespondedLine, copies: Sequence[Copy]) -> set[UUID]:
    """Returns the copies that an answer surely names."""
    numbers = {reference.copy_number for reference in answer.copies if reference.copy_number is not None}
    return {copy.copy_id for copy in copies if copy.copy_number in numbers}


def is_known(offer: Offer, decisions: Iterable[Decision]) -> bool:
    """Returns whether an offer of a line is one of these decisions about it, open or answered."""
    return any(
        decision.offer.content == offer.content
        and decision.state in _LIVE
        and set(offer.copy_ids) <= set(decision.offer.copy_ids)
        for decision in decisions
    )


def superseded_by(offer: Offer, decisions: Iterable[Decision]) -> list[Decision]:
    """Returns the open decisions about a line that a newer offer of the same kind replaces, for some of their copies at least."""
    return [
        replace(decision, state=DecisionState.SUPERSEDED)
        for decision in decisions
        if decision.is_open and decision.offer.kind is offer.kind and not set(offer.copy_ids).isdisjoint(decision.offer.copy_ids)
    ]


def _offer(answered: Answered, line: Line, copies: Sequence[Copy], terms: Terms) -> Offer | None:
    answer, asked = answered.answer, price_question(answered.answer, line.price, copies, terms)
    stated = _stated(answer, line.price)
    basis = None if stated is None else stated.basis
    price = None if stated is None else _money(stated, line.price)
    code, attention = answer.status_code or "", effect_of(answer.status_code).attention if answer.status_code else ""
    if answer.action in _FINAL:
        return None
    if code in _ABOUT_SUBSTITUTES:
        questions = tuple(filter(None, (attention, asked)))
        return Offer(OfferKind.SUBSTITUTE, _isbn(answer), price, basis, answer.offer_until, code, questions, answered.copy_ids)
    if price is None or not (DECIDE in asked or code in ABOUT_PRICES) or price == line.price:
        return None
    # Beside a status that moves no copy, a price is for those that are still to come, or came.
    about = answered.copy_ids or tuple(copy.copy_id for copy in copies if copy.state not in GIVEN_UP)
    own = "" if attention in asked or code not in ABOUT_PRICES else attention
    questions = tuple(filter(None, (own, asked)))
    return Offer(OfferKind.PRICE, None, price, basis, answer.offer_until, code, questions, about)


def _isbn(answer: RespondedLine) -> str | None:
    """Returns the ISBN or EAN of the substitute; None where the answer names none that is one."""
    try:
        return to_article_number(answer.substitute_isbn or "")
    except InvalidValue:
        return None


def _stated(answer: RespondedLine, ordered: Money | None) -> StatedPrice | None:
    """Returns the price that is offered: what is paid, where it is stated. None where nobody names its currency."""
    net = [price for price in answer.prices if price.basis is PriceBasis.NET]
    known = (price for price in (*net, *answer.prices) if price.currency is not None or ordered is not None)
    return next(known, None)


def _money(price: StatedPrice, ordered: Money | None) -> Money:
    currency = price.currency or (ordered.currency if ordered is not None else "")
    return Money(minor=price.minor, currency=currency)
