"""What is wrong with a council's minimum, and which of several planned ones count."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from services.catalogue.domain.minimums import SetMinimum, faults_of, planned
from services.catalogue.domain.scoring import DEFAULT, Check, Minimum, Rule

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def test_the_default_has_no_fault() -> None:
    assert list(faults_of(DEFAULT.rules)) == []


@pytest.mark.parametrize("check", [Check.STATES, Check.SUBJECT, Check.LEVEL])
def test_a_rule_without_the_values_that_its_check_needs_names_one(check: Check) -> None:
    (fault,) = faults_of([Rule("own", check, 1, "a reason", "")])
    assert (fault.pointer, fault.code) == ("/rules/0/values", "values-missing")


def test_a_rule_about_copies_needs_no_values() -> None:
    assert list(faults_of([Rule("barcodes", Check.COPIES, 1, "two copies share a barcode", "949")])) == []


def test_each_rule_with_a_code_of_another_is_named() -> None:
    twice = Rule("isbn", Check.ISBN, 1, "a reason", "")
    assert [fault.pointer for fault in faults_of([twice, twice])] == ["/rules/0/code", "/rules/1/code"]


def test_of_several_planned_for_one_day_the_last_counts() -> None:
    days = [date(2026, 4, 2), date(2026, 4, 1), date(2026, 4, 2)]
    marks = enumerate(zip(days, (10, 20, 30), strict=True), start=1)
    later = [SetMinimum(number, "GB-SFK", day, Minimum((), mark), "ann", NOW) for number, (day, mark) in marks]
    assert [each.minimum.pass_mark for each in planned(reversed(later))] == [20, 30]
