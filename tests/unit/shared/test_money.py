"""Amounts of money: rounded, divided and shown the same way everywhere."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.money import PENNY, amount_in_words, to_decimal, to_minor


@pytest.mark.parametrize(("amount", "minor"), [("8.99", 899), ("0.005", 1), ("-0.005", -1), ("1.0049", 100), ("12", 1200)])
def test_an_amount_is_rounded_to_minor_units_halves_up(amount: str, minor: int) -> None:
    assert to_minor(Decimal(amount)) == minor


@given(st.integers(-(10**12), 10**12))
def test_minor_units_survive_as_decimals(minor: int) -> None:
    assert to_minor(to_decimal(minor)) == minor
    assert to_decimal(minor) == minor * PENNY


def test_an_amount_is_shown_with_its_currency() -> None:
    assert [amount_in_words(minor, "GBP") for minor in (0, 7, 1234, -105)] == ["GBP 0.00", "GBP 0.07", "GBP 12.34", "GBP -1.05"]
    assert amount_in_words(123_456, "GBP") == "GBP 1,234.56"
    assert amount_in_words(1, "") == "0.01"
