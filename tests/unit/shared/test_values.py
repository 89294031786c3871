"""Identifiers of the trade: which texts are accepted as one, and which are left unchanged."""

import pytest

from shared.values import (
    InvalidValue,
    check_isil,
    first_isbn13,
    is_book,
    is_sscc,
    isbn13_or_none,
    isbn13_or_text,
    to_isbn13,
    with_check_digit,
)


@pytest.mark.parametrize("text", ["9780306406157", "978-0-306-40615-7", " 0-306-40615-2 "])
def test_an_isbn_is_read_however_it_is_written(text: str) -> None:
    assert isbn13_or_none(text) == isbn13_or_text(text) == "9780306406157"


@pytest.mark.parametrize("text", ["", " ", "9780306406158", "4006381333931", "Gaiman, N."])
def test_text_that_is_not_an_isbn_is_unchanged(text: str) -> None:
    assert isbn13_or_none(text) is None
    assert isbn13_or_text(text) == text


@pytest.mark.parametrize(
    ("number", "book"), [("9780306406157", True), ("0306406152", True), ("5050582000016", False), ("", False)]
)
def test_what_has_an_isbn_is_a_book_and_a_dvd_is_none(number: str, book: bool) -> None:
    assert is_book(number) is book


@pytest.mark.parametrize("text", ["141439513", "425030717", "425-03071-7", "19853453X", " 141439513 "])
def test_nine_digits_are_no_isbn(text: str) -> None:  # case B8
    with pytest.raises(InvalidValue, match="nine digits"):
        to_isbn13(text)


def test_the_first_of_several_numbers_that_is_an_isbn_counts() -> None:
    assert first_isbn13(["", "4006381333931", "0306406152", "9781861972712"]) == "9780306406157"
    assert first_isbn13(["4006381333931"]) is None


@pytest.mark.parametrize("digits", ["978030640615", "509876500001", "00509876500000001"])
def test_a_check_digit_is_that_of_gs1(digits: str) -> None:
    weighted = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits)))
    assert with_check_digit(digits) == f"{digits}{-weighted % 10}"


_SSCC = "005098765000000015"


@pytest.mark.parametrize("wrong", ["", "005098765000000016", "0050987650000000", "00 509876500000015", "²" * 18])
def test_an_sscc_has_18_digits_with_a_check_digit(wrong: str) -> None:
    assert is_sscc(_SSCC)
    assert not is_sscc(wrong)


@pytest.mark.parametrize("isil", ["GB-SFK", "ZZ-TEST", "O-1/2:3-4", "GB-12345678901"])
def test_an_isil_of_an_unlisted_prefix_is_accepted(isil: str) -> None:
    assert check_isil(isil) == isil
