"""An order is split by where its copies are unpacked only as far as one message cannot carry it, and nothing of it is lost."""

from collections import Counter
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.suppliers.contract import (
    CancellationToSend,
    Kind,
    LineAnswer,
    OrderPlaces,
    OrderToSend,
    RawMessage,
    Reading,
    ResponseFact,
)
from services.suppliers.domain.places import carried, left_out, of_part, parts_of_change, parts_of_order
from services.suppliers.domain.reading import read
from shared.contracts.base import Place
from shared.contracts.orders import OrderedLine
from shared.contracts.suppliers import CopyReference, Quantities
from tests.builders import HUB, ISBN, SUFFOLK, a_branch, an_ordered_line, unpacked_at
from tests.fixtures.scripted_supplier import ScriptedSupplier

BRANCHES = ("IPSW", "LOWE", "IPSW")
IPSWICH, LOWESTOFT = a_branch("IPSW"), a_branch("LOWE")
DIRECT: tuple[Place | None, ...] = (IPSWICH, LOWESTOFT, IPSWICH)
MIXED: tuple[Place | None, ...] = (IPSWICH, HUB, None)


def a_line(places: tuple[Place | None, ...]) -> OrderedLine:
    return unpacked_at(an_ordered_line(branches=BRANCHES), *places)


def an_order(*lines: OrderedLine) -> OrderToSend:
    return OrderToSend(SUFFOLK, str(uuid4()), "SFK-1", datetime(2026, 3, 2, tzinfo=UTC), lines)


def summed_up(order: OrderToSend) -> tuple[str, str | None, list[int]]:
    numbers = [copy.copy_number for line in order.lines for copy in line.copies]
    return order.order_number, order.place.code if order.place else None, numbers


@pytest.mark.parametrize("carries", list(OrderPlaces))
def test_an_order_that_says_no_place_is_sent_as_it_is(carries: OrderPlaces) -> None:
    order = an_order(an_ordered_line(branches=BRANCHES), an_ordered_line(branches=BRANCHES, number=2))
    assert parts_of_order(order, carries) == [order]


@pytest.mark.parametrize(
    ("places", "carries", "parts"),
    [
        (DIRECT, OrderPlaces.BRANCHES, [("SFK-1", None, [1, 2, 3])]),
        (DIRECT, OrderPlaces.ONE, [("SFK-1=IPSW", "IPSW", [1, 3]), ("SFK-1=LOWE", "LOWE", [2])]),
        (MIXED, OrderPlaces.BRANCHES, [("SFK-1", None, [1, 3]), ("SFK-1=CSU", "CSU", [2])]),
        (MIXED, OrderPlaces.ONE, [("SFK-1=IPSW", "IPSW", [1]), ("SFK-1=CSU", "CSU", [2]), ("SFK-1", None, [3])]),
        ((LOWESTOFT, LOWESTOFT, LOWESTOFT), OrderPlaces.BRANCHES, [("SFK-1=LOWE", "LOWE", [1, 3]), ("SFK-1", None, [2])]),
        ((HUB, HUB, HUB), OrderPlaces.BRANCHES, [("SFK-1=CSU", "CSU", [1, 2, 3])]),
    ],
)
def test_an_order_is_a_message_for_each_place_that_one_message_cannot_carry(
    places: tuple[Place | None, ...], carries: OrderPlaces, parts: list[object]
) -> None:
    order = an_order(a_line(places))
    split = parts_of_order(order, carries)
    assert [summed_up(part) for part in split] == parts
    ids = [part.order_id for part in split]
    assert ids == [f"{order.order_id}-{part.place.code}" if part.place else order.order_id for part in split]


places = st.lists(st.sampled_from([None, IPSWICH, LOWESTOFT, HUB]), min_size=3, max_size=3).map(tuple)


@given(st.lists(places, min_size=1, max_size=4), st.sampled_from(OrderPlaces))
def test_every_copy_is_in_one_message_and_found_again_by_what_is_kept_of_it(
    said: list[tuple[Place | None, ...]], carries: OrderPlaces
) -> None:
    order = an_order(*map(a_line, said))
    parts = parts_of_order(order, carries)
    copies = Counter(copy.copy_id for part in parts for line in part.lines for copy in line.copies)
    assert copies == Counter(copy.copy_id for line in order.lines for copy in line.copies)
    assert len({part.order_number for part in parts}) == len(parts)
    for part in parts:
        kept = left_out(order.lines, part.lines)
        keys = {line.line_key for line in part.lines}
        assert tuple(carried(line, kept) for line in order.lines if line.line_key in keys) == part.lines


def test_a_cancellation_is_about_the_messages_that_carried_its_copies() -> None:
    line = a_line(MIXED)
    whole = CancellationToSend(SUFFOLK, "id", "SFK-1", "too many", ((line, (2, 3)),))
    parts = parts_of_change(whole, OrderPlaces.BRANCHES)
    assert [(part.order_number, part.order_id, [numbers for _, numbers in part.lines]) for part in parts] == [
        ("SFK-1", "id", [(3,)]),
        ("SFK-1=CSU", "id-CSU", [(2,)]),
    ]
    assert [len(ordered.copies) for part in parts for ordered, _ in part.lines] == [2, 1]


def an_answer(line: OrderedLine, **more: object) -> LineAnswer:
    return LineAnswer(line.line_key, "SFK-1", ISBN, quantities=Quantities(ordered=1, accepted=1), **more)  # type: ignore[arg-type]


def test_an_answer_to_a_part_is_about_the_copies_in_it_and_counts_none_of_the_others() -> None:
    line = a_line(MIXED)
    about = of_part(an_answer(line), line, "CSU", OrderPlaces.BRANCHES)
    assert [(copy.copy_number, copy.branch) for copy in about.copies] == [(2, "LOWE")]
    assert about.quantities == Quantities(accepted=1)
    named = (CopyReference(copy_number=1),)
    assert of_part(an_answer(line, copies=named), line, "CSU", OrderPlaces.BRANCHES).copies == named
    assert of_part(an_answer(line), line, None, OrderPlaces.BRANCHES).copies == ()


def test_an_answer_about_a_line_in_one_message_stays_as_it_is() -> None:
    line = a_line(DIRECT)
    assert of_part(an_answer(line), line, "", OrderPlaces.BRANCHES) == an_answer(line)


def test_what_names_a_part_of_an_order_is_read_as_of_the_order() -> None:
    supplier, line = ScriptedSupplier(), a_line(MIXED)
    response = ResponseFact("SFK-1=CSU", "", None, (LineAnswer(line.line_key, "SFK-1=CSU", ISBN),))
    supplier.readings[b"RFF+ON:SFK-1=CSU"] = Reading(Kind.RESPONSE, (response,))
    (fact,) = read(supplier, RawMessage("x", b"RFF+ON:SFK-1=CSU"), date(2026, 3, 2)).facts
    assert isinstance(fact, ResponseFact)
    assert (fact.order_number, fact.part, fact.lines[0].order_number) == ("SFK-1", "CSU", "SFK-1")
