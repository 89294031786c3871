"""Past orders under other rules: the sums are those of the same orders, had they been placed by these rules and contract ends."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.orders.domain.asked import AskedOrder
from services.orders.domain.contracts import Outcome, Sourcing, late_lines
from services.orders.domain.placing import PlacedOrder, place, sourcing_faults
from services.orders.domain.rehearsing import PlacedPart, Rehearsal
from shared.contracts.base import Place
from shared.contracts.trials import DrawUnit
from shared.sourcing.contract_ends import ContractEnd, Contracts
from shared.sourcing.rules import Mode, SourcingRule, Strand, Trail, Trial

DAY = date(2026, 3, 2)
BRANCHES = ("IPSW", "LOWE", "BURY")
MATERIALS = ("book", "film")
SUPPLIERS = ("consortium", "national", "third")
NO_ENDS = Contracts(DAY)
TRIAL = Trial("bookseller", Decimal("0.5"), DrawUnit.LINE)


def rules() -> st.SearchStrategy[list[SourcingRule]]:
    """Any rules; those of the trial all have the same terms."""
    one = st.tuples(
        st.sampled_from(SUPPLIERS),
        st.sampled_from([None, *BRANCHES]),
        st.sampled_from([None, *MATERIALS]),
        st.sampled_from([None, TRIAL]),
    )
    return st.lists(one, max_size=6).map(lambda chosen: [_rule(number, *each) for number, each in enumerate(chosen)])


def _rule(number: int, supplier: str, branch: str | None, material: str | None, trial: Trial | None) -> SourcingRule:
    mode = Mode.LIVE if trial is None else Mode.PILOT
    return SourcingRule(UUID(int=number), "GB-SFK", Strand.ORDERING, supplier, branch, material, DAY, None, mode, trial)


def contracts() -> st.SearchStrategy[Contracts]:
    """Any contract ends near the day, and days that suppliers need, where they state them."""
    end = st.tuples(st.integers(-2, 4), st.sampled_from([None, *SUPPLIERS]))
    ends = st.dictionaries(st.sampled_from(SUPPLIERS), end, max_size=3).map(
        lambda drawn: {s: _end(s, *e) for s, e in drawn.items()}
    )
    days = st.dictionaries(st.sampled_from(SUPPLIERS), st.integers(0, 4), max_size=3)
    return st.builds(Contracts, st.just(DAY), ends, days)


def _end(supplier: str, days: int, next_supplier: str | None) -> ContractEnd:
    last_day = DAY + timedelta(days=days)
    return ContractEnd(UUID(int=1), "GB-SFK", supplier, last_day, next_supplier, "", Trail())


def orders() -> st.SearchStrategy[AskedOrder]:
    copy = st.fixed_dictionaries({"branch": st.sampled_from(BRANCHES), "fund": st.just("FIC"), "quantity": st.integers(1, 3)})
    price = st.one_of(st.none(), st.integers(1, 999).map(lambda minor: {"minor": minor}))
    line = st.fixed_dictionaries(
        {"material": st.sampled_from(MATERIALS), "unit_price": price, "copies": st.lists(copy, min_size=1, max_size=4)}
    )
    return st.lists(line, min_size=1, max_size=4).map(_order)


def _order(lines: list[dict[str, Any]]) -> AskedOrder:
    numbered = [{"line_number": number, "isbn": "9780141439518", **line} for number, line in enumerate(lines, start=1)]
    return AskedOrder.model_validate({"order_number": "SFK-1", "lines": numbered})


def placed(asked: AskedOrder, sourcing: Sourcing) -> PlacedOrder:
    places = {code: Place(code=code) for code in BRANCHES}
    return place(asked, council="GB-SFK", at=datetime(2026, 3, 2, tzinfo=UTC), branches=places, choose=sourcing.choose)


def parts(order: PlacedOrder) -> Iterator[PlacedPart]:
    """The order as the book has it, by branch."""
    for line in order.lines:
        of_line = (order.order_id, order.order_number, line.line_key, line.asked.line_number, line.isbn, "", line.asked.material)
        for branch, copies in sorted(Counter(copy.branch.code for copy in line.copies).items()):
            yield PlacedPart(*of_line, line.supplier_id, branch, copies, line.asked.unit_price)


def summed(order: PlacedOrder) -> dict[str | None, tuple[int, int, int, int]]:
    """Lines, copies, money and copies without a price of each supplier; none is where no rule applied."""
    sums: dict[str | None, tuple[int, int, int, int]] = {}
    for line in order.lines:
        copies, price = len(line.copies), line.asked.unit_price
        lines, before, money, unpriced = sums.get(line.supplier_id or None, (0, 0, 0, 0))
        added = (money + price.minor * copies, unpriced) if price else (money, unpriced + copies)
        sums[line.supplier_id or None] = (lines + 1, before + copies, *added)
    return sums


def shown(tallies: dict[Any, Any]) -> dict[str | None, tuple[int, int, int, int]]:
    return {name: (each.lines, each.copies, each.money.total(), each.unpriced) for name, each in tallies.items() if each.lines}


def rehearsed(order: PlacedOrder, sourcing: Sourcing, most_lines: int = 200) -> Rehearsal:
    rehearsal = Rehearsal(sourcing, most_lines)
    rehearsal.add(list(parts(order)))
    return rehearsal


def sourced_by(rules: Sequence[SourcingRule], contracts: Contracts = NO_ENDS) -> Sourcing:
    return Sourcing.by(rules, contracts, "GB-SFK")


@given(orders(), rules(), rules(), contracts())
def test_a_rehearsal_adds_up_what_the_orders_placed_by_these_rules_and_contract_ends_would_be(
    asked: AskedOrder, old: list[SourcingRule], new: list[SourcingRule], ends: Contracts
) -> None:
    everywhere = _rule(99, "consortium", None, None, None)
    first = sourced_by([everywhere, *old])
    assert sourcing_faults(asked, first.choose) == [] or TRIAL in [rule.trial for rule in old]
    order = placed(asked, first)
    found = rehearsed(order, sourced_by(new, ends))
    assert shown(dict(found.before)) == {name or "": sums for name, sums in summed(order).items()}
    assert shown(dict(found.after)) == summed(placed(asked, sourced_by(new, ends)))
    moved = sum(each.copies for each in found.moves.values())
    assert moved == sum(line.tally.copies for line in found.lines)


@given(orders(), rules(), contracts())
def test_a_rehearsal_names_what_contract_ends_move_refuse_and_warn_of(
    asked: AskedOrder, some: list[SourcingRule], ends: Contracts
) -> None:
    every = [_rule(99, "consortium", None, None, None), *some]
    sourcing = sourced_by(every, ends)
    found = rehearsed(placed(asked, sourced_by(every)), sourcing)
    of_ends, moved, lines = Counter[Any](), Counter[Any](), Counter[str]()
    for effect, tally in found.end_effects.items():
        if effect.outcome in (Outcome.TOO_LATE, Outcome.NOT_KNOWN):
            lines[effect.outcome.value] += tally.lines
        else:
            of_ends[effect.supplier_id, effect.to_supplier] += tally.copies
            assert (effect.to_supplier is None) == (effect.outcome is Outcome.REFUSED)
    for move, tally in found.moves.items():
        moved[move.from_supplier, move.to_supplier] += tally.copies
    assert of_ends == moved
    warned = late_lines(asked, placed(asked, sourcing), ends)
    assert lines == Counter(late.code.value for late in warned)
    faults = {fault.code for fault in sourcing_faults(asked, sourcing.choose, sourcing.over)}
    assert faults == ({Outcome.REFUSED.value} if found.after[None].copies else set())


@given(orders(), rules())
def test_nothing_moves_by_the_rules_that_the_orders_were_placed_by(asked: AskedOrder, same: list[SourcingRule]) -> None:
    sourcing = sourced_by([_rule(99, "consortium", None, None, None), *same])
    found = rehearsed(placed(asked, sourcing), sourcing)
    assert (found.lines, dict(found.moves), shown(dict(found.before))) == ([], {}, shown(dict(found.after)))


@given(orders(), st.integers(0, 3))
def test_lines_beyond_those_listed_are_counted(asked: AskedOrder, most: int) -> None:
    order = placed(asked, sourced_by([_rule(1, "consortium", None, None, None)]))
    other = sourced_by([_rule(2, "national", None, None, None)])
    every, some = rehearsed(order, other), rehearsed(order, other, most)
    assert (some.lines, len(some.lines) + some.unlisted) == (every.lines[:most], len(every.lines))
