"""Figures of evidence in words: value, interval and n, and what is not known."""

from __future__ import annotations

from decimal import Decimal

from local.lms.answers import Costs, CostsOfGroup, PaidInEvidence
from local.story.evidence import Difference, Measure, cost_lines, difference_lines


def a_measure(value: float | None, low: float | None = None, high: float | None = None, unit: str = "per thousand") -> Measure:
    return Measure(measure="promises_kept", unit=unit, value=value, low=low, high=high, n=40)


def test_a_figure_has_its_interval_and_n() -> None:
    assert a_measure(0.95, 0.835, 0.986, "share").in_words() == "95% (84% to 99%; n 40)"
    assert a_measure(77.0, 20.0, 190.2).in_words() == "77 (20 to 190; n 40)"


def test_an_interval_may_be_open_or_missing_and_a_figure_not_known() -> None:
    assert a_measure(77.0, 20.0).in_words() == "77 (20 to more; n 40)"
    assert a_measure(77.0).in_words() == "77 (n 40)"
    assert a_measure(None).in_words() == "not known (n 40)"


def test_a_difference_says_when_it_cannot_be_told() -> None:
    told = Difference(measure="promises_kept", unit="points of 1", value=0.1, low=-0.1, high=0.2, n=9, trial="t", note="too few")
    other = Difference(measure="lead_days_median", unit="days", value=1.0, low=0.0, high=2.0, n=9, trial="t", note=None)

    assert difference_lines([told, other]) == [
        "Pilot less control, promises kept: 10 points (-10 points to 20 points; n 9); too few"
    ]


def test_a_supplier_without_an_invoice_has_no_cost() -> None:
    per_copy = {"paid_per_copy": Decimal("888.4"), "whole_per_copy": Decimal("949.5")}
    group = CostsOfGroup(key="national", currency="GBP", copies=3, paid=PaidInEvidence(total=2_665), **per_copy)

    lines = cost_lines(Costs(groups=(group,), reconciliation=()), ["consortium", "national"])

    assert lines == [
        "consortium: no invoice was matched, so nothing is known of its prices.",
        "national: a copy cost GBP 8.88 by invoice and GBP 9.50 with the council's own work (3 copies invoiced).",
    ]
