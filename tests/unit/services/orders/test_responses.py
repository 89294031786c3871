"""The effect of a supplier's response on the copies of a line: every code of the table, and every rule of precedence."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.orders.domain.copies import Copy, move
from services.orders.domain.responses import Applied, apply_answers
from services.orders.domain.statuses import LINE_STATUSES
from shared.contracts.orders import CopyState
from shared.contracts.suppliers import CopyReference, LineAction, Quantities, RespondedLine

LINE = "SB-1"
S = CopyState

# Every code of list 12B with the state it must leave a copy in that was sent; None: the copy stays as it is.
EXPECTED: dict[str, CopyState | None] = {
    "100": S.ACCEPTED, "101": S.HELD, "102": S.HELD, "103": S.HELD, "104": S.HELD, "110": S.ACCEPTED,
    "200": S.REFUSED, "201": S.REFUSED, "202": S.REFUSED, "203": S.REFUSED, "205": S.REFUSED, "206": S.REFUSED,
    "207": S.REFUSED, "208": S.REFUSED, "210": S.REFUSED, "220": S.CANCELLED, "221": S.CANCELLED, "222": S.CANCELLED,
    "223": S.CANCELLED, "300": None, "301": None, "400": S.BACK_ORDERED, "401": S.BACK_ORDERED, "402": S.BACK_ORDERED,
    "403": S.BACK_ORDERED, "404": S.BACK_ORDERED, "405": S.BACK_ORDERED, "406": S.BACK_ORDERED, "407": S.BACK_ORDERED,
    "408": S.BACK_ORDERED, "409": S.BACK_ORDERED, "410": S.ACCEPTED, "411": S.HELD, "412": S.HELD, "413": None, "500": None,
    "800": None, "900": None, "901": S.HELD, "902": S.HELD, "903": S.HELD, "999": S.HELD,
}  # fmt: skip

# Codes that a person must act on.
ASKING = {
    "101", "102", "104", "110", "200", "201", "202", "203", "205", "206", "207", "208", "210", "411", "412", "500", "800",
    "900", "901", "902", "903",
}  # fmt: skip


def copies(count: int, state: CopyState = S.SENT, branches: str = "ABCDEFGH") -> list[Copy]:
    return [Copy(UUID(int=n), UUID(int=99), LINE, n, branches[n - 1 : n] or "Z", state) for n in range(1, count + 1)]


def states_after(before: list[Copy], applied: Applied) -> list[CopyState]:
    after = {change.after.copy_id: change.after.state for change in applied.changes}
    return [after.get(copy.copy_id, copy.state) for copy in before]


def answer(code: str | None = None, **fields: object) -> RespondedLine:
    return RespondedLine.model_validate({"line_key": LINE, "status_code": code, **fields})


def test_the_table_has_every_code_and_no_other() -> None:
    assert set(LINE_STATUSES) == set(EXPECTED)


@pytest.mark.parametrize(("code", "state"), EXPECTED.items())
def test_a_status_code_has_its_effect_on_all_copies_of_the_line(code: str, state: CopyState | None) -> None:
    line = copies(3)
    applied = apply_answers(line, [answer(code)])
    assert states_after(line, applied) == [state or S.SENT] * 3
    assert bool(applied.attention) is (code in ASKING)
    assert code in applied.note


def test_an_unknown_code_holds_the_copies_and_asks_a_person() -> None:
    line = copies(2)
    applied = apply_answers(line, [answer("7ZZ")])
    assert states_after(line, applied) == [S.HELD, S.HELD]
    assert "7ZZ" in applied.attention


def test_a_back_order_has_its_date() -> None:
    applied = apply_answers(copies(1), [answer("400", available_on=date(2027, 1, 31))])
    assert applied.changes[0].after.expected_on == date(2027, 1, 31)


def test_named_copies_alone_are_back_ordered() -> None:
    line = copies(3)
    applied = apply_answers(line, [answer("400", copies=(CopyReference(copy_number=2),))])
    assert states_after(line, applied) == [S.SENT, S.BACK_ORDERED, S.SENT]


def test_a_branch_names_its_copies() -> None:
    line = copies(3)
    applied = apply_answers(line, [answer("223", copies=(CopyReference(branch="C"),))])
    assert states_after(line, applied) == [S.SENT, S.SENT, S.CANCELLED]


def test_quantities_without_names_take_the_last_copies_first() -> None:
    line = copies(5)
    quantities = Quantities(ordered=5, accepted=2, back_ordered=2, cancelled=1)
    applied = apply_answers(line, [answer("400", quantities=quantities)])
    assert states_after(line, applied) == [S.ACCEPTED, S.ACCEPTED, S.BACK_ORDERED, S.BACK_ORDERED, S.CANCELLED]


def test_quantities_of_the_whole_line_cancel_nothing_that_was_cancelled_before() -> None:
    line = [*copies(2, S.BACK_ORDERED), *copies(3, S.CANCELLED)[2:]]
    response = answer("400", quantities=Quantities(ordered=3, back_ordered=2, cancelled=1))
    assert states_after(line, apply_answers(line, [response])) == [S.BACK_ORDERED, S.BACK_ORDERED, S.CANCELLED]


def test_one_more_loss_of_a_line_is_applied() -> None:
    line = [*copies(2, S.BACK_ORDERED), *copies(3, S.CANCELLED)[2:]]
    more = answer("223", quantities=Quantities(cancelled=1))
    whole = answer("400", quantities=Quantities(ordered=3, back_ordered=1, cancelled=2))
    for response in (more, whole):
        assert states_after(line, apply_answers(line, [response])) == [S.BACK_ORDERED, S.CANCELLED, S.CANCELLED]


def test_quantities_alone_are_enough() -> None:
    line = copies(2)
    applied = apply_answers(line, [answer(quantities=Quantities(accepted=1, back_ordered=1))])
    assert states_after(line, applied) == [S.ACCEPTED, S.BACK_ORDERED]


def test_named_copies_take_the_losses() -> None:
    line = copies(3)
    response = answer("400", quantities=Quantities(accepted=2, back_ordered=1), copies=(CopyReference(copy_number=1),))
    assert states_after(line, apply_answers(line, [response])) == [S.BACK_ORDERED, S.ACCEPTED, S.ACCEPTED]


def test_a_cancelled_line_outranks_an_accepting_code() -> None:
    line = copies(2)
    applied = apply_answers(line, [answer("100", action=LineAction.CANCELLED)])
    assert states_after(line, applied) == [S.CANCELLED, S.CANCELLED]


@pytest.mark.parametrize(
    ("given_up", "later", "number"),
    [
        (2, answer("100", quantities=Quantities(accepted=5)), "2 copies that were"),
        (2, answer("400", quantities=Quantities(accepted=3, back_ordered=1)), "1 copy that was"),
        (1, answer("100", copies=(CopyReference(copy_number=1),)), "1 copy that was"),
        (5, answer("100"), "5 copies that were"),
        (5, answer(action=LineAction.ACCEPTED), "5 copies that were"),
    ],
)
@pytest.mark.parametrize("state", [S.REFUSED, S.CANCELLED])
def test_an_acceptance_of_copies_that_were_given_up_asks_a_person(
    given_up: int, later: RespondedLine, number: str, state: CopyState
) -> None:
    line = [*copies(given_up, state), *copies(5, S.ACCEPTED)[given_up:]]
    applied = apply_answers(line, [later])
    assert states_after(line, applied)[:given_up] == [state] * given_up
    assert applied.attention == f"The supplier answers for {number} refused or cancelled before. Ask it whether to expect them."


@pytest.mark.parametrize(
    "later",
    [
        answer("100"),
        answer("100", quantities=Quantities(accepted=3)),
        answer("400", quantities=Quantities(accepted=2, back_ordered=1, cancelled=2)),
        answer("100", copies=(CopyReference(copy_number=3),)),
        answer("223", copies=(CopyReference(copy_number=1),)),
    ],
)
def test_an_answer_for_the_copies_that_are_left_asks_nobody(later: RespondedLine) -> None:
    line = [*copies(2, S.CANCELLED), *copies(5, S.ACCEPTED)[2:]]
    assert apply_answers(line, [later]).attention == ""


def test_an_acceptance_that_moves_a_refusal_on_to_another_copy_asks_nobody() -> None:
    line = copies(2, branches="AA")
    refused = apply_answers(line, [answer("207", copies=(CopyReference(branch="A"),))]).after(line)
    assert [copy.state for copy in refused] == [S.SENT, S.REFUSED]
    accepted = apply_answers(refused, [answer("100", copies=(CopyReference(copy_number=2),))])
    assert states_after(refused, accepted) == [S.REFUSED, S.ACCEPTED]
    assert accepted.attention == ""


def test_a_line_the_supplier_does_not_know_asks_a_person() -> None:
    line = copies(1)
    applied = apply_answers(line, [answer(action=LineAction.NOT_FOUND)])
    assert states_after(line, applied) == [S.SENT]
    assert applied.attention


def test_a_bare_acceptance_accepts() -> None:
    line = copies(2)
    assert states_after(line, apply_answers(line, [answer(action=LineAction.ACCEPTED)])) == [S.ACCEPTED] * 2


def test_availability_alone_changes_nothing() -> None:
    line = copies(1)
    applied = apply_answers(line, [answer(availability_code="OP")])
    assert states_after(line, applied) == [S.SENT]
    assert "OP" in applied.note


def test_a_stopped_account_refuses_whatever_the_line_says() -> None:
    line = copies(2)
    applied = apply_answers(line, [answer("100")], account_stopped=True)
    assert states_after(line, applied) == [S.REFUSED, S.REFUSED]
    assert "account" in applied.attention


def test_quantities_that_do_not_add_up_ask_a_person() -> None:
    applied = apply_answers(copies(2), [answer("100", quantities=Quantities(accepted=3))])
    assert applied.attention == "The supplier answers for 3 copies; 2 copies were ordered."
    applied = apply_answers(copies(1), [answer("100", quantities=Quantities(ordered=2))])
    assert applied.attention == "The supplier reports 2 copies as ordered; 1 copy was ordered."


def test_a_code_for_lost_goods_applies_to_missing_copies_and_others_do_not() -> None:
    line = copies(1, S.MISSING)
    assert states_after(line, apply_answers(line, [answer("406")])) == [S.BACK_ORDERED]
    assert states_after(line, apply_answers(line, [answer("100")])) == [S.MISSING]


@given(
    code=st.sampled_from([None, *EXPECTED, "???"]),
    action=st.sampled_from([None, *LineAction]),
    states=st.lists(st.sampled_from(CopyState), min_size=1, max_size=8),
    numbers=st.tuples(*[st.none() | st.integers(0, 9)] * 4),
    named=st.lists(st.integers(1, 9), max_size=4),
)
def test_whatever_a_supplier_answers_each_copy_ends_in_one_allowed_state(
    code: str | None, action: LineAction | None, states: list[CopyState], numbers: tuple[int | None, ...], named: list[int]
) -> None:
    line = [Copy(UUID(int=n), UUID(int=99), LINE, n, "A", state) for n, state in enumerate(states, start=1)]
    quantities = Quantities(**dict(zip(("ordered", "accepted", "back_ordered", "cancelled"), numbers, strict=True)))
    references = tuple(CopyReference(copy_number=number) for number in named)
    applied = apply_answers(line, [answer(code, action=action, quantities=quantities, copies=references)])
    changed = [change.after.copy_id for change in applied.changes]
    assert len(changed) == len(set(changed))
    for change in applied.changes:
        assert change.after.state in (change.before.state, move(change.before, change.target).after.state)


def test_barcodes_of_an_answer_stay_with_their_copies() -> None:
    line = copies(3, branches="AAB")
    named = (CopyReference(branch="A", barcode="B1"), CopyReference(branch="A", barcode="B2"), CopyReference(copy_number=3))
    applied = apply_answers(line, [answer("100", copies=named)])
    assert [change.after.barcode for change in applied.changes] == ["B1", "B2", None]


@pytest.mark.parametrize("named", [(), (2,)])
def test_a_cancellation_that_came_too_late_is_answered_for_the_copies_it_names_or_for_all(named: tuple[int, ...]) -> None:
    line = [replace(copy, cancel_requested=True) for copy in copies(3)]
    late = answer("800", copies=tuple(CopyReference(copy_number=number) for number in named))
    after = apply_answers(line, [late]).after(line)
    assert [copy.copy_number for copy in after if not copy.cancel_requested] == list(named or (1, 2, 3))
    assert states_after(line, apply_answers(line, [late])) == [S.SENT] * 3
