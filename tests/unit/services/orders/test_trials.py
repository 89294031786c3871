"""Placing an order whose lines are in a trial: one arm for all copies of a unit, and the same again for a repeated request."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from services.orders.domain.asked import AskedOrder
from services.orders.domain.placing import PlacedOrder, place, sourcing_faults
from shared.contracts.base import Place
from shared.contracts.trials import Arm, DrawUnit
from shared.sourcing.rules import Mode, SourcingRule, Strand, Trial
from shared.sourcing.trials import Chooser, chooser, draw

DAY = date(2026, 3, 2)
BRANCHES = {code: Place(code=code) for code in ("IPSW", "LOWE", "BURY")}


def rule(supplier_id: str, number: int, branch: str | None = None, trial: Trial | None = None) -> SourcingRule:
    mode = Mode.PILOT if trial else Mode.LIVE
    return SourcingRule(UUID(int=number), "GB-SFK", Strand.ORDERING, supplier_id, branch, None, DAY, None, mode, trial)


def tried(unit: DrawUnit = DrawUnit.LINE, share: str = "0.5", *others: SourcingRule) -> Chooser:
    """The bookseller is tried at two of three branches."""
    trial = Trial("bookseller", Decimal(share), unit)
    rules = [rule("national", 1, "IPSW", trial), rule("national", 2, "LOWE", trial), *others]
    return chooser(rules, council="GB-SFK", on=DAY)


def an_order(number: str = "SFK-1", lines: int = 20) -> AskedOrder:
    copies = [{"branch": branch, "fund": "F", "quantity": 2} for branch in BRANCHES]
    asked = [{"line_number": place, "isbn": "9780141439518", "copies": copies} for place in range(1, lines + 1)]
    return AskedOrder.model_validate({"order_number": number, "lines": asked})


def placed(choose: Chooser, asked: AskedOrder) -> PlacedOrder:
    return place(asked, council="GB-SFK", at=datetime(2026, 3, 2, tzinfo=UTC), branches=BRANCHES, choose=choose)


def shown(order: PlacedOrder) -> list[tuple[int, str, str | None, list[str]]]:
    """Number, supplier, arm and branches of each line."""
    return [
        (
            line.asked.line_number,
            line.supplier_id,
            line.trial.arm.value if line.trial else None,
            [copy.branch.code for copy in line.copies],
        )
        for line in order.lines
    ]


@pytest.mark.parametrize("unit", DrawUnit)
def test_all_copies_of_a_unit_in_scope_have_one_arm_and_the_others_none(unit: DrawUnit) -> None:
    order = placed(tried(unit, "0.5", rule("consortium", 3)), an_order())
    trial = Trial("bookseller", Decimal("0.5"), unit)
    for number in range(1, 21):
        drawn = draw(trial, "GB-SFK", ("SFK-1",) if unit is DrawUnit.ORDER else ("SFK-1", str(number)))
        supplier = "national" if drawn is Arm.PILOT else "consortium"
        in_trial = (number, supplier, drawn.value, ["IPSW", "IPSW", "LOWE", "LOWE"])
        assert [one for one in shown(order) if one[0] == number] == [in_trial, (number, "consortium", None, ["BURY", "BURY"])]
    assert {arm for _, _, arm, _ in shown(order)} == (
        {"pilot", "control", None} if unit is DrawUnit.LINE else {arm_of(order), None}
    )


def arm_of(order: PlacedOrder) -> str | None:
    return next(line.trial.arm.value for line in order.lines if line.trial)


def test_a_repeated_request_gets_the_same_arms_whatever_else_was_placed() -> None:
    first = shown(placed(tried(DrawUnit.LINE, "0.5", rule("consortium", 3)), an_order()))
    choose = tried(DrawUnit.LINE, "0.5", rule("consortium", 3))
    placed(choose, an_order("SFK-2"))
    assert shown(placed(choose, an_order())) == first
    turned = AskedOrder(order_number="SFK-1", lines=tuple(reversed(an_order().lines)))
    assert sorted(shown(placed(choose, turned)), key=str) == sorted(first, key=str)


def test_a_line_of_the_control_arm_without_a_rule_is_refused_and_says_so() -> None:
    asked = an_order(lines=1)
    faults = sourcing_faults(asked, tried(DrawUnit.LINE, "0", rule("consortium", 3, "BURY")))
    assert [(fault.pointer, fault.code) for fault in faults] == [
        ("/lines/0/copies/0/branch", "no-sourcing-rule"),
        ("/lines/0/copies/1/branch", "no-sourcing-rule"),
    ]
    assert "Trial 'bookseller' drew its control arm for this, and the control arm has no rule" in faults[0].detail
    assert sourcing_faults(asked, tried(DrawUnit.LINE, "1", rule("consortium", 3, "BURY"))) == []


def test_a_copy_outside_the_trial_without_a_rule_is_refused_without_a_word_of_the_trial() -> None:
    (fault,) = sourcing_faults(an_order(lines=1), tried(DrawUnit.LINE, "1"))
    document: dict[str, Any] = {"pointer": fault.pointer, "trial": "rial" in fault.detail}
    assert document == {"pointer": "/lines/0/copies/2/branch", "trial": False}
