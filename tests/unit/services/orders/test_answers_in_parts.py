"""A line answered in parts: whatever their number, order, names, messages and repetitions, each copy ends as it was reported."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.orders.domain.copies import Copy
from services.orders.domain.responses import Applied, apply_answers
from shared.contracts.orders import CopyState
from shared.contracts.suppliers import CopyReference, Quantities, RespondedLine

LINE = "SB-1"
S = CopyState
FAMILIES = {S.ACCEPTED: ("100", "accepted"), S.BACK_ORDERED: ("400", "back_ordered"), S.CANCELLED: ("223", "cancelled")}


def copy(number: int, branch: str, fund: str = "ADULT", state: CopyState = S.SENT, barcode: str | None = None) -> Copy:
    return Copy(UUID(int=number), UUID(int=99), LINE, number, branch, state, fund=fund, barcode=barcode)


def answer(state: CopyState, count: int, day: date | None = None, *named: CopyReference, **fields: object) -> RespondedLine:
    code, family = FAMILIES[state]
    quantities = Quantities.model_validate({family: count, **fields})
    return RespondedLine(line_key=LINE, status_code=code, quantities=quantities, available_on=day, copies=named)


def after(copies: list[Copy], *messages: list[RespondedLine]) -> list[Copy]:
    for answers in messages:
        copies = changed(copies, apply_answers(copies, answers))
    return copies


def changed(copies: list[Copy], applied: Applied) -> list[Copy]:
    new = {change.after.copy_id: change.after for change in applied.changes}
    return [new.get(copy.copy_id, copy) for copy in copies]


def states(copies: list[Copy]) -> list[CopyState]:
    return [copy.state for copy in copies]


TWO_BRANCHES = [copy(1, "IPSW"), copy(2, "IPSW"), copy(3, "LOWE"), copy(4, "LOWE"), copy(5, "LOWE")]
DAY, LATER = date(2027, 1, 15), date(2027, 3, 1)


def test_the_number_of_a_set_is_no_copy_number_where_the_branch_contradicts_it() -> None:  # case A1
    report = answer(S.BACK_ORDERED, 1, None, CopyReference(place=1, branch="LOWE"), ordered=5)
    assert states(after(TWO_BRANCHES, [report])) == [S.SENT] * 4 + [S.BACK_ORDERED]


def test_our_own_number_is_passed_over_where_the_branch_contradicts_it_and_a_person_is_asked() -> None:
    applied = apply_answers(TWO_BRANCHES, [answer(S.CANCELLED, 1, None, CopyReference(copy_number=1, branch="LOWE"))])
    assert states(changed(TWO_BRANCHES, applied)) == [S.SENT] * 4 + [S.CANCELLED]
    assert "copy 1 for IPSW and fund ADULT, but one for LOWE is named" in applied.attention


def test_a_branch_or_fund_that_was_not_ordered_touches_no_copy_and_a_person_is_asked() -> None:
    for reference in (CopyReference(branch="BSE", copy_number=1), CopyReference(branch="LOWE", fund="JUNIOR")):
        applied = apply_answers(TWO_BRANCHES, [answer(S.CANCELLED, 1, None, reference)])
        assert states(changed(TWO_BRANCHES, applied)) == [S.SENT] * 5
        assert "was ordered" in applied.attention


def test_a_barcode_lands_on_a_copy_of_its_branch() -> None:
    load = RespondedLine(line_key=LINE, copies=(CopyReference(place=1, branch="LOWE", barcode="B1"),))
    assert [copy.barcode for copy in after(TWO_BRANCHES, [load])] == [None, None, "B1", None, None]


def test_parts_of_one_message_divide_the_line_whatever_their_order() -> None:  # case A2
    parts = [answer(S.ACCEPTED, 2), answer(S.BACK_ORDERED, 3, DAY)]
    for order in (parts, parts[::-1]):
        copies = after(TWO_BRANCHES, order)
        assert states(copies) == [S.ACCEPTED] * 2 + [S.BACK_ORDERED] * 3
        assert [copy.expected_on for copy in copies] == [None, None, DAY, DAY, DAY]


def test_two_back_orders_keep_their_own_dates() -> None:
    parts = [answer(S.BACK_ORDERED, 2, DAY), answer(S.BACK_ORDERED, 3, LATER)]
    for messages in ([parts], [parts[::-1]], [[part] for part in parts], [[part] for part in parts[::-1]]):
        days = Counter(copy.expected_on for copy in after(TWO_BRANCHES, *messages))
        assert days == {DAY: 2, LATER: 3}


def test_a_second_acceptance_is_about_further_copies() -> None:
    copies = after(TWO_BRANCHES, [answer(S.ACCEPTED, 2)], [answer(S.ACCEPTED, 3)])
    assert states(copies) == [S.ACCEPTED] * 5


def test_the_quantity_of_a_part_may_be_its_ordered_quantity() -> None:
    parts = [
        RespondedLine(line_key=LINE, status_code="100", quantities=Quantities(ordered=2)),
        RespondedLine(line_key=LINE, status_code="400", quantities=Quantities(ordered=3), available_on=DAY),
    ]
    applied = apply_answers(TWO_BRANCHES, parts)
    assert states(changed(TWO_BRANCHES, applied)) == [S.ACCEPTED] * 2 + [S.BACK_ORDERED] * 3
    assert applied.attention == ""


def test_what_a_report_restates_changes_nothing() -> None:  # case A3
    line = [copy(1, "A", state=S.DESPATCHED), copy(2, "A", state=S.DESPATCHED), copy(3, "A"), copy(4, "A"), copy(5, "A")]
    line[4] = copy(5, "A", state=S.CANCELLED)
    code = {"status_code": "400"}
    whole = answer(S.BACK_ORDERED, 2, None, ordered=5, cancelled=1)
    part = answer(S.CANCELLED, 1).model_copy(update=code)
    for report in (whole, part):
        copies = after(line, [report], [report])
        assert Counter(states(copies))[S.CANCELLED] == 1
    assert states(after(line, [whole])) == [S.DESPATCHED] * 2 + [S.BACK_ORDERED] * 2 + [S.CANCELLED]


def test_copies_named_later_displace_an_answer_that_named_none() -> None:
    unnamed, named = answer(S.BACK_ORDERED, 2, DAY), answer(S.ACCEPTED, 3, None, *[CopyReference(branch="LOWE")] * 3)
    copies = after(TWO_BRANCHES, [unnamed], [named])
    assert states(copies) == [S.BACK_ORDERED] * 2 + [S.ACCEPTED] * 3
    assert [copy.expected_on for copy in copies[:2]] == [DAY, DAY]


@dataclass(frozen=True)
class Told:
    """One part of the truth: copies of one branch and fund with one state, and whether the supplier names them."""

    copies: tuple[Copy, ...]
    state: CopyState
    day: date | None
    by: str

    def answer(self) -> RespondedLine:
        names = {"number": _by_number, "branch": _by_branch, "fund": _by_fund, "barcode": _by_barcode}
        named = [names[self.by](copy, place) for place, copy in enumerate(self.copies, start=1)] if self.by != "nothing" else []
        return answer(self.state, len(self.copies), self.day, *named)


def _by_number(copy: Copy, _: int) -> CopyReference:
    return CopyReference(copy_number=copy.copy_number)


def _by_branch(copy: Copy, place: int) -> CopyReference:
    return CopyReference(branch=copy.branch.lower(), fund=copy.fund, place=place)


def _by_fund(copy: Copy, place: int) -> CopyReference:
    return CopyReference(fund=copy.fund, branch=copy.branch, copy_number=copy.copy_number if place % 2 else None)


def _by_barcode(copy: Copy, _: int) -> CopyReference:
    return CopyReference(barcode=copy.barcode)


def a_truth(random: Random, size: int) -> tuple[list[Copy], list[Told]]:
    """Returns a line of `size` copies in 1 to 6 branches and 3 funds, and the parts in which its supplier answers it."""
    branches = "ABCDEF"[: random.randint(1, 6)]
    places = sorted((random.choice(branches), random.choice("XYZ")) for _ in range(size))
    coded = random.random() < 0.5
    line = [copy(n, *place, barcode=f"B{n}" if coded else None) for n, place in enumerate(places, start=1)]
    left, parts = random.sample(line, size), list[Told]()
    while left:
        state = random.choice(list(FAMILIES))
        # Parts of the same state have dates of their own: two equal reports would be one, restated.
        day = DAY + timedelta(days=len(parts)) if state is S.BACK_ORDERED else None
        by = random.choice(["number", "branch", "fund", "nothing", *(["barcode"] if coded else [])])
        one_place = by in ("branch", "fund")
        kin = [c for c in left if not one_place or (c.branch, c.fund) == (left[0].branch, left[0].fund)]
        part = kin[: random.randint(1, len(kin))]
        parts.append(Told(tuple(part), state, day, by))
        left = [c for c in left if c not in part]
    return line, random.sample(parts, len(parts))


def in_messages(random: Random, parts: list[Told]) -> list[list[RespondedLine]]:
    cuts = sorted(random.sample(range(1, len(parts)), min(len(parts) - 1, random.randint(0, 4)))) if len(parts) > 1 else []
    return [[told.answer() for told in parts[start:end]] for start, end in zip([0, *cuts], [*cuts, len(parts)], strict=True)]


seeds = st.integers(0, 2**32 - 1).map(Random)


@given(seeds, st.integers(1, 40))
def test_every_copy_ends_as_its_part_reported_it(random: Random, size: int) -> None:
    line, parts = a_truth(random, size)
    copies = after(line, *in_messages(random, parts))
    assert Counter((c.state, c.expected_on) for c in copies) == Counter(
        (told.state, told.day) for told in parts for _ in told.copies
    )
    for told in parts:
        ended_so = Counter((c.branch, c.fund) for c in copies if (c.state, c.expected_on) == (told.state, told.day))
        assert told.by == "nothing" or not Counter((c.branch, c.fund) for c in told.copies) - ended_so


@given(seeds, st.integers(1, 40))
def test_a_report_of_the_whole_line_changes_nothing_when_it_is_repeated(random: Random, size: int) -> None:
    line, parts = a_truth(random, size)
    report = [told.answer() for told in parts]
    once = after(line, report)
    again = after(once, report[::-1], report)
    assert [(c.state, c.expected_on, c.barcode) for c in again] == [(c.state, c.expected_on, c.barcode) for c in once]


@given(seeds, st.integers(1, 40))
def test_a_named_part_touches_no_copy_of_another_branch_or_fund(random: Random, size: int) -> None:
    line, parts = a_truth(random, size)
    told = next((told for told in parts if told.by != "nothing"), None)
    if told is None:
        return
    touched = [c for c, before in zip(after(line, [told.answer()]), line, strict=True) if c.state is not before.state]
    assert Counter((c.branch, c.fund) for c in touched) == Counter((c.branch, c.fund) for c in told.copies)
