"""What a supplier states beside its answer: the price of a copy now, and data about copies. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from services.orders.domain.copies import SETTLED, Change, Copy
from shared.contracts.base import Money
from shared.contracts.stated import PriceBasis, StatedPrice, updated
from shared.contracts.suppliers import LineAction, RespondedLine
from shared.invoicing.matching import Terms
from shared.money import amount_in_words

DECIDE = "Decide whether the new price is acceptable."
# List 12B: held or refused because of the price. Whoever decides about them needs the price.
ABOUT_PRICES = frozenset({"101", "201", "903"})
# The ordered price is a price before discount: a net price below it is the usual discount, and no change of the price.
_BEFORE_DISCOUNT = frozenset({PriceBasis.GROSS, PriceBasis.RETAIL})


def with_prices(
    attention: str, answers: Sequence[RespondedLine], ordered: Money | None, *, copies: Sequence[Copy], terms: Terms
) -> str:
    """Returns what a person must decide about a line, with the prices that its answers state.

    `copies` are those of the line, as the answers leave them.
    """
    asked = " ".join(dict.fromkeys(filter(None, (price_question(answer, ordered, copies, terms) for answer in answers))))
    # A status about the price asks the same thing, without the prices.
    before = attention.replace(DECIDE, "").strip() if DECIDE in asked else attention
    return " ".join(filter(None, (before, asked)))


def price_question(answer: RespondedLine, ordered: Money | None, copies: Sequence[Copy], terms: Terms) -> str:
    """Returns the stated and the ordered price for whoever decides about an answer; "" where nothing is to be decided.

    A price that differs beyond the council's tolerance asks by itself, unless no copy of the line is open.
    """
    if not answer.prices:
        return ""
    asks = ordered is not None and not is_acceptable(answer.prices, ordered, terms) and any(_is_open(copy) for copy in copies)
    if not (asks or answer.status_code in ABOUT_PRICES or answer.action is LineAction.CHANGED):
        return ""
    stated = ", ".join(price.in_words(ordered.currency if ordered else "") for price in answer.prices)
    was = f"{amount_in_words(ordered.minor, ordered.currency)} was ordered" if ordered else "no price was ordered"
    return " ".join([*([DECIDE] if asks else []), f"The supplier states {stated}; {was}."])


def is_acceptable(prices: Sequence[StatedPrice], ordered: Money, terms: Terms) -> bool:
    """Whether the net price, or one of the prices where none is net, differs no more than the terms allow.

    Suppliers that state several prices state the same price with and without tax: one of them is as ordered.
    """
    net = [price for price in prices if price.basis is PriceBasis.NET]
    return any(_within(price, ordered, terms) for price in net or prices)


def _within(price: StatedPrice, ordered: Money, terms: Terms) -> bool:
    if price.currency not in (None, ordered.currency) or price.minor > terms.highest(ordered.minor):
        return False
    return price.basis not in _BEFORE_DISCOUNT or price.minor >= terms.lowest(ordered.minor)


def _is_open(copy: Copy) -> bool:
    return copy.state not in SETTLED


def with_stated_data(change: Change) -> Change:
    """Returns the change with the data that the supplier states about its copy, whether or not the copy moves."""
    if change.target.stated is None:
        return change
    return replace(change, after=replace(change.after, stated=updated(change.after.stated, change.target.stated)))
