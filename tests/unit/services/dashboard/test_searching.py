"""What somebody types, and what orders and titles are found by."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.dashboard.domain.copies import CopyNews
from services.dashboard.domain.searching import Sought, TermKind, searched_words, terms_of, titles_of


def news(**other: object) -> CopyNews:
    known: dict[str, object] = {
        "copy_id": UUID(int=1), "council": "GB-SFK", "supplier_id": "harbour", "order_id": UUID(int=9), "order_number": "PO 1/26",
        "line_key": "SB-1", "isbn": "9780141439518", "title": "Emma", "branch": "IPSW", "state": "ordered", "reason": "",
        "expected_on": None, "changed_at": datetime(2026, 3, 1, tzinfo=UTC), "version": 1,
    }  # fmt: skip
    return CopyNews(**{**known, **other})  # type: ignore[arg-type]


@pytest.mark.parametrize("typed", ["0-14-143951-3", "0141439513", " 978-0-14-143951-8 ", "9780141439518"])
def test_an_isbn_is_found_however_it_is_written(typed: str) -> None:
    assert Sought.of(typed).order_code == "9780141439518"


def test_what_is_typed_is_read_as_number_id_and_words() -> None:
    sought = Sought.of("  po-1 / 26 ")
    assert (sought.code, sought.isbn, sought.given_id, sought.words) == ("po126", None, None, ["po", "1", "26"])
    assert sought.written == ["po-1 / 26", "PO-1 / 26"]
    assert Sought.of(str(UUID(int=7))).given_id == UUID(int=7)


def test_an_order_is_found_by_its_number_its_lines_and_its_books_once_each() -> None:
    terms = terms_of([news(), news(copy_id=UUID(int=2))])
    assert [(term.kind, term.term) for term in terms] == [
        (TermKind.ISBN, "9780141439518"),
        (TermKind.NUMBER, "po126"),
        (TermKind.LINE_KEY, "sb1"),
    ]


def test_of_several_names_of_a_book_one_is_kept_whatever_their_order() -> None:
    copies = [news(title="Emma"), news(title=""), news(title="Emma: a novel")]
    assert titles_of(copies) == titles_of(copies[::-1]) == {("9780141439518", "GB-SFK"): "Emma: a novel"}


def test_words_of_a_title_are_without_accents_and_signs() -> None:
    assert searched_words("L'Étranger (l'étranger)") == "letranger"
