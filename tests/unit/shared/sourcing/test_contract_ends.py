"""Who is asked while contracts end."""

from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from shared.sourcing.contract_ends import ContractEnd, Contracts
from shared.sourcing.rules import Mode, SourcingRule, Strand, Trail

DAY = date(2026, 3, 2)
NAMES = ("a", "b", "c", "d")

names = st.sampled_from(NAMES)
ends_of = st.dictionaries(names, st.tuples(st.integers(-3, 6), st.none() | names))
days_of = st.dictionaries(names, st.integers(0, 6))


def contracts(stated: dict[str, tuple[int, str | None]], usual_days: dict[str, int]) -> Contracts:
    """Contract ends so many days after DAY, each with who follows."""
    ends = {
        name: ContractEnd(UUID(int=1), "GB-SFK", name, DAY + timedelta(days=last), follows, "leaving", Trail())
        for name, (last, follows) in stated.items()
    }
    return Contracts(DAY, ends, usual_days)


def rule(supplier_id: str) -> SourcingRule:
    return SourcingRule(
        rule_id=UUID(int=1),
        council="GB-SFK",
        strand=Strand.ORDERING,
        supplier_id=supplier_id,
        branch=None,
        material=None,
        valid_from=DAY,
        valid_to=None,
        mode=Mode.LIVE,
    )


@given(ends_of, days_of, names)
def test_nobody_whose_contract_is_over_is_ever_asked(
    stated: dict[str, tuple[int, str | None]], usual_days: dict[str, int], first: str
) -> None:
    known = contracts(stated, usual_days)
    asked = known.server(first)
    assert asked is None or asked not in known.ends or not known.ends[asked].is_over(DAY)
    assert [served.supplier_id for served in known.apply([rule(first)])] == ([] if asked is None else [asked])
    if asked is None:
        assert known.ends[first].is_over(DAY), "somebody serves until the last day"
    elif asked != first:
        assert known.too_late(first)
        assert not known.too_late(asked)
    if not known.too_late(first):
        assert asked == first


def test_suppliers_that_follow_each_other_in_a_circle_serve_nobody_once_all_have_ended() -> None:
    circle = contracts({"a": (-1, "b"), "b": (-1, "a")}, {})
    assert circle.server("a") is circle.server("b") is None
    still = contracts({"a": (2, "b"), "b": (2, "a")}, {"a": 5, "b": 5})
    assert (still.server("a"), still.server("b")) == ("a", "b"), "too late with either: until the last day, as the rules say"
