"""What a switch of any strand covers, and what it does to the rules of its strand, today and later."""

from datetime import date, timedelta
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from shared.ids import new_id
from shared.sourcing.rules import Mode, SourcingRule, Strand, deciding_rule
from shared.sourcing.switches.planning import Scope, Switch, rule_changes
from tests.unit.shared.sourcing.switched import DAY, switch

SUPPLIERS = ("eastern", "northern", "harbour-books")
BRANCHES = ("IPSW", "LOWE", "BURY")
MATERIALS = ("book", "film")


def rule(supplier_id: str, branch: str | None, material: str | None, begins: int, days: int | None) -> SourcingRule:
    """A rule that begins so many days after DAY, and applies for so many."""
    first = DAY + timedelta(days=begins)
    scope = (branch, material, first, None if days is None else first + timedelta(days=days))
    return SourcingRule(new_id(), "GB-SFK", Strand.CATALOGUE, supplier_id, *scope, Mode.LIVE)


RULES = st.builds(
    rule,
    st.sampled_from(SUPPLIERS),
    st.sampled_from((None, *BRANCHES)),
    st.sampled_from((None, *MATERIALS)),
    st.integers(-3, 3),
    st.none() | st.integers(1, 6),
)
SCOPES = st.builds(
    Scope,
    st.lists(st.sampled_from(BRANCHES), max_size=2, unique=True).map(tuple),
    st.lists(st.sampled_from(MATERIALS), max_size=1).map(tuple),
)


def served(rules: list[SourcingRule], on: date) -> dict[tuple[str, str], str | None]:
    """Who serves each branch and material on a day."""
    decided = {cell: deciding_rule(rules, branch=cell[0], material=cell[1], on=on) for cell in product(BRANCHES, MATERIALS)}
    return {cell: None if chosen is None else chosen.supplier_id for cell, chosen in decided.items()}


# Of rules with the same scope and first day, chance decides, and with another id otherwise.
BOOKS = st.lists(RULES, max_size=6, unique_by=lambda each: (each.branch, each.material, each.valid_from))


@given(BOOKS, SCOPES)
def test_what_the_first_supplier_served_in_scope_is_the_second_ones_and_nothing_else_changes(
    rules: list[SourcingRule], scope: Scope
) -> None:
    planned: Switch = switch(scope=scope, from_supplier="eastern", to_supplier="northern")
    changes = rule_changes(planned, rules, DAY)
    ended = {each.rule_id for each in changes.ended}
    after = [*(each for each in rules if each.rule_id not in ended), *changes.added]
    for day in (DAY + timedelta(days=later) for later in range(9)):
        expected = {
            cell: "northern" if supplier == "eastern" and covers(scope, *cell) else supplier
            for cell, supplier in served(rules, day).items()
        }
        assert served(after, day) == expected


def covers(scope: Scope, branch: str, material: str) -> bool:
    return scope.overlaps(Scope((branch,), (material,)))


def test_two_scopes_overlap_if_a_copy_can_be_in_both() -> None:
    everything, ipswich, films = Scope(), Scope(("IPSW",)), Scope((), ("film",))
    assert everything.overlaps(ipswich)
    assert ipswich.overlaps(films)
    assert not ipswich.overlaps(Scope(("LOWE",), ("film",)))
    assert not films.overlaps(Scope(("IPSW",), ("book",)))
