"""How a trial draws its arms, what serves each arm, and which trials cannot run side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from math import sqrt
from random import Random
from statistics import NormalDist
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.trials import Arm, DrawUnit, TrialArm
from shared.sourcing.rules import Mode, SourcingRule, Strand, Trial, deciding_rule
from shared.sourcing.trials import (
    Choice,
    TrialState,
    Units,
    chooser,
    deciding,
    draw,
    mode_faults,
    share_text,
    trial_faults,
    trials_of,
)

DAY = date(2026, 3, 2)
COUNCIL = "GB-SFK"
TRIAL = Trial("bookseller", Decimal("0.3"), DrawUnit.LINE, seed="a")
LINES = [(f"SFK-{order}", str(line)) for order in range(10_000) for line in range(1, 11)]


def rule(
    supplier_id: str,
    *,
    branch: str | None = None,
    material: str | None = None,
    days: tuple[int, int | None] = (0, None),
    trial: Trial | None = None,
    number: int = 1,
) -> SourcingRule:
    """A rule that begins and ends so many days after DAY; a pilot rule where it has a trial."""
    first, last = days
    return SourcingRule(
        rule_id=UUID(int=number),
        council=COUNCIL,
        strand=Strand.ORDERING,
        supplier_id=supplier_id,
        branch=branch,
        material=material,
        valid_from=DAY + timedelta(days=first),
        valid_to=None if last is None else DAY + timedelta(days=last),
        mode=Mode.LIVE if trial is None else Mode.PILOT,
        trial=trial,
    )


def units(order: str = "SFK-1", line: int = 1) -> Units:
    return Units((order, str(line)), (order,))


def pilots(trial: Trial, drawn: Sequence[tuple[str, ...]] = LINES, council: str = COUNCIL) -> set[tuple[str, ...]]:
    return {unit for unit in drawn if draw(trial, council, unit) is Arm.PILOT}


def within(count: int, number: int, share: float) -> bool:
    """Whether so many of a number are within the interval that holds 99.9 % of draws at this share."""
    spread = NormalDist(number * share, sqrt(number * share * (1 - share)))
    return spread.inv_cdf(0.0005) <= count <= spread.inv_cdf(0.9995)


@pytest.mark.parametrize("seed", ["", "a", "2026-03-02"])
def test_of_a_hundred_thousand_lines_the_share_is_drawn(seed: str) -> None:
    assert within(len(pilots(replace(TRIAL, seed=seed))), len(LINES), 0.3)


def test_the_lines_drawn_are_the_same_every_time_and_in_any_order() -> None:
    shuffled = list(LINES)
    Random(7).shuffle(shuffled)
    assert pilots(TRIAL) == pilots(TRIAL) == pilots(TRIAL, shuffled)
    choose = chooser([rule("national", trial=TRIAL), rule("consortium", number=2)], council=COUNCIL, on=DAY)
    chosen = {unit for unit in shuffled if choose("IPSW", "book", Units(unit, unit[:1])).supplier_id == "national"}
    assert chosen == pilots(TRIAL)


def test_a_release_that_draws_other_lines_is_noticed() -> None:
    drawn = [draw(TRIAL, COUNCIL, ("SFK-1", str(line))) for line in range(1, 21)]
    assert "".join(arm.value[0] for arm in drawn) == "ccccccppccpcppcccppp"
    first = b"\0\0\0\x06GB-SFK\0\0\0\x0abookseller\0\0\0\x01a\0\0\0\x05SFK-1\0\0\0\x017"
    assert int(sha256(first).hexdigest()[:16], 16) * 10 < 3 * 2**64, "line 7 is the first below the share"


def test_a_share_of_one_draws_every_line_and_of_none_no_line() -> None:
    assert len(pilots(replace(TRIAL, share=Decimal(1)))) == len(LINES)
    assert pilots(replace(TRIAL, share=Decimal(0))) == set()
    assert pilots(replace(TRIAL, share=Decimal("0.30"))) == pilots(TRIAL)


def test_a_larger_share_keeps_the_lines_of_a_smaller_one() -> None:
    assert pilots(replace(TRIAL, share=Decimal("0.2"))) < pilots(TRIAL)


@pytest.mark.parametrize(
    "other", [replace(TRIAL, seed="b"), replace(TRIAL, name="records"), replace(TRIAL, name="booksellera", seed="")]
)
def test_another_seed_or_name_draws_independently(other: Trial) -> None:
    assert within(len(pilots(TRIAL) & pilots(other)), len(LINES), 0.09)


def test_councils_and_numbers_that_look_alike_when_joined_draw_independently() -> None:
    assert within(len(pilots(TRIAL) & pilots(TRIAL, council="GB-NFK")), len(LINES), 0.09)
    half = replace(TRIAL, share=Decimal("0.5"))
    numbers = range(10_000)
    same = [draw(half, COUNCIL, (f"SFK-{n}1", "2")) is draw(half, COUNCIL, (f"SFK-{n}", "12")) for n in numbers]
    assert within(sum(same), len(numbers), 0.5)


@given(st.text(), st.text(), st.lists(st.text(), max_size=3), st.decimals(0, 1, places=9))
def test_any_unit_has_one_arm(council: str, name: str, unit: list[str], share: Decimal) -> None:
    trial = Trial(name, share, DrawUnit.LINE)
    assert draw(trial, council, tuple(unit)) is draw(trial, council, tuple(unit))


def test_an_order_s_lines_have_one_arm_where_orders_are_drawn() -> None:
    trial = replace(TRIAL, unit=DrawUnit.ORDER)
    choose = chooser([rule("national", trial=trial), rule("consortium", number=2)], council=COUNCIL, on=DAY)
    arms = {order: {choose("IPSW", "book", units(order, line)) for line in range(1, 6)} for order in ("SFK-1", "SFK-2", "SFK-5")}
    assert {len(found) for found in arms.values()} == {1}
    lines = {choose("IPSW", "book", units(f"SFK-{order}")).supplier_id for order in range(50)}
    assert lines == {"national", "consortium"}


def test_the_pilot_arm_has_its_rule_s_supplier_and_the_control_arm_what_would_serve_without_the_trial() -> None:
    one = Trial("bookseller", Decimal(1), DrawUnit.LINE)
    book = [
        rule("wide"),
        rule("branch", branch="IPSW", number=2),
        rule("national", branch="IPSW", material="book", trial=one, number=3),
        rule("other national", branch="IPSW", trial=one, number=4),
    ]
    none = replace(one, share=Decimal(0))
    control = [replace(each, trial=none if each.trial else None) for each in book]
    pilot = chooser(book, council=COUNCIL, on=DAY)("IPSW", "book", units())
    assert pilot == Choice("national", TrialArm(trial="bookseller", arm=Arm.PILOT))
    stays = chooser(control, council=COUNCIL, on=DAY)("IPSW", "book", units())
    assert stays == Choice("branch", TrialArm(trial="bookseller", arm=Arm.CONTROL))
    assert chooser(book, council=COUNCIL, on=DAY)("LOWE", "book", units()) == Choice("wide")


def test_a_more_specific_live_rule_takes_its_branch_out_of_the_trial() -> None:
    book = [rule("national", trial=TRIAL), rule("consortium", number=2), rule("local", branch="LOWE", number=3)]
    choose = chooser(book, council=COUNCIL, on=DAY)
    assert {choose("LOWE", "book", units(line=line)) for line in range(50)} == {Choice("local")}
    assert all(choose("IPSW", "book", units(line=line)).trial for line in range(50))


def test_a_live_rule_of_the_same_scope_takes_it_out_of_the_trial_only_if_it_begins_later() -> None:
    pilot = rule("national", trial=replace(TRIAL, share=Decimal(1)))
    for first, supplier in ((-1, "national"), (0, "national"), (1, "consortium")):
        book = [pilot, rule("consortium", days=(first, None), number=2)]
        choose = chooser(book, council=COUNCIL, on=DAY + timedelta(days=1))
        assert choose("IPSW", "book", units()).supplier_id == supplier


def test_the_control_arm_of_a_trial_without_another_rule_has_no_supplier() -> None:
    choose = chooser([rule("national", trial=replace(TRIAL, share=Decimal(0)))], council=COUNCIL, on=DAY)
    assert choose("IPSW", "book", units()) == Choice(None, TrialArm(trial="bookseller", arm=Arm.CONTROL))
    assert chooser([], council=COUNCIL, on=DAY)("IPSW", "book", units()) == Choice(None)


def test_a_pilot_rule_of_an_earlier_release_decides_as_a_live_one() -> None:
    book = [rule("consortium"), replace(rule("national", branch="IPSW", number=2), mode=Mode.PILOT)]
    assert chooser(book, council=COUNCIL, on=DAY)("IPSW", "book", units()) == Choice("national")


places = st.none() | st.sampled_from(["IPSW", "LOWE"])
materials = st.none() | st.sampled_from(["book", "audio"])
days = st.integers(-4, 4).map(lambda offset: DAY + timedelta(days=offset))
trials = st.sampled_from([None, TRIAL, replace(TRIAL, name="records"), replace(TRIAL, name="audio", unit=DrawUnit.ORDER)])
rules = st.builds(
    SourcingRule,
    rule_id=st.uuids(),
    council=st.just(COUNCIL),
    strand=st.just(Strand.ORDERING),
    supplier_id=st.sampled_from(["eastern", "harbour", "northern"]),
    branch=places,
    material=materials,
    valid_from=days,
    valid_to=st.none() | days,
    mode=st.just(Mode.PILOT),
    trial=trials,
)
every_case = [
    (branch, material, DAY + timedelta(days=offset))
    for branch in ("IPSW", "LOWE", "BURY")
    for material in ("book", "audio", "dvd")
    for offset in range(-6, 7)
]


def both_cover(one: SourcingRule, other: SourcingRule) -> bool:
    return any(
        one.covers(branch=branch, material=material, on=on) and other.covers(branch=branch, material=material, on=on)
        for branch, material, on in every_case
    )


@given(rules, rules)
def test_two_trials_are_refused_exactly_where_some_copy_could_be_in_both(one: SourcingRule, other: SourcingRule) -> None:
    refused = bool(list(trial_faults(one, [other])))
    apart = one.trial is None or other.trial is None or one.trial.name == other.trial.name
    assert refused == (not apart and both_cover(one, other))
    assert refused == bool(list(trial_faults(other, [one])))


@given(st.lists(rules, max_size=12))
def test_no_line_is_in_two_trials(wanted: list[SourcingRule]) -> None:
    book: list[SourcingRule] = []
    for each in wanted:
        if not list(trial_faults(each, book)):
            book.append(each)
    for branch, material, on in every_case:
        covering = {one.trial.name for one in book if one.trial and one.covers(branch=branch, material=material, on=on)}
        assert len(covering) <= 1
        decided = deciding(book, branch=branch, material=material, on=on)
        assert decided.rule == deciding_rule(book, branch=branch, material=material, on=on)
        if decided.trial is not None and decided.control is not None:
            assert decided.control.trial is None


def test_a_hundred_thousand_lines_of_two_trials_are_each_in_one_at_most() -> None:
    other = Trial("audiobooks", Decimal("0.3"), DrawUnit.LINE, seed="a")
    book = [
        rule("consortium"),
        rule("national", branch="IPSW", trial=TRIAL, number=2),
        rule("harbour", branch="LOWE", trial=other, number=3),
    ]
    assert not list(trial_faults(book[2], book[:2]))
    choose = chooser(book, council=COUNCIL, on=DAY)
    names: dict[str, list[str]] = {"IPSW": [], "LOWE": []}
    for place, line in enumerate(LINES):
        branch = ("IPSW", "LOWE")[place % 2]
        choice = choose(branch, "book", Units(line, line[:1]))
        assert choice.trial is not None
        names[branch].append(f"{choice.trial.trial} {choice.trial.arm}")
    assert {branch: set(found) for branch, found in names.items()} == {
        "IPSW": {"bookseller pilot", "bookseller control"},
        "LOWE": {"audiobooks pilot", "audiobooks control"},
    }
    assert all(within(sum("pilot" in one for one in found), len(found), 0.3) for found in names.values())


def test_an_overlap_is_refused_by_the_other_trial_s_name_with_what_to_do() -> None:
    first = rule("national", branch="IPSW", days=(0, 10), trial=TRIAL, number=7)
    new = rule("harbour", trial=replace(TRIAL, name="wide"), days=(9, None))
    (fault,) = trial_faults(new, [first])
    assert (fault.pointer, fault.code) == ("/trial", "overlapping-trials")
    assert "'bookseller'" in fault.detail
    assert str(UUID(int=7)) in fault.detail
    assert "from 2026-03-02 until before 2026-03-12" in fault.detail
    assert "POST /v1/trials/bookseller/end" in fault.detail
    assert not list(trial_faults(replace(new, valid_from=DAY + timedelta(days=10)), [first]))


@pytest.mark.parametrize(
    ("other", "pointer", "stated"),
    [
        (replace(TRIAL, share=Decimal("0.4")), "/trial/share", "'0.3'"),
        (replace(TRIAL, unit=DrawUnit.ORDER), "/trial/unit", "'line'"),
        (replace(TRIAL, seed="b"), "/trial/seed", "'a'"),
    ],
)
def test_all_rules_of_a_trial_state_the_same(other: Trial, pointer: str, stated: str) -> None:
    ended = rule("national", branch="IPSW", days=(-9, -5), trial=replace(TRIAL, share=Decimal("0.30")), number=7)
    (fault,) = trial_faults(rule("national", branch="LOWE", trial=other), [ended])
    assert (fault.pointer, fault.code) == (pointer, "other-terms")
    assert stated in fault.detail
    assert str(UUID(int=7)) in fault.detail
    assert not list(trial_faults(rule("national", branch="LOWE", trial=TRIAL), [ended]))


def _modes() -> Iterator[tuple[SourcingRule, str]]:
    yield rule("national", trial=TRIAL), ""
    yield rule("national"), ""
    yield replace(rule("national"), mode=Mode.PILOT), "/trial"
    yield replace(rule("national", trial=TRIAL), mode=Mode.LIVE), "/trial"
    yield replace(rule("national", trial=TRIAL), strand=Strand.CATALOGUE), ""
    by_order = replace(TRIAL, unit=DrawUnit.ORDER)
    yield rule("national", trial=by_order), ""
    yield replace(rule("national", trial=by_order), strand=Strand.CATALOGUE), "/trial/unit"


@pytest.mark.parametrize(("new", "pointer"), list(_modes()))
def test_a_pilot_rule_names_a_trial_and_a_live_rule_none(new: SourcingRule, pointer: str) -> None:
    assert [fault.pointer for fault in mode_faults(new)] == ([pointer] if pointer else [])


@pytest.mark.parametrize(
    ("periods", "state", "first", "last"),
    [
        ([(0, None)], TrialState.RUNNING, 0, None),
        ([(-5, 1), (3, 9)], TrialState.RUNNING, -5, 8),
        ([(-5, 0), (3, None)], TrialState.PLANNED, -5, None),
        ([(1, 2)], TrialState.PLANNED, 1, 1),
        ([(-5, 0)], TrialState.ENDED, -5, -1),
        ([(-5, 0), (3, 3)], TrialState.ENDED, -5, -1),
        ([(3, 3)], TrialState.ENDED, None, None),
    ],
)
def test_a_trial_has_the_state_and_days_of_its_rules(
    periods: list[tuple[int, int | None]], state: TrialState, first: int | None, last: int | None
) -> None:
    book = [rule("national", days=period, trial=TRIAL, number=number) for number, period in enumerate(periods)]
    (found,) = trials_of([rule("consortium"), *book])
    assert (found.trial, found.rules) == (TRIAL, tuple(book))
    known = [None if day is None else DAY + timedelta(days=day) for day in (first, last)]
    assert [found.state(DAY), found.first_day, found.last_day] == [state, *known]


@pytest.mark.parametrize(("share", "text"), [("0.30", "0.3"), ("1.000", "1"), ("0.0", "0"), ("0.000000001", "0.000000001")])
def test_a_share_is_stated_without_zeros_at_its_end(share: str, text: str) -> None:
    assert share_text(Decimal(share)) == text
