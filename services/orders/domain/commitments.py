"""What a copy commits of its fund: opened when it is ordered, released when it is given up, replaced by its charge. Pure.

The copy says all of it: its fund and year, what it is expected to cost, its state, and whether a charge took its place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.orders.domain.copies import Change, Copy, Spend, Target, Verdict, named_copies
from shared.contracts.base import Money
from shared.contracts.orders import GIVEN_UP, CopyState
from shared.contracts.stated import PriceBasis, StatedPrice

# Which of several prices says best what will be paid: the first of these that is stated.
_BEST = (PriceBasis.NET, PriceBasis.UNSTATED, PriceBasis.GROSS, PriceBasis.RETAIL)


@dataclass(frozen=True, slots=True)
class Commitment:
    """What one copy commits of a fund's year. Without a `price` nobody knows how much: it counts as 0."""

    copy_id: UUID
    line_key: str
    fund: str
    year: str
    price: Money | None


@dataclass(frozen=True, slots=True)
class Moves:
    """Commitments that a change ends, and those that it opens. Another price or year ends one and opens another."""

    released: Sequence[Commitment] = ()
    committed: Sequence[Commitment] = ()


def commitment_of(copy: Copy) -> Commitment | None:
    """Returns what a copy commits; None where it was given up, is charged, or was not taken over yet."""
    if copy.fund_year is None or copy.spend is not Spend.OPEN or copy.state in GIVEN_UP:
        return None
    return Commitment(copy.copy_id, copy.line_key, copy.fund, copy.fund_year, copy.price)


def moves_of(changes: Iterable[Change], added: Iterable[Copy] = ()) -> Moves:
    """Returns the commitments that changes of copies end and open; `added` are copies that were placed with them."""
    pairs = [(commitment_of(change.before), commitment_of(change.after)) for change in changes]
    moved = [(before, after) for before, after in pairs if before != after]
    new = [commitment_of(copy) for copy in added]
    return Moves(
        [before for before, _ in moved if before is not None],
        [after for after in (*(after for _, after in moved), *new) if after is not None],
    )


def price_to_pay(prices: Sequence[StatedPrice], currency: str) -> Money | None:
    """Returns what a copy will cost by a supplier's prices; `currency` is the order's. None where it states no price."""
    for basis in _BEST:
        for price in prices:
            if price.basis is basis:
                return Money(minor=price.minor, currency=price.currency or currency)
    return None


def repriced(copies: Iterable[Copy], changes: Sequence[Change], prices: Mapping[str, Money]) -> Sequence[Change]:
    """Returns the changes with what copies of lines are expected to cost from now on, by line key: all of a line the same.

    `copies` are all of the order.
    """
    if not prices:
        return changes
    changed = {change.after.copy_id for change in changes}
    others = [_unmoved(copy) for copy in copies if copy.copy_id not in changed]
    with_prices = [_with_price(change, prices.get(change.after.line_key)) for change in (*changes, *others)]
    return [change for place, change in enumerate(with_prices) if place < len(changes) or change.after != change.before]


def _with_price(change: Change, price: Money | None) -> Change:
    return change if price is None else replace(change, after=replace(change.after, price=price))


def rolled_over(copies: Iterable[Copy], year: str) -> list[Change]:
    """Returns the changes of copies whose commitments count in another year from now on."""
    return [replace(each, after=replace(each.after, fund_year=year)) for each in map(_unmoved, copies)]


def rolled_in_words(copies: Iterable[Copy], year: str, reason: str) -> dict[str, str]:
    """Returns what the timeline says of each line: which copies count in another year of their fund."""
    by_line: defaultdict[tuple[str, str, str | None], list[int]] = defaultdict(list)
    for copy in copies:
        by_line[copy.line_key, copy.fund, copy.fund_year].append(copy.copy_number)
    said: defaultdict[str, list[str]] = defaultdict(list)
    for (line_key, fund, before), numbers in by_line.items():
        said[line_key].append(f"{named_copies(numbers)} of fund {fund} from {before or 'no year'} to {year}")
    return {line_key: f"commitments rolled over: {'; '.join(each)}: {reason}" for line_key, each in said.items()}


def spend_after_credit(state: CopyState) -> Spend:
    """Returns what a copy's spend is once its charge was credited in full: open again where the supplier still owes it."""
    return Spend.CREDITED if state is CopyState.RECEIVED else Spend.OPEN


def _unmoved(copy: Copy) -> Change:
    return Change(copy, copy, Verdict.UNCHANGED, Target(copy.state))
