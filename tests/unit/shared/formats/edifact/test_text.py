"""Numbers, written and read."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.formats.edifact import number, parse_number


@pytest.mark.parametrize(
    ("value", "text"),
    [(Decimal("35.260"), "35.26"), (Decimal("1E+3"), "1000"), (Decimal("-0.00"), "0"), (12, "12"), (Decimal("100"), "100")],
)
def test_numbers_have_no_trailing_zeros_and_no_exponent(value: Decimal | int, text: str) -> None:
    assert number(value) == text


def test_numbers_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="NaN"):
        number(Decimal("NaN"))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4))
def test_a_written_number_is_read_back(value: Decimal) -> None:
    assert parse_number(number(value)) == value


@pytest.mark.parametrize(
    ("text", "value"), [("1,25", Decimal("1.25")), (" 35.260", Decimal("35.26")), (".5", Decimal("0.5")), ("1.", Decimal(1))]
)
def test_numbers_are_read_with_either_decimal_mark(text: str, value: Decimal) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize("text", ["", "x", "1.2.3", "1,234.56", "1e9", "٣", "NaN"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert parse_number(text) is None
