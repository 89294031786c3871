"""The checker reports what a switch lost or doubled, and nothing where every copy is accounted for.

Each case is what a broken build would leave behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from tests.faults.checker import Finding, Kind, check
from tests.faults.facts import BookedCopy, Facts, Move, SwitchedCopy, ToldMove
from tests.faults.same_order import Answer, changes_beside_supplier
from tests.faults.test_checker import COPY, SOUND, outbox_event

FIRST = BookedCopy("copy-0", "LINE-0", 1, COPY.key, "consortium", "cancelled")
MOVED = SwitchedCopy("copy-0", "moved", replaced_by="copy-1")
LET_GO = outbox_event(9, "orders", "orders.line.progressed.v1", copies=[
    {"copy_id": "copy-0", "from_state": "back_ordered", "to_state": "cancelled"}
])  # fmt: skip
ADDED = outbox_event(10, "orders", "orders.lines.added.v1", order_id="order-1", lines=[
    {"supplier_id": "national", "copies": [{"copy_id": "copy-1"}]}
])  # fmt: skip
# The copy of SOUND was placed by a switch, after another supplier had cancelled the first one.
SWITCHED = replace(
    SOUND,
    takings=(*SOUND.takings, replace(SOUND.takings[0], supplier="consortium", request="6", line_keys=frozenset({"LINE-0"}))),
    let_go=frozenset({("LINE-0", 1)}),
    copies=(FIRST, COPY),
    switched=(MOVED,),
    whereabouts={**SOUND.whereabouts, "copy-0": "expected"},
    shown={**SOUND.shown, "copy-0": "cancelled"},
    told=replace(SOUND.told, moves=(*SOUND.told.moves, ToldMove("copy-0", "back_ordered", "cancelled"))),
    moves=(*SOUND.moves, Move("event-0", "copy-0", "back_ordered", "cancelled")),
    events=(*SOUND.events, LET_GO, ADDED),
    handled={name: events | {LET_GO.event_id, ADDED.event_id} for name, events in SOUND.handled.items()},
)
BOTH_SENT = replace(SWITCHED, shipped=frozenset({("LINE-0", 1), ("LINE-1", 1)}))


def _first(state: str, facts: Facts) -> Facts:
    """Returns the facts with the first supplier's copy in another state, everywhere."""
    goods = state if state in ("received", "damaged") else "expected"
    return replace(
        facts,
        copies=(replace(FIRST, state=state), *facts.copies[1:]),
        shown={**facts.shown, "copy-0": state},
        told=replace(facts.told, moves=(*SOUND.told.moves, ToldMove("copy-0", "", state))),
        whereabouts={**facts.whereabouts, "copy-0": goods},
    )


def _stage(stage: str, facts: Facts) -> Facts:
    return replace(facts, switched=(replace(MOVED, stage=stage),))


def _alone(stage: str) -> Facts:
    """Returns the facts where the first supplier has cancelled a copy, and nothing was placed instead."""
    alone = _first("cancelled", replace(SWITCHED, copies=(FIRST, COPY), events=(*SOUND.events, LET_GO)))
    return replace(alone, switched=(SwitchedCopy("copy-0", stage),))


SOUND_SWITCHES = {
    "moved": SWITCHED,
    "a person said so, and nothing came": replace(SWITCHED, let_go=frozenset(), switched=(replace(MOVED, by_person=True),)),
    "both came, and it is reported": _stage("doubled", _first("received", BOTH_SENT)),
    "both came, one of them damaged": _first("damaged", BOTH_SENT),
    "not wanted any more": _alone("cancelled"),
    "a person is asked": _alone("asks"),
    "the line asks a person": replace(_alone("stays"), asking=frozenset({"LINE-0"})),
}


@pytest.mark.parametrize("facts", SOUND_SWITCHES.values(), ids=SOUND_SWITCHES.keys())
def test_nothing_is_found_where_every_copy_of_a_switch_is_accounted_for(facts: Facts) -> None:
    assert check(facts) == []


