"""What a new live rule, or a switch's, takes out of a trial is warned of: all of it, and nothing else."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from shared.sourcing.rules import Mode, SourcingRule, Strand, deciding_rule
from shared.sourcing.switches.planning import Scope, rule_changes
from shared.sourcing.warnings import RuleCode, deciding_sourcing, out_of_trials
from tests.unit.shared.sourcing.switched import DAY, switch
from tests.unit.shared.sourcing.test_ties import BRANCHES, MATERIALS, TRIALS, sourcing_rules

BOOKS = st.lists(sourcing_rules(), max_size=6, unique_by=lambda each: each.rule_id)


def taken(before: list[SourcingRule], after: list[SourcingRule], new: SourcingRule) -> bool:
    """Whether a trial decided for something on a day on which the new rule does now."""
    for day, branch, material in product(range(7), ("", *BRANCHES), ("", *MATERIALS)):
        drew, now = (
            deciding_rule(rules, branch=branch, material=material, on=DAY + timedelta(days=day)) for rules in (before, after)
        )
        if drew is not None and drew.trial is not None and now == new:
            return True
    return False


@given(BOOKS, sourcing_rules())
def test_a_live_rule_is_warned_of_exactly_where_it_takes_something_out_of_a_trial(
    book: list[SourcingRule], new: SourcingRule
) -> None:
    live = replace(new, trial=None, mode=Mode.LIVE)
    warnings = out_of_trials([live], book, [*book, live], deciding_sourcing, DAY)
    assert bool(warnings) is taken(book, [*book, live], live)
    assert {warning.code for warning in warnings} <= {RuleCode.OUT_OF_TRIAL}


@given(BOOKS, st.sampled_from(((), ("LOWE",), BRANCHES)))
def test_a_switch_is_warned_of_exactly_where_its_rules_take_something_out_of_a_trial(
    book: list[SourcingRule], branches: tuple[str, ...]
) -> None:
    changes = rule_changes(switch(scope=Scope(branches)), book, DAY)
    after = [*(rule for rule in book if rule not in changes.ended), *changes.added]
    warned = any(warning.code is RuleCode.OUT_OF_TRIAL for warning in changes.warnings)
    assert warned is any(taken(book, after, new) for new in changes.added)


def of(supplier_id: str, first: date, number: int, *, piloting: bool = False) -> SourcingRule:
    """A rule of any material for Lowestoft."""
    mode, trial = (Mode.PILOT, TRIALS[1]) if piloting else (Mode.LIVE, None)
    return SourcingRule(UUID(int=number), "GB-SFK", Strand.ORDERING, supplier_id, "LOWE", None, first, None, mode, trial)


def test_a_warning_names_the_trial_the_scope_the_day_and_what_decides_then() -> None:
    before = DAY - timedelta(days=9)
    book = [of("eastern", before, 1), of("northern", before, 2, piloting=True)]
    (warning,) = rule_changes(switch(), book, DAY).warnings
    said = "From 2026-03-02, trial 'tried' no longer draws for branch LOWE, material any: a live rule for northern"
    assert warning.detail.startswith(said)


def test_a_third_suppliers_rule_that_begins_with_a_switch_is_named() -> None:
    book = [of("eastern", DAY - timedelta(days=9), 1), of("harbour", DAY, 2)]
    changes = rule_changes(switch(), book, DAY)
    assert ([rule.rule_id for rule in changes.ended], changes.added) == ([book[0].rule_id], ())
    (warning,) = changes.warnings
    assert warning.code is RuleCode.SAME_FIRST_DAY
    assert f"end it with DELETE /v1/sourcing-rules/{book[1].rule_id} before" in warning.detail
    assert not rule_changes(switch(), [book[0], replace(book[1], valid_from=DAY + timedelta(days=1))], DAY).warnings


def test_of_a_pair_of_an_earlier_release_the_third_suppliers_rule_is_left_to_decide() -> None:
    pair = [of("eastern", DAY, 2), of("harbour", DAY, 1)]
    changes = rule_changes(switch(), pair, DAY)
    assert (changes.ended, changes.added) == ((pair[0],), ())
    assert [warning.code for warning in changes.warnings] == [RuleCode.SAME_FIRST_DAY]
