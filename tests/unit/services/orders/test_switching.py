"""What becomes of copies of a switch: whatever happens in whatever order, a wanted copy is supplied once, or a person knows."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.orders.domain.copies import OWED_AGAIN, Change, Copy, Target, Verdict, corrected, move
from services.orders.domain.switching import (
    ASKING,
    OPEN,
    IfCancelled,
    Stage,
    SwitchedCopy,
    effective,
    follow,
    may_begin,
    silent,
    with_questions,
)
from shared.contracts.orders import GIVEN_UP, SUPPLIED, CopyState

SWITCH = UUID(int=77)
FIRST = UUID(int=1)


@dataclass
class Story:
    """One copy at the first supplier, the copies that take its place, and what the order book does about them."""

    closed: bool = False
    withdrawn: bool = False
    copies: dict[UUID, Copy] = field(default_factory=dict)
    rows: dict[UUID, SwitchedCopy] = field(default_factory=dict)
    unwanted: bool = False

    def __post_init__(self) -> None:
        first = Copy(FIRST, UUID(int=9), "first", 1, "IPSW", CopyState.SENT, cancel_requested=True)
        self.copies = {FIRST: first}
        self.rows = {FIRST: SwitchedCopy(SWITCH, FIRST, "first", Stage.ASKED, IfCancelled.PLACE, "a", "b", "leaving")}

    @property
    def row(self) -> SwitchedCopy:
        return self.rows[FIRST]

    def copy(self, second: bool) -> Copy | None:
        """The copy at the first supplier, or the newest at the second."""
        if not second:
            return self.copies[FIRST]
        placed = [copy for copy_id, copy in self.copies.items() if copy_id != FIRST]
        return placed[-1] if placed else None

    def learn(self, *changes: Change) -> None:
        """News of copies, as the order book carries it out."""
        self.copies |= {change.after.copy_id: change.after for change in changes}
        closed = {"second"} if self.closed else set()
        followed = follow(self.rows, self.copies, changes, closed)
        self.rows |= followed.rows
        for copy_id in followed.recalled:
            self.copies[copy_id] = replace(self.copies[copy_id], cancel_requested=True)
        for copy_id in followed.placed:
            new = UUID(int=len(self.copies) + 1)
            self.copies[new] = Copy(new, UUID(int=9), "second", 1, "IPSW", CopyState.ORDERED)
            self.rows[copy_id] = replace(self.rows[copy_id], replaced_by=new)

    def withdraw(self) -> None:
        self.withdrawn = True
        self.rows = {key: effective(row, self.copies[key], withdrawn=True) for key, row in self.rows.items()}


def moves(story: Story, to: CopyState, *, second: bool = False) -> None:
    if (copy := story.copy(second)) is not None:
        story.learn(move(copy, Target(to)))


def confirms(story: Story, second: bool) -> None:
    copy = story.copy(second)
    if copy is not None and copy.cancel_requested:
        moves(story, CopyState.CANCELLED, second=second)


def declines(story: Story, second: bool) -> None:
    copy = story.copy(second)
    if copy is not None and copy.cancel_requested:
        story.learn(Change(copy, replace(copy, cancel_requested=False), Verdict.UNCHANGED, Target(copy.state)))


def accepts(story: Story, second: bool) -> None:
    moves(story, CopyState.ACCEPTED, second=second)


def despatches(story: Story, second: bool) -> None:
    moves(story, CopyState.DESPATCHED, second=second)


def arrives(story: Story, second: bool) -> None:
    moves(story, CopyState.RECEIVED, second=second)


def goes_missing(story: Story, second: bool) -> None:
    copy = story.copy(second)
    if copy is not None and copy.state is CopyState.DESPATCHED:
        moves(story, CopyState.MISSING, second=second)


def is_corrected(story: Story, second: bool) -> None:
    """An earlier answer turns out to be about another copy: this one is accepted."""
    if (copy := story.copy(second)) is not None and copy.state in GIVEN_UP and not story.unwanted:
        story.learn(corrected(copy, Target(CopyState.ACCEPTED)))


def refuses(story: Story, second: bool) -> None:
    if not second:
        moves(story, CopyState.REFUSED)


def keeps_silent(story: Story, _: bool) -> None:
    story.rows[FIRST] = silent(story.row)


def person_places(story: Story, _: bool) -> None:
    copy = story.copies[FIRST]
    if story.row.stage in (Stage.ASKED, Stage.ASKS, Stage.STAYS) and copy.state not in SUPPLIED:
        story.rows[FIRST] = replace(story.row, if_cancelled=IfCancelled.NOW)
        story.learn(move(copy, Target(copy.state if copy.state in GIVEN_UP else CopyState.CANCELLED)))


def person_leaves(story: Story, _: bool) -> None:
    if story.row.stage in (Stage.ASKED, Stage.ASKS):
        given_up = story.copies[FIRST].state in GIVEN_UP
        story.unwanted = story.unwanted or given_up
        stage = Stage.CANCELLED if given_up else Stage.STAYS
        story.rows[FIRST] = replace(story.row, stage=stage, if_cancelled=IfCancelled.ASK)


def is_withdrawn(story: Story, _: bool) -> None:
    story.withdraw()


def first_dies(story: Story, _: bool) -> None:
    """The first supplier is declared dead: its copy is freed, and placed again unless another one took its place."""
    copy = story.copies[FIRST]
    if copy.state in OPEN and not story.unwanted:
        if may_begin(story.row):
            story.rows[FIRST] = replace(story.row, stage=Stage.ASKED, if_cancelled=IfCancelled.NOW, replaced_by=None)
        story.learn(move(copy, Target(CopyState.CANCELLED)))


Step = Callable[[Story, bool], None]
STEPS: tuple[Step, ...] = (
    confirms, declines, accepts, despatches, arrives, goes_missing, is_corrected, refuses, keeps_silent, person_places,
    person_leaves, is_withdrawn, first_dies,
)  # fmt: skip


def check(story: Story) -> None:
    states = [copy.state for copy in story.copies.values()]
    asks = story.row.stage in ASKING
    coming = sum(state in SUPPLIED for state in states)
    assert coming <= 1 or asks, "two copies come and nobody is asked"
    alive = sum(state in OPEN or state in SUPPLIED for state in states)
    assert alive or asks or story.unwanted, "no copy is left and nobody is asked"
    wanted = [copy for copy in story.copies.values() if copy.state in OPEN - OWED_AGAIN and not copy.cancel_requested]
    assert len(wanted) + coming <= 1 or asks, "two copies are on order and nobody is asked"
    if asks:
        assert "copy 1" in with_questions("", story.rows.values(), story.copies)


@given(st.booleans(), st.lists(st.tuples(st.sampled_from(STEPS), st.booleans()), max_size=25))
def test_a_wanted_copy_is_supplied_once_or_a_person_is_asked(closed: bool, steps: list[tuple[Step, bool]]) -> None:
    story = Story(closed=closed)
    for step, second in steps:
        step(story, second)
        check(story)


@given(st.booleans(), st.lists(st.tuples(st.sampled_from(STEPS), st.booleans()), max_size=25))
def test_the_same_news_twice_changes_nothing(closed: bool, steps: list[tuple[Step, bool]]) -> None:
    once, twice = Story(closed=closed), Story(closed=closed)
    for step, second in steps:
        step(once, second)
        step(twice, second)
        if step in (confirms, accepts, refuses):
            step(twice, second)
    assert (once.copies, once.rows) == (twice.copies, twice.rows)


def test_a_copy_is_placed_again_only_once_its_cancellation_is_confirmed() -> None:
    story = Story()
    accepts(story, False)
    assert (story.row.stage, len(story.copies)) == (Stage.ASKED, 1)
    confirms(story, False)
    assert (story.row.stage, len(story.copies)) == (Stage.MOVED, 2)
    confirms(story, False)
    assert len(story.copies) == 2


def test_a_supplier_that_does_not_cancel_keeps_the_copy_and_may_still_cancel_it_later() -> None:
    story = Story()
    declines(story, False)
    assert (story.row.stage, len(story.copies)) == (Stage.STAYS, 1)
    moves(story, CopyState.CANCELLED)
    assert (story.row.stage, len(story.copies)) == (Stage.MOVED, 2)


@pytest.mark.parametrize(
    ("answer", "stage"), [(confirms, Stage.SUPPLIED), (declines, Stage.DOUBLED), (despatches, Stage.DOUBLED)]
)
def test_late_goods_ask_the_second_copy_back(answer: Step, stage: Stage) -> None:
    story = Story()
    confirms(story, False)
    despatches(story, False)
    second = story.copy(second=True)
    assert story.row.stage is Stage.RECALLING
    assert second is not None
    assert second.cancel_requested
    answer(story, True)
    assert story.row.stage is stage


def test_late_goods_are_reported_where_the_second_supplier_takes_no_cancellations() -> None:
    story = Story(closed=True)
    confirms(story, False)
    arrives(story, False)
    assert story.row.stage is Stage.DOUBLED
    assert with_questions("", story.rows.values(), story.copies).startswith("Switch: copy 1 of a may come")


def test_silence_asks_a_person_who_may_place_it_without_an_answer() -> None:
    story = Story()
    keeps_silent(story, False)
    assert story.row.stage is Stage.ASKS
    assert "a has not answered whether it cancels copy 1" in with_questions("", story.rows.values(), story.copies)
    person_places(story, False)
    assert (story.row.stage, story.copies[FIRST].state) == (Stage.MOVED, CopyState.CANCELLED)
    confirms(story, False)
    assert len(story.copies) == 2


def test_a_withdrawn_switch_places_nothing_and_asks_where_the_supplier_cancels_all_the_same() -> None:
    story = Story()
    story.withdraw()
    assert story.row.stage is Stage.STAYS
    confirms(story, False)
    assert (story.row.stage, len(story.copies)) == (Stage.ASKS, 1)


def test_questions_stand_behind_what_suppliers_asked_and_go_once_answered() -> None:
    story = Story()
    keeps_silent(story, False)
    asked = with_questions("The supplier states a price.", story.rows.values(), story.copies)
    assert asked.startswith("The supplier states a price. Switch: a has not answered")
    person_leaves(story, False)
    assert with_questions(asked, story.rows.values(), story.copies) == "The supplier states a price."


def test_a_copy_moved_on_by_a_later_switch_is_asked_back_where_it_is_now() -> None:
    story = Story()
    confirms(story, False)
    second = story.copy(second=True)
    assert second is not None
    story.rows[second.copy_id] = SwitchedCopy(
        UUID(int=78), second.copy_id, "second", Stage.ASKED, IfCancelled.PLACE, "b", "c", "on"
    )
    story.copies[second.copy_id] = replace(second, cancel_requested=True)
    confirms(story, True)
    third = story.copy(second=True)
    assert third is not None
    assert len(story.copies) == 3
    despatches(story, False)
    assert story.row.stage is Stage.RECALLING
    assert story.copies[third.copy_id].cancel_requested
