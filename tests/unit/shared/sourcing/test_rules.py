"""Which of several sourcing rules decides."""

from datetime import date, timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.sourcing.rules import Mode, SourcingRule, Strand, deciding_rule

DAY = date(2026, 3, 2)


def rule(
    supplier_id: str, *, branch: str | None = None, material: str | None = None, days: tuple[int, int | None] = (0, None)
) -> SourcingRule:
    """A rule that begins and ends so many days after DAY."""
    first, last = days
    return SourcingRule(
        rule_id=UUID(int=1),
        council="GB-SFK",
        strand=Strand.ORDERING,
        supplier_id=supplier_id,
        branch=branch,
        material=material,
        valid_from=DAY + timedelta(days=first),
        valid_to=None if last is None else DAY + timedelta(days=last),
        mode=Mode.LIVE,
    )


def choose(book: list[SourcingRule], *, branch: str, material: str, on: date) -> str | None:
    """The supplier of the rule that decides."""
    decided = deciding_rule(book, branch=branch, material=material, on=on)
    return None if decided is None else decided.supplier_id


places = st.sampled_from(["IPSW", "LOWE", "BURY"])
materials = st.sampled_from(["book", "audio"])
days = st.integers(-20, 20).map(lambda offset: DAY + timedelta(days=offset))
rules = st.builds(
    SourcingRule,
    rule_id=st.uuids(),
    council=st.just("GB-SFK"),
    strand=st.just(Strand.ORDERING),
    supplier_id=st.sampled_from(["eastern", "harbour", "northern"]),
    branch=st.none() | places,
    material=st.none() | materials,
    valid_from=days,
    valid_to=st.none() | days,
    mode=st.sampled_from(Mode),
)
rulebooks = st.lists(rules, max_size=12, unique_by=lambda one: one.rule_id)


@pytest.mark.parametrize(
    ("others", "winner"),
    [
        ([rule("wide")], "wide"),
        ([rule("wide"), rule("material", material="book")], "material"),
        ([rule("wide"), rule("material", material="book"), rule("branch", branch="IPSW")], "branch"),
        ([rule("branch", branch="IPSW"), rule("both", branch="IPSW", material="book")], "both"),
        ([rule("old", days=(-9, None)), rule("new", days=(-1, None))], "new"),
        ([rule("wide"), rule("elsewhere", branch="LOWE"), rule("other", material="audio")], "wide"),
        ([rule("coming", days=(1, None)), rule("over", days=(-9, 0)), rule("last day", days=(-9, 1))], "last day"),
        ([], None),
    ],
)
def test_the_most_specific_rule_of_the_day_wins(others: list[SourcingRule], winner: str | None) -> None:
    assert choose(others, branch="IPSW", material="book", on=DAY) == winner


@given(rulebooks, places, materials, days, st.randoms(use_true_random=False))
def test_the_choice_does_not_depend_on_the_order_of_rules(
    book: list[SourcingRule], branch: str, material: str, on: date, dice: Random
) -> None:
    shuffled = list(book)
    dice.shuffle(shuffled)
    assert deciding_rule(book, branch=branch, material=material, on=on) == deciding_rule(
        shuffled, branch=branch, material=material, on=on
    )


@given(rulebooks, places, materials, days)
def test_the_deciding_rule_covers_the_case_and_none_that_covers_it_is_more_specific(
    book: list[SourcingRule], branch: str, material: str, on: date
) -> None:
    covering = [one for one in book if one.covers(branch=branch, material=material, on=on)]
    decided = deciding_rule(book, branch=branch, material=material, on=on)
    if decided is None:
        assert not covering
        return
    assert decided in covering

    def rank(one: SourcingRule) -> int:
        return 2 * (one.branch is not None) + (one.material is not None)

    assert rank(decided) == max(map(rank, covering))
    assert decided.valid_from == max(one.valid_from for one in covering if rank(one) == rank(decided))


@given(rulebooks, places, materials, days, rules)
def test_a_rule_for_another_place_changes_no_choice(
    book: list[SourcingRule], branch: str, material: str, on: date, added: SourcingRule
) -> None:
    if added.covers(branch=branch, material=material, on=on):
        return
    before = choose(book, branch=branch, material=material, on=on)
    assert choose([*book, added], branch=branch, material=material, on=on) == before
