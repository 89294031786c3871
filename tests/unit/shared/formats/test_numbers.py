"""Numbers as senders write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.formats.numbers import decimal_of


@pytest.mark.parametrize(
    ("text", "number"), [("12", "12"), ("012.50", "12.50"), ("12,5", "12.5"), (".5", "0.5"), ("12.", "12"), (" +3 ", "3")]
)
def test_usual_spellings_are_read(text: str, number: str) -> None:
    assert decimal_of(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", ".", "-1", "1,234", "1,234.50", "1E5", "1e-999999999", "0E999", "NaN", "١٢", "1" * 10])
def test_what_is_unclear_or_out_of_proportion_is_none(text: str) -> None:
    assert decimal_of(text) is None


@given(st.decimals(0, 999_999_999, places=6))
def test_amounts_are_read_exactly(amount: Decimal) -> None:
    assert decimal_of(f"{amount:f}") == amount
