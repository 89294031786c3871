"""A supplier's references find the ordered lines, and each copy of a despatch has a key."""

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.suppliers.contract import AdvisedLine, AdvisedParcel, DespatchFact, LineAnswer, OrderPlaces, ResponseFact
from services.suppliers.domain.duplicates import answer_keys, copy_keys
from services.suppliers.domain.known_lines import Held, KnownLine, KnownLines
from services.suppliers.domain.matching import Hub, MatchedAdvice, MatchedAnswer, find_place, match_response
from shared.contracts.base import PlaceKind
from shared.contracts.suppliers import CopyReference, Quantities
from tests.builders import ISBN, OTHER_ISBN, SUFFOLK, an_ordered_line

ANSWERS = st.lists(
    st.builds(
        LineAnswer,
        line_key=st.sampled_from([None, "K1", "K2", "K9"]),
        order_number=st.sampled_from([None, "PO-1", "PO-2", "PO-9"]),
        isbn=st.sampled_from([ISBN, OTHER_ISBN, "", "not an isbn"]),
    ),
    max_size=6,
)


def known(key: str, *, number: str = "PO-1", isbn: str = ISBN, council: str = SUFFOLK) -> KnownLine:
    ordered = an_ordered_line(isbn, ("IPSW",)).model_copy(update={"line_key": key})
    return KnownLine(key, UUID(int=len(number)), number, council, "S-1", uuid4(), ordered)


LINES = KnownLines([known("K1"), known("K2", number="PO-2", isbn=OTHER_ISBN)])


@given(answers=ANSWERS, number=st.sampled_from([None, "PO-1", "PO-9"]))
def test_every_answer_is_either_matched_or_held_with_a_reason(answers: list[LineAnswer], number: str | None) -> None:
    matched, held = match_response(ResponseFact(number, "", None, tuple(answers)), LINES, OrderPlaces.BRANCHES)

    assert len(matched) + len(held) == max(len(answers), 1)
    assert all(one.reason for one in held)


@given(answers=ANSWERS)
def test_a_matched_line_never_contradicts_the_supplier(answers: list[LineAnswer]) -> None:
    matched, _ = match_response(ResponseFact(None, "", None, tuple(answers)), LINES, OrderPlaces.BRANCHES)

    for one in matched:
        assert one.answer.order_number in (None, one.line.order_number)
        assert one.answer.line_key in (None, one.line.line_key) or one.answer.line_key == "K9"


def test_an_unknown_line_key_does_not_hide_a_known_order_and_isbn() -> None:
    found = LINES.find(LineAnswer("TRUNCATED", "PO-1", ISBN), order_number=None)

    assert isinstance(found, KnownLine)
    assert found.line_key == "K1"


@pytest.mark.parametrize("echoed", ["PO-1 a/b", "po-1 A/B", "PO-1  A/B", " PO-1 A/B "])
def test_with_the_line_key_an_order_number_is_compared_without_case_and_spaces(echoed: str) -> None:  # case B9
    lines = KnownLines([known("K1", number="Po-1  a/b"), known("K2", number="PO-1 A/B")])
    found = lines.find(LineAnswer("K1", echoed, ISBN), order_number=None)

    assert isinstance(found, KnownLine)
    assert found.line_key == "K1"


@pytest.mark.parametrize("other", ["PO-1 A", "PO-1A/B", "PO-1 A/B C", "PO-2 a/b"])
def test_another_order_number_still_contradicts_the_line_key(other: str) -> None:
    lines = KnownLines([known("K1", number="PO-1 a/b")])

    assert isinstance(lines.find(LineAnswer("K1", other, ISBN), order_number=None), Held)


def test_only_an_answer_to_an_unknown_order_waits_for_it() -> None:
    unknown = LINES.find(LineAnswer("K9", "PO-9", ISBN), order_number=None)
    nameless = LINES.find(LineAnswer(None, None, ISBN), order_number=None)

    assert isinstance(unknown, Held)
    assert unknown.may_arrive
    assert isinstance(nameless, Held)
    assert not nameless.may_arrive


