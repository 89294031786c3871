"""Writes what a supplier states about lines and copies as columns keep it: without what is not stated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import TypeAdapter

from shared.contracts.base import Contract, Money
from shared.contracts.stated import StatedPrice

Stated = TypeVar("Stated", bound=Contract)
_PRICES = TypeAdapter(tuple[StatedPrice, ...])


def as_json(stated: Contract | None) -> dict[str, Any] | None:
    """Returns a statement as its column keeps it."""
    return None if stated is None else stated.model_dump(mode="json", exclude_defaults=True)


def from_json(kind: type[Stated], value: dict[str, Any] | None) -> Stated | None:
    """Returns a statement from its column."""
    return None if value is None else kind.model_validate(value)


def prices_as_json(prices: Sequence[StatedPrice]) -> Any:
    """Returns the prices of one copy as their column keeps them."""
    return _PRICES.dump_python(tuple(prices), mode="json")


def expected_columns(price: Money | None) -> dict[str, Any]:
    """Returns the columns of what a copy is expected to cost; null where no price is known."""
    return {"expected_minor": price.minor if price else None, "expected_currency": price.currency if price else None}