BROKEN = {
    "placed again before the cancellation": (
        replace(SWITCHED, let_go=frozenset()),
        Kind.DOUBLED,
        "copy PO-1|1|IPSW|1 was placed again, and consortium never cancelled it",
    ),
    "placed again at once, and cancelled afterwards": (
        replace(SWITCHED, events=(*SOUND.events, ADDED, LET_GO)),
        Kind.DOUBLED,
        "copy PO-1|1|IPSW|1 was placed again before it was cancelled at consortium",
    ),
    "placed again, and still ordered": (
        _first("accepted", SWITCHED),
        Kind.DOUBLED,
        "copy PO-1|1|IPSW|1 is ordered from consortium and national",
    ),
    "sent twice without a word": (
        _stage("supplied", _first("received", BOTH_SENT)),
        Kind.DOUBLED,
        "copy PO-1|1|IPSW|1 was sent by consortium and national, and asks nobody",
    ),
    "forgotten in a restart after the cancellation": (
        _alone("asked"),
        Kind.LOST,
        "copy PO-1|1|IPSW|1 was cancelled, is not placed with another supplier, and asks nobody",
    ),
    "moved, and the new line rolled back": (
        replace(SWITCHED, copies=(FIRST,)),
        Kind.LOST,
        "copy PO-1|1|IPSW|1 was moved, and what was placed instead is not in the order book",
    ),
    "the new line was not published": (
        replace(SWITCHED, events=(*SOUND.events, LET_GO)),
        Kind.TORN,
        "copy copy-1 of line LINE-1 took the place of 1, and was published 0 times",
    ),
    "placed and published twice": (
        replace(SWITCHED, events=(*SWITCHED.events, replace(ADDED, event_id="event-11"))),
        Kind.TORN,
        "copy copy-1 of line LINE-1 took the place of 1, and was published 2 times",
    ),
    "nobody waits for the answer": (_stage("recalling", SWITCHED), Kind.STUCK, "copy PO-1|1|IPSW|1 stays recalling"),
}


@pytest.mark.parametrize(("facts", "kind", "text"), BROKEN.values(), ids=BROKEN.keys())
def test_what_a_broken_build_does_to_a_copy_of_a_switch_is_named(facts: Facts, kind: Kind, text: str) -> None:
    findings: list[Finding] = check(facts)
    assert any(finding.kind is kind and text in finding.text for finding in findings), findings


def _answer(*lines: Mapping[str, object]) -> Answer:
    return {**dict.fromkeys(("order_id", "council", "placed_at", "placed_by")), "order_number": "PO-1", "lines": lines}


def _line(key: str, supplier: str, copy_id: str, branch: str, replaces: tuple[str | None, str | None]) -> Mapping[str, object]:
    of_line = {"line_number": 1, "isbn": "9780141439518", "material": "book", "title": "Emma", "author": "Austen"}
    nothing = dict.fromkeys(("unit_price", "quote_reference", "trial"))
    of_copy = dict.fromkeys(("branch_name", "fund", "sequence", "shelfmark", "servicing", "item", "deliver_to"))
    copy = {**of_copy, "copy_id": copy_id, "copy_number": 1, "branch": branch, "replaces_copy_id": replaces[1]}
    return {**of_line, **nothing, "line_key": key, "supplier_id": supplier, "replaces_line_key": replaces[0], "copies": [copy]}


ORDERED = _line("LINE-0", "consortium", "copy-0", "IPSW", (None, None))
PLACED_AGAIN = _line("LINE-1", "national", "copy-1", "IPSW", ("LINE-0", "copy-0"))
DIFFERENT = {
    "a line is gone": (_answer(PLACED_AGAIN), "line LINE-0 is gone"),
    "a line changed its supplier": (_answer({**ORDERED, "supplier_id": "national"}), "supplier_id of line LINE-0 was"),
    "another title": (_answer(ORDERED, {**PLACED_AGAIN, "isbn": "9780141439563"}), "isbn of line LINE-1 was"),
    "for another branch": (
        _answer(ORDERED, _line("LINE-1", "national", "copy-1", "LOWE", ("LINE-0", "copy-0"))),
        "branch of copy 1 of line LINE-1 was 'IPSW' and is 'LOWE'",
    ),
    "instead of nothing": (
        _answer(ORDERED, _line("LINE-1", "national", "copy-1", "IPSW", ("LINE-0", "copy-9"))),
        "copy 1 of line LINE-1 replaces no copy of line LINE-0",
    ),
    "twice": (
        _answer(ORDERED, PLACED_AGAIN, _line("LINE-2", "national", "copy-2", "IPSW", ("LINE-0", "copy-0"))),
        "a copy was placed again twice",
    ),
}


def test_an_order_differs_in_the_lines_of_the_second_supplier_only() -> None:
    assert changes_beside_supplier(_answer(ORDERED), _answer(ORDERED, PLACED_AGAIN)) == []


@pytest.mark.parametrize(("after", "text"), DIFFERENT.values(), ids=DIFFERENT.keys())
def test_whatever_else_differs_in_an_order_is_named(after: Answer, text: str) -> None:
    assert any(text in change for change in changes_beside_supplier(_answer(ORDERED), after))