def test_of_two_lines_with_one_isbn_the_copies_tell_which_is_meant() -> None:  # case C6
    lines = [known("K1"), known("K2")]
    funds = [
        line.ordered.model_copy(update={"copies": (line.ordered.copies[0].model_copy(update={"fund": fund}),)})
        for line, fund in zip(lines, ("ADULT", "JUNIOR"), strict=True)
    ]
    both = KnownLines([replace(line, ordered=ordered) for line, ordered in zip(lines, funds, strict=True)])

    def found(*copies: CopyReference) -> KnownLine | Held:
        return both.find(LineAnswer(None, "PO-1", ISBN, copies=copies))

    assert [found(CopyReference(fund=fund)) for fund in ("ADULT", "JUNIOR")] == both.of_order("PO-1")
    for silent in (found(), found(CopyReference(branch="IPSW")), found(CopyReference(fund="NONE"))):
        assert isinstance(silent, Held)
        assert "match several lines: K1, K2" in silent.reason


def a_despatch(deliver_to: str, kind: PlaceKind | None = None) -> DespatchFact:
    return DespatchFact("D-1", None, None, deliver_to, kind, (AdvisedParcel("P-1", ()),))


def test_a_place_of_kind_branch_is_not_the_hub() -> None:
    hub = Hub("IPSW", None)

    place = find_place(a_despatch("IPSW", PlaceKind.BRANCH), [known("K1")], hub)

    assert not isinstance(place, Held)
    assert place.kind is PlaceKind.BRANCH


def test_no_place_at_all_is_held() -> None:
    held = find_place(a_despatch(""), [known("K1")], Hub())

    assert isinstance(held, Held)
    assert held.reason.startswith("the place to deliver to")


def advice(*copies: CopyReference, quantity: int, parcel: str = "P-1") -> MatchedAdvice:
    return MatchedAdvice(parcel, AdvisedLine("K1", None, ISBN, quantity, copies), known("K1"))


def keys_of(*copies: CopyReference, quantity: int = 1, parcel: str = "P-1", **despatch: object) -> set[str]:
    fact = replace(a_despatch("IPSW"), **despatch)  # type: ignore[arg-type]
    return copy_keys(fact, fact.deliver_to, [advice(*copies, quantity=quantity, parcel=parcel)])


@given(quantity=st.integers(1, 20), named=st.integers(0, 25))
def test_a_despatch_has_one_key_per_copy(quantity: int, named: int) -> None:
    copies = tuple(CopyReference(copy_number=number) for number in range(1, named + 1))

    assert len(keys_of(*copies, quantity=quantity)) == quantity


@given(first=st.integers(1, 10), second=st.integers(1, 10))
def test_more_of_the_same_adds_only_the_difference(first: int, second: int) -> None:
    before, after = (keys_of(quantity=quantity) for quantity in (first, second))

    assert len(after - before) == max(0, second - first)


def test_other_parcels_numbers_places_days_and_copies_are_other_goods() -> None:
    keys = [
        keys_of(),
        keys_of(parcel="P-2"),
        keys_of(despatch_number="D-2"),
        keys_of(deliver_to="LOWE"),
        keys_of(despatched_on=date(2027, 1, 15)),
        keys_of(CopyReference(barcode="B1")),
    ]

    assert len(set.union(*keys)) == len(keys)


def test_an_answer_repeated_under_the_same_number_and_day_has_the_same_key_and_further_ones_do_not() -> None:
    answered = MatchedAnswer(0, LineAnswer("K1", None, ISBN, quantities=Quantities(accepted=1)), known("K1"))
    fact = ResponseFact(None, "R-1", None, ())
    (first,) = answer_keys(fact, [answered]).values()

    assert first in answer_keys(fact, [answered, replace(answered, place=1)]).values()
    assert len(set(answer_keys(fact, [answered, replace(answered, place=1)]).values())) == 2
    assert set(answer_keys(replace(fact, supplier_reference="R-2"), [answered]).values()) != {first}
    assert answer_keys(replace(fact, supplier_reference=""), [answered]) == {}
