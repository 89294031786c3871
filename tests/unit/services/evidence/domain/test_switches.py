"""Which days and copies are compared for a switch of each strand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from services.evidence.domain.switches import Period, Switch, comparison_of
from shared.contracts.switches import SwitchState
from shared.sourcing.rules import Strand

SWITCH = Switch(
    UUID(int=1), Strand.ORDERING, "GB-SFK", 3, SwitchState.DONE, "eastern", "harbour-books", None, (), (), date(2026, 3, 9),
    "move", "the contract ends", datetime(2026, 3, 9, tzinfo=UTC),
)  # fmt: skip


def test_a_long_switch_is_compared_over_as_many_days_as_a_question_may_have() -> None:
    found = comparison_of(SWITCH, None, None, date(2031, 1, 1))
    assert (found.after, found.before) == (
        Period(date(2026, 3, 9), date(2028, 9, 8)),
        Period(date(2023, 9, 6), date(2026, 3, 8)),
    )
    assert (found.after.last - found.before.first).days + 1 == 1_830


def test_days_to_come_make_the_days_before_no_longer() -> None:
    found = comparison_of(SWITCH, None, date(2026, 3, 31), date(2026, 3, 10))
    assert found.before == Period(date(2026, 3, 7), date(2026, 3, 8))


@pytest.mark.parametrize(
    ("changed", "sides", "suppliers"),
    [
        (
            {},
            ("before: eastern", "after: harbour-books", "still: eastern", "already: harbour-books"),
            ("eastern", "harbour-books"),
        ),
        ({"to_supplier": None}, ("before: eastern", "after: others", "still: eastern", "already: others"), ()),
        (
            {"strand": Strand.CATALOGUE},
            ("before: eastern", "after: harbour-books", "after: harbour-books", "before: eastern"),
            (),
        ),
        (
            {"strand": Strand.DELIVERY, "to_supplier": "eastern", "route": "direct"},
            ("before", "after: direct", "after: direct", "before"),
            ("eastern",),
        ),
        (
            {"strand": Strand.DELIVERY, "from_supplier": None, "to_supplier": None, "route": "hub"},
            ("before", "after: hub", "after: hub", "before"),
            (),
        ),
    ],
)
def test_the_groups_of_a_switch_are_those_that_its_strand_tells_apart(
    changed: dict[str, object], sides: tuple[str, ...], suppliers: tuple[str, ...]
) -> None:
    found = comparison_of(replace(SWITCH, **changed), None, None, date(2026, 3, 20))  # type: ignore[arg-type]
    assert (tuple(found.sides), found.suppliers) == (sides, suppliers)
