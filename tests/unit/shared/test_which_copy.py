"""Which copy a reference means: never one of another branch or fund, and the same whatever the order of the references."""

from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.suppliers import CopyReference
from shared.which_copy import ANY_COPY, LAST_RESORT, Marks, Rank, Wanted, choose, lines_with, meant, objection


@dataclass(frozen=True)
class Book:
    """A copy, and how likely a message is about it."""

    marks: Marks
    likelihood: int = 0


def rank(book: Book) -> Rank:
    return book.likelihood, book.marks.copy_number


def book(number: int, branch: str = "IPSW", fund: str = "ADULT", likelihood: int = 0, **marks: Any) -> Book:
    return Book(Marks(number, branch, fund, **marks), likelihood)


def numbers(copies: list[Book], *references: CopyReference) -> list[int | None]:
    found = choose([Wanted(rank, each) for each in references], copies)
    return [None if each is None else each.marks.copy_number for each in found]


def test_a_barcode_that_a_copy_has_decides_unless_its_branch_is_contradicted() -> None:
    copies = [book(1), book(2, barcode="B2")]
    assert numbers(copies, CopyReference(barcode="B2", copy_number=1)) == [2]
    assert numbers(copies, CopyReference(barcode="B2", branch="LOWE")) == [None]
    assert numbers(copies, CopyReference(barcode="NEW")) == [1]


def test_marks_are_compared_without_case_and_spaces_and_a_sequence_only_where_a_copy_has_it() -> None:
    copies = [book(1), book(2, "LOWE", sequence="ANF")]
    assert numbers(copies, CopyReference(branch=" lowe ")) == [2]
    assert numbers(copies, CopyReference(sequence="ANF")) == [2]
    assert numbers(copies, CopyReference(branch="LOWE", sequence="JNF")) == [2]


def test_a_copy_whose_branch_closed_agrees_with_each_branch_that_it_was_for_after_those_ordered_for_it() -> None:
    moved = Book(Marks(1, "LOWE", "ADULT", former=("BURY", "IPSW")))
    copies = [moved, book(2, "LOWE")]
    for named in ("BURY", "IPSW"):
        assert numbers(copies, CopyReference(branch=named)) == [1]
    assert numbers(copies, CopyReference(branch="LOWE")) == [2]
    assert numbers(copies, CopyReference(branch="LOWE"), CopyReference(branch="LOWE")) in ([1, 2], [2, 1])
    assert numbers(copies, CopyReference(branch="LOWE"), CopyReference(branch="BURY")) == [2, 1]
    assert numbers(copies, CopyReference(branch="FELX")) == [None]


def test_our_number_decides_among_the_copies_that_agree_and_is_passed_over_elsewhere() -> None:
    copies = [book(1), book(2), book(3, "LOWE")]
    assert numbers(copies, CopyReference(copy_number=2, branch="IPSW")) == [2]
    assert numbers(copies, CopyReference(copy_number=2, branch="LOWE")) == [3]


def test_the_place_within_the_message_only_decides_among_equally_likely_copies() -> None:
    copies = [book(1), book(2), book(3, likelihood=1)]
    assert numbers(copies, CopyReference(place=2)) == [2]
    assert numbers(copies, CopyReference(place=3)) == [1]


def test_a_loose_reference_makes_room_for_one_that_says_something_else() -> None:
    copies = [book(1, "IPSW", "X"), book(2, "LOWE", "X")]
    loose, other = CopyReference(fund="X"), CopyReference(branch="IPSW")
    assert numbers(copies, loose, other) == [2, 1]
    assert numbers(copies, other, loose) == [1, 2]


def test_a_wanted_copy_of_the_second_stage_gets_what_the_first_can_do_without() -> None:
    first, second = Wanted(rank, ANY_COPY), Wanted(rank, CopyReference(copy_number=1), stage=1)
    likely, unlikely = [book(1), book(2)], [book(1), book(2, likelihood=LAST_RESORT)]
    assert choose([second, first], likely) == likely
    assert choose([second, first], unlikely) == [None, unlikely[0]]
    assert numbers(unlikely, ANY_COPY, CopyReference(copy_number=1)) == [2, 1]


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        (CopyReference(branch="IPSW", fund="adult", copy_number=1), ""),
        (CopyReference(place=9, barcode="NEW"), ""),
        (CopyReference(branch="BSE"), "no copy for BSE was ordered"),
        (CopyReference(branch="LOWE", fund="ADULT"), "no copy for LOWE of fund ADULT was ordered"),
        (CopyReference(branch="LOWE", copy_number=1), "copy 1 for IPSW and fund ADULT, but one for LOWE is named"),
        (CopyReference(copy_number=7), "there is no copy 7"),
        (CopyReference(barcode="B2", branch="IPSW"), "barcode B2 is of copy 2 for LOWE and fund JUNIOR, not of one for IPSW"),
    ],
)
def test_what_a_reference_contradicts_is_said_in_words(reference: CopyReference, text: str) -> None:
    copies = [book(1), book(2, "LOWE", "JUNIOR", barcode="B2")]
    assert objection(reference, copies) == text
    assert bool(meant(reference, copies)) or text


def test_lines_of_one_title_are_told_apart_by_the_copies_named() -> None:
    lines = {"one": [book(1, fund="ADULT")], "two": [book(1, fund="JUNIOR")]}
    for references, found in (
        ([CopyReference(fund="JUNIOR")], ["two"]),
        ([CopyReference(fund="X")], ["one", "two"]),
        ([], ["one", "two"]),
    ):
        assert lines_with(references, list(lines), lines.__getitem__) == found


def some_marks(random: Random, of: Marks) -> CopyReference:
    """A reference that gives some of a copy's marks, or none."""
    marks = {"branch": of.branch, "fund": of.fund, "sequence": of.sequence, "copy_number": of.copy_number, "barcode": of.barcode}
    given = {name: value for name, value in marks.items() if random.random() < 0.4}
    return CopyReference(**given, place=random.choice([None, random.randint(1, 9)]))


@given(st.integers(0, 2**32 - 1).map(Random), st.integers(1, 40))
def test_references_that_some_division_of_the_copies_satisfies_all_get_a_copy_that_agrees(random: Random, size: int) -> None:
    coded = random.random() < 0.5
    copies = [
        Book(
            Marks(n, random.choice("ABC"), random.choice("XY"), random.choice("PQ"), f"B{n}" if coded else None),
            random.randint(0, 2),
        )
        for n in range(1, size + 1)
    ]
    meant_ones = random.sample(copies, random.randint(1, size))
    references = [some_marks(random, each.marks) for each in meant_ones]
    found = choose([Wanted(rank, each) for each in references], copies)
    for reference, copy in zip(references, found, strict=True):
        assert copy is not None
        assert reference.branch in (None, copy.marks.branch)
        assert reference.fund in (None, copy.marks.fund)
        assert reference.barcode in (None, copy.marks.barcode)
    assert len({copy.marks.copy_number for copy in found if copy}) == len(found)

    turned = random.sample(references, len(references))
    again = choose([Wanted(rank, each) for each in turned], copies)
    assert Counter(found) == Counter(again)
