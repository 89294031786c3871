"""Amounts of money: rounded, divided and shown the same way everywhere."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.money import PENNY, amount_in_words, to_decimal, to_minor


@pytest.mark.parametrize(("amount", "minor"), [("8.99", 899), ("0.005", 1), ("-0.005", -1), ("1.0049", 100), ("12", 1200)])
def test_an_amount_is_rounded_to_minor_units_halves_up(amount: str, minor: int) -> None:
    assert to_minor(Decimal(amount), "GBP") == minor


@given(st.integers(-(10**12), 10**12), st.sampled_from(["GBP", "JPY", "KWD", "CLF", ""]))
def test_minor_units_survive_as_decimals(minor: int, currency: str) -> None:
    assert to_minor(to_decimal(minor, currency), currency) == minor
    assert to_decimal(minor, "GBP") == minor * PENNY


@pytest.mark.parametrize(
    ("currency", "amount", "minor", "words"),
    [
        ("JPY", "1200", 1200, "JPY 1,200"),
        ("JPY", "1200.5", 1201, "JPY 1,201"),
        ("jpy", "1200", 1200, "jpy 1,200"),
        ("KWD", "5.25", 5250, "KWD 5.250"),
        ("KWD", "1.0005", 1001, "KWD 1.001"),
        ("EUR", "5.25", 525, "EUR 5.25"),
    ],
)
def test_each_currency_has_its_own_minor_unit(currency: str, amount: str, minor: int, words: str) -> None:  # case B7
    assert to_minor(Decimal(amount), currency) == minor
    assert to_decimal(minor, currency) == Decimal(minor).scaleb(-{"JPY": 0, "KWD": 3}.get(currency.upper(), 2))
    assert amount_in_words(minor, currency) == words


def test_an_amount_is_shown_with_its_currency() -> None:
    assert [amount_in_words(minor, "GBP") for minor in (0, 7, 1234, -105)] == ["GBP 0.00", "GBP 0.07", "GBP 12.34", "GBP -1.05"]
    assert amount_in_words(123_456, "GBP") == "GBP 1,234.56"
    assert amount_in_words(1, "") == "0.01"
